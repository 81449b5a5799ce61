// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Eccrine

// What the numbers rest on: device, protocol, algorithm and every parameter.
Sheet {
    id: root

    required property ResultView result

    title: qsTr("Device and parameters")
    wide: 900

    ListView {
        id: list
        width: parent.width
        height: Math.max(200, root.height - 240)
        clip: true
        focus: true
        model: root.result.detailLabels
        boundsBehavior: Flickable.StopAtBounds
        ScrollBar.vertical: ScrollBar {}
        Keys.onDownPressed: flick(0, -700)
        Keys.onUpPressed: flick(0, 700)

        delegate: Rectangle {
            id: entry
            required property int index
            required property string modelData
            width: ListView.view.width
            height: Math.max(38, Math.max(value.implicitHeight, names.height) + 14)
            color: index % 2 === 0 ? Theme.raised : "transparent"

            Column {
                id: names
                x: 12
                width: parent.width * 0.62 - 24
                anchors.verticalCenter: parent.verticalCenter
                BodyText {
                    width: parent.width
                    text: entry.modelData
                    color: Theme.muted
                    elide: Text.ElideRight
                    wrapMode: Text.NoWrap
                }
                Caption {
                    width: parent.width
                    visible: text !== ""
                    text: root.result.detailNotes[entry.index] ?? ""
                    wrapMode: Text.Wrap
                }
            }
            BodyText {
                id: value
                x: parent.width * 0.62
                width: parent.width * 0.38 - 20
                anchors.verticalCenter: parent.verticalCenter
                text: root.result.detailValues[entry.index] ?? ""
                wrapMode: Text.WrapAnywhere
            }
        }
    }
    buttons: [
        ActionButton {
            kind: "primary"
            text: qsTr("Close")
            onClicked: root.close()
        }
    ]
}
