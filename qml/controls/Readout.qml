// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Eccrine

// A value with its name and unit. Grey when it is older than it should be.
Column {
    id: root

    property string label
    property color labelColor: Theme.muted
    property string value
    property string unit
    property int pixelSize: Theme.strong
    property bool stale: false
    readonly property Text labelLine: name // room beside its words

    spacing: 0
    Accessible.role: Accessible.StaticText
    Accessible.name: label + ": " + value + " " + unit + (stale ? ", " + qsTr("out of date") : "")

    Caption {
        id: name
        text: root.label
        color: root.labelColor
        width: root.width
        Accessible.ignored: true
    }
    Item {
        width: figure.width + 4 + unitText.width
        height: figure.height

        Figure {
            id: figure
            text: root.value
            pixelSize: root.pixelSize
            color: root.stale ? Theme.faint : Theme.ink
            opacity: root.stale ? 0.75 : 1
            Accessible.ignored: true
        }
        Text {
            id: unitText
            anchors.left: figure.right
            anchors.leftMargin: 4
            anchors.baseline: figure.baseline
            text: root.unit
            color: Theme.muted
            font.pixelSize: root.pixelSize > 24 ? Theme.unit : Theme.caption
            Accessible.ignored: true
        }
    }
}
