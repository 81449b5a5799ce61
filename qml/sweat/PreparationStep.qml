// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Eccrine

// What is ticked before the test begins, then the electrodes: which one where, and the circulation below them.
FocusScope {
    id: root

    required property SweatDesk desk
    required property TestSession session

    // The keys 1 to 9 tick and untick
    Keys.onPressed: event => {
        const n = event.key - Qt.Key_1;
        if (root.desk.running || n < 0 || n >= root.desk.checks.length)
            return;
        const check = root.desk.checks[n];
        check.confirm(!check.satisfied);
        event.accepted = true;
    }

    Flickable {
        id: flick
        visible: !root.desk.running
        width: Math.round((parent.width - 16) * 0.5)
        height: parent.height
        contentHeight: Math.max(height, ticks.height)
        boundsBehavior: Flickable.StopAtBounds
        clip: true
        ScrollBar.vertical: ScrollBar {
            policy: ScrollBar.AlwaysOn // what lies below the edge must not be missed
            visible: flick.contentHeight > flick.height + 1
        }
        Column {
            id: ticks
            width: flick.width
            spacing: 12
            Card {
                width: parent.width
                title: qsTr("Before the electrodes")
                height: Math.max(implicitHeight, flick.height - instrument.height - 12)
                Column {
                    width: parent.width
                    spacing: 2
                    Repeater {
                        model: root.desk.checks
                        TickBox {
                            id: tick
                            required property PreCheck modelData
                            required property int index
                            objectName: "check-" + index
                            width: parent.width
                            focus: index === 0
                            text: modelData.title + "<br><span style='font-size:14px'>" + modelData.remark + "</span>"
                            checked: modelData.satisfied
                            Accessible.name: modelData.title + ". " + modelData.remark
                            onToggled: modelData.confirm(checked)
                            contentItem: Column {
                                leftPadding: 40
                                topPadding: 4
                                BodyText {
                                    width: tick.width - 40
                                    text: (tick.index + 1) + "  " + tick.modelData.title
                                    font.weight: Font.DemiBold
                                }
                                Caption {
                                    width: tick.width - 40
                                    wrapMode: Text.Wrap
                                    text: tick.modelData.remark
                                }
                            }
                        }
                    }
                }
            }
            InstrumentCard {
                id: instrument
                width: parent.width
                session: root.session
            }
        }
    }
    Card {
        visible: root.desk.running
        width: flick.width
        height: parent.height
        title: root.desk.askedTitle

        Column {
            width: parent.width
            spacing: 20
            Text {
                objectName: "askedLimb"
                visible: root.desk.askedSite >= 0
                width: parent.width
                text: root.desk.askedSite >= 0 ? root.desk.sites[root.desk.askedSite].sideName + " · " + root.desk.sites[root.desk.askedSite].title : ""
                font.pixelSize: Theme.headline
                font.weight: Font.Bold
                color: Theme.accent
                wrapMode: Text.Wrap
            }
            BodyText {
                width: parent.width
                text: root.desk.instruction
                font.pixelSize: Theme.title
                lineHeight: 1.25
            }
            Notice {
                objectName: "poorCirculationNotice"
                visible: root.desk.circulationPoor
                width: parent.width
                title: qsTr("Loosen the strap and press the electrodes on again without air. Then look once more.")
                text: qsTr("If the circulation stays poor, take the electrodes off and end the test with STOP.")
            }
            ActionButton {
                objectName: "poorCirculationButton"
                visible: root.desk.circulationAsked && !root.desk.circulationPoor
                width: parent.width
                height: Theme.bigTarget
                text: qsTr("Circulation is poor")
                onClicked: root.desk.notePoorCirculation()
            }
        }
    }
    Card {
        anchors.right: parent.right
        width: parent.width - flick.width - 16
        height: parent.height
        title: qsTr("Which electrode where")

        Column {
            width: parent.width
            spacing: 16
            PolarityFigure {
                width: parent.width
                height: width * 190 / 440 + 8
                skin: Theme.dark ? "#5B4A40" : "#F2D9C8"
                ink: Theme.ink
                labels: [root.desk.weighed ? qsTr("RED, positive\nPilocarpine pad") : qsTr("RED, positive\nPilocarpine gel"), qsTr("BLACK, negative\nNo drug"), qsTr("hand"), qsTr("elbow")]
                Accessible.role: Accessible.Graphic
                Accessible.name: qsTr("The red positive electrode carries the pilocarpine; the black negative one is on the same limb")
            }
            BodyText {
                width: parent.width
                text: qsTr("The red, positive electrode carries the pilocarpine. The black, negative one sits on the same limb. Current never crosses the trunk.")
            }
            Repeater {
                model: root.desk.sites
                StateMark {
                    required property SweatSiteModel modelData
                    objectName: "electrodesMark-" + modelData.index
                    visible: modelData.used
                    // no tick before somebody has said that electrodes and circulation of this limb are good
                    state_: root.desk.askedStep === "circulation" && root.desk.askedSite > modelData.index ? "good" : "plain"
                    pixelSize: Theme.strong
                    available: 600
                    text: modelData.sideName + " · " + modelData.title
                }
            }
        }
    }
}
