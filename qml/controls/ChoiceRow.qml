// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Eccrine

// One of a few, all in sight: no list to open with a glove.
FocusScope {
    id: root

    property string label
    property var labels: [] // what is shown
    property var values: [] // what it means
    property string current
    signal chosen(value: string)

    implicitHeight: column.implicitHeight
    implicitWidth: 240
    Accessible.role: Accessible.Grouping
    Accessible.name: label

    Column {
        id: column
        width: parent.width
        spacing: 4

        Caption {
            text: root.label
            visible: text !== ""
            width: parent.width
        }
        Row {
            id: row
            width: parent.width
            spacing: -1

            Repeater {
                model: root.labels
                AbstractButton {
                    id: choice
                    required property int index
                    required property string modelData
                    readonly property bool selected: root.values[index] === root.current

                    width: (row.width + root.labels.length - 1) / root.labels.length
                    height: Theme.target
                    z: visualFocus ? 2 : selected ? 1 : 0
                    text: modelData
                    focus: index === 0
                    checkable: false
                    focusPolicy: Qt.StrongFocus
                    Accessible.role: Accessible.RadioButton
                    Accessible.name: root.label === "" ? text : root.label + ": " + text
                    Accessible.checked: selected
                    onClicked: root.chosen(root.values[index])
                    Keys.onReturnPressed: clicked()
                    Keys.onRightPressed: nextItemInFocusChain(true).forceActiveFocus(Qt.TabFocusReason)
                    Keys.onLeftPressed: nextItemInFocusChain(false).forceActiveFocus(Qt.BacktabFocusReason)

                    contentItem: Item {
                        Row {
                            anchors.centerIn: parent
                            spacing: 6
                            Glyph {
                                visible: choice.selected
                                width: 16
                                height: 16
                                anchors.verticalCenter: parent.verticalCenter
                                shape: Glyph.Check
                                color: Theme.accent
                            }
                            Text {
                                text: choice.text
                                font.pixelSize: Theme.body
                                font.weight: choice.selected ? Font.DemiBold : Font.Normal
                                color: choice.selected ? Theme.accent : Theme.ink
                                elide: Text.ElideRight
                                width: Math.min(implicitWidth, choice.width - 16 - (choice.selected ? 22 : 0))
                            }
                        }
                    }
                    background: Rectangle {
                        radius: Theme.smallRadius
                        color: choice.selected ? Theme.accentTint : choice.down ? Theme.line : Theme.surface
                        border.width: choice.selected ? 2 : 1
                        border.color: choice.selected ? Theme.accent : Theme.edge
                        FocusRing {
                            visible: choice.visualFocus
                        }
                    }
                }
            }
        }
    }
}
