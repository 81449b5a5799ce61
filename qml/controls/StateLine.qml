// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Eccrine

// One line of a check list: sign, what, and what was found.
Item {
    id: root

    property string title
    property string remark
    property bool good: false
    property bool warned: false // good all the same

    Accessible.role: Accessible.StaticText
    Accessible.name: title + ": " + (!good ? qsTr("not yet") : warned ? qsTr("with a warning") : qsTr("fine")) + ". " + remark

    Glyph {
        id: sign
        x: 3
        width: 22
        height: 22
        anchors.verticalCenter: parent.verticalCenter
        shape: root.good && !root.warned ? Glyph.Check : Glyph.Warning
        color: root.good && !root.warned ? Theme.goodInk : Theme.warningInk
    }
    Text {
        id: name
        anchors.left: parent.left
        anchors.leftMargin: 40
        anchors.verticalCenter: parent.verticalCenter
        text: root.title
        font.pixelSize: Theme.body
        color: Theme.ink
        Accessible.ignored: true
    }
    Caption {
        anchors.left: name.right
        anchors.leftMargin: 12
        anchors.right: parent.right
        anchors.baseline: name.baseline
        text: root.remark
        horizontalAlignment: Text.AlignRight
        color: root.good && !root.warned ? Theme.muted : Theme.warningInk
        Accessible.ignored: true
    }
}
