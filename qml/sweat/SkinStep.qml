// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Eccrine

// The skin under both electrodes, limb by limb. A burn is one press, and voids its site when the page is
// left; until then it can be taken back. The keys 1 to 4 answer
// for the first limb that is open.
FocusScope {
    id: root

    required property SweatDesk desk

    readonly property var findings: [
        {
            code: "normal",
            title: qsTr("Normal"),
            words: qsTr("nothing to see")
        },
        {
            code: "erythema",
            title: qsTr("Redness"),
            words: qsTr("usual, fades")
        },
        {
            code: "welt",
            title: qsTr("Welt"),
            words: qsTr("like a blister, fades in 2–3 h; look again then")
        },
        {
            code: "burn",
            title: qsTr("BURN"),
            words: qsTr("black point, crater, blister: the site is void")
        }
    ]

    Keys.onPressed: event => {
        const n = event.key - Qt.Key_1;
        if (n < 0 || n > 3)
            return;
        for (let i = 0; i < 2; ++i) {
            const site = root.desk.sites[i];
            if (site.used && site.skin === "not_inspected") {
                root.desk.inspect(i, root.findings[n].code);
                break;
            }
        }
        event.accepted = true;
    }

    Column {
        id: words
        width: parent.width
        spacing: 8
        Notice {
            objectName: "endedNotice"
            visible: !root.desk.running
            width: parent.width
            kind: "danger"
            title: qsTr("The recording has ended.")
            text: qsTr("Look at the skin all the same. Nothing more is collected in this test.")
        }
        Row {
            visible: root.desk.interrupted
            width: parent.width
            spacing: 12
            Notice {
                objectName: "interruptedNotice"
                width: parent.width - (endButton.visible ? endButton.width + 12 : 0)
                title: qsTr("The current ended early.")
                text: root.desk.doseText + ". " + root.desk.doseVerdict
            }
            ActionButton {
                id: endButton
                objectName: "endTestButton"
                visible: root.desk.running
                anchors.verticalCenter: parent.verticalCenter
                text: qsTr("End the test")
                onClicked: root.desk.endTest()
            }
        }
        BodyText {
            width: parent.width
            text: qsTr("Take the electrodes off and look at the skin under both of them. Burns are mostly painless and are seen only now.")
            font.pixelSize: Theme.strong
        }
    }
    Row {
        id: limbs
        anchors.top: words.bottom
        anchors.topMargin: 10
        anchors.bottom: parent.bottom
        width: parent.width
        spacing: 16
        readonly property int count: (root.desk.sites[0].used ? 1 : 0) + (root.desk.sites[1].used ? 1 : 0)

        Repeater {
            model: root.desk.sites
            LimbCard {
                id: limb
                required property SweatSiteModel modelData
                site: modelData
                visible: modelData.used
                asked: modelData.skin === "not_inspected"
                width: (limbs.width - (limbs.count - 1) * 16) / Math.max(1, limbs.count)
                height: limbs.height

                Grid {
                    id: choices
                    visible: !limb.modelData.burned
                    width: parent.width
                    columns: 2
                    spacing: 12
                    Repeater {
                        model: root.findings
                        AbstractButton {
                            id: choice
                            required property var modelData
                            required property int index
                            readonly property bool selected: limb.modelData.skin === modelData.code
                            readonly property bool burn: modelData.code === "burn"
                            objectName: "skin-" + limb.modelData.index + "-" + modelData.code
                            width: (choices.width - 12) / 2
                            height: Math.max(112, Math.min(176, (limbs.height - 200) / 2))
                            text: modelData.title
                            focusPolicy: Qt.StrongFocus
                            Accessible.role: Accessible.RadioButton
                            Accessible.name: limb.modelData.sideName + ": " + modelData.title + ", " + modelData.words
                            Accessible.checked: selected
                            onClicked: root.desk.inspect(limb.modelData.index, modelData.code)
                            Keys.onReturnPressed: event => {
                                if (selected)
                                    event.accepted = false; // the next action
                                else
                                    clicked();
                            }
                            background: Rectangle {
                                radius: Theme.radius
                                color: choice.burn ? (choice.down ? Theme.dangerPressed : Theme.danger) : choice.selected ? Theme.accentTint : choice.down ? Theme.line : Theme.surface
                                border.width: choice.selected ? 3 : 1
                                border.color: choice.selected ? Theme.accent : Theme.edge
                                FocusRing {
                                    visible: choice.visualFocus
                                }
                            }
                            contentItem: Column {
                                padding: 14
                                spacing: 4
                                Row {
                                    spacing: 8
                                    Glyph {
                                        width: 24
                                        height: 24
                                        anchors.verticalCenter: parent.verticalCenter
                                        visible: choice.selected || choice.burn
                                        shape: choice.burn ? Glyph.Warning : Glyph.Check
                                        color: choice.burn ? Theme.dangerText : Theme.accent
                                    }
                                    Text {
                                        text: (choice.index + 1) + "  " + choice.text
                                        font.pixelSize: Theme.title
                                        font.weight: Font.DemiBold
                                        color: choice.burn ? Theme.dangerText : Theme.ink
                                    }
                                }
                                Text {
                                    width: choice.width - 28
                                    text: choice.modelData.words
                                    font.pixelSize: Theme.body
                                    color: choice.burn ? Theme.dangerText : Theme.muted
                                    wrapMode: Text.Wrap
                                    maximumLineCount: 2
                                    elide: Text.ElideRight
                                }
                            }
                        }
                    }
                }
                Rectangle {
                    objectName: "burnPanel-" + limb.modelData.index
                    visible: limb.modelData.burned
                    width: parent.width
                    height: choices.height
                    radius: Theme.radius
                    color: Theme.dangerTint
                    border.width: 2
                    border.color: Theme.dangerInk
                    Accessible.role: Accessible.AlertMessage
                    Accessible.name: burnTitle.text + " " + burnWords.text
                    Column {
                        x: 18
                        anchors.verticalCenter: parent.verticalCenter
                        width: parent.width - 36
                        spacing: 8
                        Row {
                            spacing: 10
                            Glyph {
                                width: 30
                                height: 30
                                shape: Glyph.Warning
                                color: Theme.dangerInk
                            }
                            Text {
                                id: burnTitle
                                text: qsTr("Burn: nothing is collected here")
                                font.pixelSize: Theme.title
                                font.weight: Font.Bold
                                color: Theme.dangerInk
                            }
                        }
                        BodyText {
                            id: burnWords
                            width: parent.width
                            lineHeight: 1.3
                            text: qsTr("1  Stop at this limb: electrode off, no collector over it.\n2  Cool the skin.\n3  Photograph it, if there is consent.\n4  Have a physician look at it today.\n5  Keep electrodes and lot, and report it.")
                        }
                        ActionButton {
                            objectName: "noBurnButton-" + limb.modelData.index
                            text: qsTr("No burn after all")
                            onClicked: root.desk.inspect(limb.modelData.index, "not_inspected")
                        }
                    }
                }
                EntryField {
                    anchors.top: choices.bottom
                    anchors.topMargin: 14
                    objectName: "skinNote-" + limb.modelData.index
                    width: parent.width
                    label: qsTr("Note on the skin")
                    placeholderText: qsTr("Where, how large")
                    text: limb.modelData.skinNote
                    onEdited: text => limb.modelData.skinNote = text
                }
            }
        }
    }
}
