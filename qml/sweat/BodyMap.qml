// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Eccrine

// The patient as one faces them. Left and right are the patient's and stand there in words; each place is a button
// beside the figure and a part of the figure itself.
FocusScope {
    id: root

    required property SweatDesk desk
    readonly property var chosen: [desk.sites[0].key, desk.sites[1].key]

    Repeater {
        model: 2
        Column {
            id: side
            required property int index // 0: the patient's right, at the left of the picture
            readonly property string name: index === 0 ? "right" : "left"
            width: (root.width - figure.width) / 2 - 12
            x: index === 0 ? 0 : root.width - width
            anchors.verticalCenter: parent.verticalCenter
            spacing: 10

            Text {
                width: parent.width
                text: side.index === 0 ? qsTr("RIGHT") : qsTr("LEFT")
                font.pixelSize: Theme.headline
                font.weight: Font.Bold
                font.letterSpacing: 1
                color: Theme.ink
                horizontalAlignment: Text.AlignHCenter
            }
            Caption {
                width: parent.width
                text: side.index === 0 ? qsTr("the patient's right side") : qsTr("the patient's left side")
                horizontalAlignment: Text.AlignHCenter
                wrapMode: Text.Wrap
            }
            Repeater {
                model: root.desk.places
                AbstractButton {
                    id: place
                    required property var modelData
                    readonly property bool chosen: root.chosen.includes(modelData.key)
                    objectName: "place-" + modelData.key
                    visible: modelData.side === side.name
                    width: side.width
                    height: visible ? Theme.bigTarget : 0
                    text: modelData.title
                    focusPolicy: Qt.StrongFocus
                    Accessible.role: Accessible.CheckBox
                    Accessible.name: text
                    Accessible.checked: chosen
                    onClicked: root.desk.choosePlace(modelData.key)
                    Keys.onReturnPressed: clicked()
                    contentItem: Row {
                        leftPadding: 14
                        spacing: 10
                        Glyph {
                            width: 24
                            height: 24
                            anchors.verticalCenter: parent.verticalCenter
                            visible: place.chosen
                            shape: Glyph.Check
                            color: Theme.accent
                        }
                        Rectangle {
                            width: 24
                            height: 24
                            radius: 12
                            anchors.verticalCenter: parent.verticalCenter
                            visible: !place.chosen
                            color: "transparent"
                            border.width: 2
                            border.color: Theme.edge
                        }
                        Text {
                            width: place.width - 62
                            anchors.verticalCenter: parent.verticalCenter
                            text: place.text
                            font.pixelSize: Theme.body
                            font.weight: place.chosen ? Font.DemiBold : Font.Normal
                            color: place.chosen ? Theme.accent : Theme.ink
                            wrapMode: Text.Wrap
                            maximumLineCount: 2
                            elide: Text.ElideRight
                        }
                    }
                    background: Rectangle {
                        radius: Theme.radius
                        color: place.chosen ? Theme.accentTint : place.down ? Theme.line : Theme.surface
                        border.width: place.chosen ? 2 : 1
                        border.color: place.chosen ? Theme.accent : Theme.edge
                        FocusRing {
                            visible: place.visualFocus
                        }
                    }
                }
            }
        }
    }
    BodyFigure {
        id: figure
        anchors.horizontalCenter: parent.horizontalCenter
        width: Math.min(root.width * 0.36, height * 200 / 420 + 8)
        height: root.height
        chosen: root.chosen
        body: Theme.raised
        outline: Theme.edge
        accent: Theme.accent
        Accessible.role: Accessible.Graphic
        Accessible.name: qsTr("Body from the front; the patient's right side is on the left of the picture")

        TapHandler {
            onTapped: point => {
                const key = figure.placeAt(point.position.x, point.position.y);
                if (key !== "")
                    root.desk.choosePlace(key);
            }
        }
    }
}
