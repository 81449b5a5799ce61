// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Eccrine

// The current: what flows, how much has been delivered, how long it still takes. STOP is below, as always.
FocusScope {
    id: root

    required property SweatDesk desk
    required property TestSession session

    Card {
        id: clock
        width: parent.width
        height: 168

        Column {
            visible: !root.desk.stimulating
            width: parent.width
            anchors.verticalCenter: parent.verticalCenter
            spacing: 8
            Heading {
                width: parent.width
                text: root.desk.askedTitle === "" ? qsTr("Wait") : root.desk.askedTitle
                font.pixelSize: Theme.headline
            }
            BodyText {
                width: parent.width
                text: root.desk.instruction
                font.pixelSize: Theme.title
            }
        }
        Row {
            visible: root.desk.stimulating
            anchors.centerIn: parent
            spacing: 48
            Figure {
                objectName: "stimulationCountdown"
                anchors.verticalCenter: parent.verticalCenter
                text: Format.clock(root.session.stepRemainingS)
                pixelSize: 112
                color: root.session.stale ? Theme.faint : Theme.ink
                Accessible.name: qsTr("%1 left").arg(text)
            }
            Column {
                anchors.verticalCenter: parent.verticalCenter
                spacing: 6
                Text {
                    text: root.session.paused ? qsTr("of current are left when it goes on") : qsTr("until the current is off")
                    font.pixelSize: Theme.title
                    color: Theme.ink
                }
                Caption {
                    text: qsTr("%1 mA until %2 mC have been delivered").arg(Format.number(root.desk.targetCurrentMa, 1)).arg(Format.number(root.desk.targetChargeMc, 0))
                    font.pixelSize: Theme.body
                }
                Caption {
                    text: qsTr("Tingling is usual, pain is not: press STOP.")
                    font.pixelSize: Theme.body
                }
            }
        }
    }
    Row {
        id: limbs
        anchors.top: clock.bottom
        anchors.topMargin: 12
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
                width: (limbs.width - (limbs.count - 1) * 16) / Math.max(1, limbs.count)
                height: limbs.height

                Column {
                    width: parent.width
                    spacing: 18
                    Row {
                        width: parent.width
                        Readout {
                            width: parent.width / 3
                            label: qsTr("current")
                            value: Format.number(limb.modelData.currentMa, 2)
                            unit: "mA"
                            pixelSize: 44
                            stale: root.session.stale
                        }
                        Readout {
                            width: parent.width / 3
                            label: qsTr("voltage")
                            value: Format.number(limb.modelData.voltageV, 1)
                            unit: "V"
                            pixelSize: 44
                            stale: root.session.stale
                        }
                        Readout {
                            width: parent.width / 3
                            label: qsTr("load")
                            value: Format.number(limb.modelData.loadKohm, 1)
                            unit: "kΩ"
                            pixelSize: 44
                            stale: root.session.stale
                        }
                    }
                    Column {
                        width: parent.width
                        spacing: 6
                        Item {
                            width: parent.width
                            height: 28
                            Caption {
                                text: qsTr("charge delivered")
                                font.pixelSize: Theme.body
                                anchors.verticalCenter: parent.verticalCenter
                            }
                            Text {
                                anchors.right: parent.right
                                anchors.verticalCenter: parent.verticalCenter
                                text: qsTr("%1 of %2 mC").arg(Format.number(limb.modelData.chargeMc, 0)).arg(Format.number(root.desk.targetChargeMc, 0))
                                font.pixelSize: Theme.title
                                font.weight: Font.DemiBold
                                color: Theme.ink
                            }
                        }
                        Rectangle {
                            objectName: "chargeBar"
                            readonly property double part: isFinite(limb.modelData.chargeMc) && root.desk.targetChargeMc > 0 ? Math.min(1, limb.modelData.chargeMc / root.desk.targetChargeMc) : 0
                            width: parent.width
                            height: 30
                            radius: 15
                            color: Theme.raised
                            border.width: 1
                            border.color: Theme.edge
                            Accessible.role: Accessible.ProgressBar
                            Accessible.name: qsTr("%1: %2 per cent of the charge").arg(limb.modelData.sideName).arg(Math.round(part * 100))
                            Rectangle {
                                x: 3
                                y: 3
                                width: Math.max(height, (parent.width - 6) * parent.part)
                                visible: parent.part > 0
                                height: parent.height - 6
                                radius: height / 2
                                color: Theme.accent
                            }
                        }
                    }
                    Readout {
                        visible: isFinite(limb.modelData.rateNlPerMin)
                        width: parent.width
                        label: qsTr("sweat seen by the hygrometer")
                        value: Format.number(limb.modelData.rateNlPerMin, 0)
                        unit: "nL/min"
                        pixelSize: Theme.title
                        stale: root.session.stale
                    }
                    BodyText {
                        width: parent.width
                        visible: !limb.modelData.warning && limb.modelData.remark !== "" && limb.modelData.takesPart
                        text: qsTr("Hygrometer: %1").arg(limb.modelData.remark)
                        color: Theme.muted
                    }
                    Notice {
                        width: parent.width
                        visible: limb.modelData.warning && limb.modelData.remark !== ""
                        title: limb.modelData.remark
                    }
                    Notice {
                        width: parent.width
                        visible: limb.modelData.voidReason !== ""
                        kind: "danger"
                        title: qsTr("Site void")
                        text: limb.modelData.voidReason
                    }
                }
            }
        }
    }
}
