// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Eccrine

// The first question: which of the two tests.
FocusScope {
    id: root

    property int unfinishedSweatTests: 0
    signal chosen(test: string)

    Column {
        anchors.centerIn: parent
        width: Math.min(root.width - 64, 1160)
        spacing: 28

        Heading {
            width: parent.width
            text: qsTr("Which test?")
            font.pixelSize: Theme.headline
            horizontalAlignment: Text.AlignHCenter
        }
        Row {
            id: row
            width: parent.width
            spacing: 28

            Repeater {
                model: [
                    {
                        test: "sweat",
                        title: qsTr("Sweat chloride"),
                        under: qsTr("Pilocarpine sweat test"),
                        words: qsTr("For cystic fibrosis: stimulate, collect for 30 minutes, measure chloride. One arm or both."),
                        key: "1"
                    },
                    {
                        test: "qsart",
                        title: qsTr("QSART"),
                        under: qsTr("Acetylcholine sudomotor test"),
                        words: qsTr("For small nerve fibres: four sites, onset, peak and volume of the axon reflex sweat response."),
                        key: "2"
                    }
                ]
                AbstractButton {
                    id: tile
                    required property var modelData
                    required property int index
                    objectName: "choose-" + modelData.test
                    width: (row.width - 28) / 2
                    height: 300
                    focus: index === 0
                    focusPolicy: Qt.StrongFocus
                    text: modelData.title
                    Accessible.name: modelData.title + ". " + modelData.under + ". " + modelData.words
                    onClicked: root.chosen(modelData.test)
                    Keys.onReturnPressed: clicked()
                    Keys.onRightPressed: nextItemInFocusChain(true).forceActiveFocus(Qt.TabFocusReason)
                    Keys.onLeftPressed: nextItemInFocusChain(false).forceActiveFocus(Qt.BacktabFocusReason)

                    background: Rectangle {
                        radius: Theme.radius + 4
                        color: tile.down ? Theme.line : Theme.surface
                        border.width: tile.hovered || tile.visualFocus ? 2 : 1
                        border.color: tile.hovered || tile.visualFocus ? Theme.accent : Theme.edge
                        FocusRing {
                            visible: tile.visualFocus
                            radius: Theme.radius + 8
                        }
                    }
                    contentItem: Item {
                        Column {
                            anchors.verticalCenter: parent.verticalCenter
                            x: 36
                            width: parent.width - 72
                            spacing: 12
                            Glyph {
                                width: 56
                                height: 56
                                shape: tile.index === 0 ? Glyph.Drop : Glyph.Triangle
                                color: Theme.accent
                            }
                            Text {
                                width: parent.width
                                text: tile.modelData.title
                                font.pixelSize: 36
                                font.weight: Font.DemiBold
                                color: Theme.ink
                                elide: Text.ElideRight
                            }
                            BodyText {
                                width: parent.width
                                text: tile.modelData.under
                                font.pixelSize: Theme.strong
                                color: Theme.muted
                            }
                            BodyText {
                                width: parent.width
                                text: tile.modelData.words
                                color: Theme.muted
                            }
                        }
                        StateMark {
                            anchors.right: parent.right
                            anchors.rightMargin: 24
                            y: 24
                            visible: tile.index === 0 && root.unfinishedSweatTests > 0
                            state_: "wait"
                            text: root.unfinishedSweatTests === 1 ? qsTr("1 not finished") : qsTr("%1 not finished").arg(root.unfinishedSweatTests)
                        }
                    }
                }
            }
        }
        Caption {
            width: parent.width
            text: qsTr("Keys: 1 and 2")
            horizontalAlignment: Text.AlignHCenter
        }
    }
    Keys.onPressed: event => {
        if (event.key === Qt.Key_1)
            root.chosen("sweat");
        else if (event.key === Qt.Key_2)
            root.chosen("qsart");
        else
            return;
        event.accepted = true;
    }
}
