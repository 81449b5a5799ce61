// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Eccrine

// Thirty minutes of test time, to be read from across the room; then the collectors come off.
FocusScope {
    id: root

    required property SweatDesk desk
    required property TestSession session
    readonly property bool dyed: !desk.weighed && !desk.conductivityOnly // the coil shows its sweat in blue
    readonly property string until: desk.weighed ? qsTr("until the pads come off") : desk.conductivityOnly ? qsTr("until the reading") : qsTr("until the collectors come off")
    readonly property string off: desk.weighed ? qsTr("Pad is in its vial") : desk.conductivityOnly ? qsTr("Read, and the cell is off") : qsTr("Collector is off")
    readonly property string timeUp: desk.weighed ? qsTr("Time is up: pads off") : desk.conductivityOnly ? qsTr("Time is up: read the cells") : qsTr("Time is up: collectors off")

    Keys.onPressed: event => { // D: dye is visible at the first limb where it was not yet
        if (event.key !== Qt.Key_D || !root.dyed)
            return;
        for (let i = 0; i < 2; ++i)
            if (root.desk.sites[i].attached && !root.desk.sites[i].dyeSeen) {
                root.desk.sites[i].seeDye();
                break;
            }
        event.accepted = true;
    }

    Rectangle {
        id: clock
        objectName: "collectionClock"
        width: parent.width
        height: Math.round(parent.height * 0.46)
        radius: Theme.radius
        color: root.desk.timeIsUp ? (blink.on ? Theme.danger : Theme.dangerPressed) : Theme.surface
        border.width: root.desk.timeIsUp ? 0 : 1
        border.color: Theme.line
        Accessible.role: root.desk.timeIsUp ? Accessible.AlertMessage : Accessible.StaticText
        Accessible.name: root.desk.timeIsUp ? over.text : qsTr("%1 left of the collection").arg(countdown.text)

        Timer {
            id: blink
            property bool on: true
            interval: 600
            repeat: true
            running: root.desk.timeIsUp
            onTriggered: {
                on = !on;
                if (on)
                    root.desk.ring();
            }
        }
        Figure {
            id: countdown
            objectName: "collectionCountdown"
            visible: !root.desk.timeIsUp
            anchors.horizontalCenter: parent.horizontalCenter
            y: (parent.height - height - caption.height) / 2
            text: Format.clock(root.desk.collecting ? root.session.stepRemainingS : NaN)
            pixelSize: Math.min(190, clock.height * 0.68)
            color: root.session.stale ? Theme.faint : Theme.ink
        }
        BodyText {
            id: caption
            visible: !root.desk.timeIsUp
            anchors.top: countdown.bottom
            anchors.horizontalCenter: parent.horizontalCenter
            text: root.desk.collecting ? root.until : ""
            color: Theme.muted
            font.pixelSize: Theme.strong
        }
        Column {
            visible: root.desk.timeIsUp
            anchors.centerIn: parent
            width: parent.width - 48
            spacing: 12
            Row {
                anchors.horizontalCenter: parent.horizontalCenter
                spacing: 20
                Glyph {
                    width: 72
                    height: 72
                    anchors.verticalCenter: parent.verticalCenter
                    shape: Glyph.Clock
                    color: Theme.dangerText
                }
                Text {
                    id: over
                    objectName: "timeIsUpText"
                    text: root.timeUp
                    font.pixelSize: 56
                    font.weight: Font.Bold
                    color: Theme.dangerText
                }
            }
            Text {
                anchors.horizontalCenter: parent.horizontalCenter
                width: parent.width
                horizontalAlignment: Text.AlignHCenter
                text: root.desk.instruction
                font.pixelSize: Theme.strong
                color: Theme.dangerText
                wrapMode: Text.Wrap
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
                readonly property bool turn: root.desk.asking && root.desk.askedSite === modelData.index
                site: modelData
                asked: turn
                visible: modelData.used
                width: (limbs.width - (limbs.count - 1) * 16) / Math.max(1, limbs.count)
                height: limbs.height

                Column {
                    width: parent.width
                    spacing: 12
                    StateMark {
                        visible: !limb.modelData.takesPart
                        available: parent.width
                        pixelSize: Theme.strong
                        state_: "bad"
                        text: limb.modelData.burned ? qsTr("Burn: nothing is collected here") : limb.modelData.voidReason
                    }
                    Readout {
                        visible: limb.modelData.takesPart
                        width: parent.width
                        label: root.desk.conductivityOnly ? (limb.modelData.removed ? qsTr("measured for") : qsTr("measuring for")) : limb.modelData.removed ? qsTr("collected for") : qsTr("collecting for")
                        value: limb.modelData.removed ? limb.modelData.minutesText : Format.clock(limb.modelData.collectedS)
                        unit: "min"
                        pixelSize: 40
                    }
                    ActionButton {
                        objectName: "dyeButton-" + limb.modelData.index
                        visible: root.dyed && limb.modelData.takesPart && !limb.modelData.dyeSeen && !root.desk.timeIsUp
                        width: parent.width
                        height: Theme.target
                        text: qsTr("Blue dye is visible (D)")
                        onClicked: limb.modelData.seeDye()
                    }
                    Caption {
                        visible: root.dyed && limb.modelData.takesPart && !limb.modelData.dyeSeen && !root.desk.timeIsUp
                        width: parent.width
                        wrapMode: Text.Wrap
                        font.pixelSize: Theme.body
                        text: qsTr("Sweat shows as blue dye in the coil within 1 to 4 minutes. None at 6 minutes: seat the collector once more.")
                    }
                    StateMark {
                        visible: root.dyed && limb.modelData.takesPart && limb.modelData.dyeSeen
                        available: parent.width
                        pixelSize: Theme.strong
                        text: qsTr("Sweat has been seen in the coil")
                    }
                    Repeater {
                        model: limb.turn ? root.desk.answers : []
                        ActionButton {
                            required property var modelData
                            required property int index
                            objectName: "answer-" + limb.modelData.index + "-" + modelData.id
                            width: parent.width
                            visible: index > 0 // the first one is the next action, below
                            height: visible ? Theme.bigTarget : 0
                            text: modelData.text
                            onClicked: Qt.callLater(root.desk.answer, modelData.id)
                        }
                    }
                    StateMark {
                        visible: limb.modelData.removed
                        available: parent.width
                        pixelSize: Theme.strong
                        text: root.off
                    }
                    BodyText {
                        width: parent.width
                        visible: !limb.modelData.warning && limb.modelData.remark !== "" && limb.modelData.takesPart
                        text: qsTr("Hygrometer: %1").arg(limb.modelData.remark)
                        color: Theme.muted
                    }
                    Notice {
                        width: parent.width
                        visible: limb.modelData.warning && limb.modelData.remark !== "" && limb.modelData.takesPart
                        title: limb.modelData.remark
                    }
                }
            }
        }
    }
}
