// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Eccrine

// Thirty minutes of test time for each limb, to be read from across the room; then its collector comes off.
FocusScope {
    id: root

    required property SweatDesk desk
    required property TestSession session
    readonly property bool dyed: !desk.weighed && !desk.conductivityOnly // the coil shows its sweat in blue
    readonly property string until: desk.weighed ? qsTr("until the pad comes off") : desk.conductivityOnly ? qsTr("until the reading") : qsTr("until the collector comes off")
    readonly property string isFor: desk.conductivityOnly ? qsTr("measuring for %1") : qsTr("collecting for %1")
    readonly property string wasFor: desk.conductivityOnly ? qsTr("measured for %1") : qsTr("collected for %1")
    readonly property string off: desk.weighed ? qsTr("Pad is in its vial") : desk.conductivityOnly ? qsTr("Read, and the cell is off") : qsTr("Collector is off")
    readonly property string timeUp: desk.weighed ? qsTr("Time is up: pad off") : desk.conductivityOnly ? qsTr("Time is up: read the cell") : qsTr("Time is up: collector off")

    Keys.onPressed: event => { // D: dye is visible at the first limb where it was not yet
        if (event.key !== Qt.Key_D || !root.dyed)
            return;
        for (let i = 0; i < 2; ++i)
            if (isFinite(root.desk.sites[i].remainingS) && !root.desk.sites[i].dyeSeen) {
                root.desk.sites[i].seeDye();
                break;
            }
        event.accepted = true;
    }

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
    Row {
        id: limbs
        anchors.fill: parent
        spacing: 16
        readonly property int count: (root.desk.sites[0].used ? 1 : 0) + (root.desk.sites[1].used ? 1 : 0)

        Repeater {
            model: root.desk.sites
            Item {
                id: limb
                required property SweatSiteModel modelData
                readonly property bool turn: root.desk.asking && root.desk.askedSite === modelData.index
                readonly property bool collecting: modelData.takesPart && !modelData.timeIsUp && !modelData.removed
                visible: modelData.used
                width: (limbs.width - (limbs.count - 1) * 16) / Math.max(1, limbs.count)
                height: limbs.height

                // Each limb has a time of its own: the collectors were attached one after the other.
                Rectangle {
                    id: clock
                    objectName: "collectionClock-" + limb.modelData.index
                    readonly property bool due: limb.modelData.timeIsUp
                    width: parent.width
                    height: Math.round(parent.height * 0.44)
                    radius: Theme.radius
                    color: due ? (blink.on ? Theme.danger : Theme.dangerPressed) : Theme.surface
                    border.width: due ? 0 : 1
                    border.color: Theme.line
                    Accessible.role: due ? Accessible.AlertMessage : Accessible.StaticText
                    Accessible.name: limb.modelData.sideName + ": " + (due ? over.text : limb.modelData.removed ? root.off : qsTr("%1 left of the collection").arg(countdown.text))

                    Text {
                        id: side
                        x: 20
                        y: 12
                        text: limb.modelData.sideName
                        font.pixelSize: Theme.headline
                        font.weight: Font.Bold
                        color: clock.due ? Theme.dangerText : Theme.ink
                        Accessible.ignored: true
                    }
                    Text {
                        objectName: "collectedFor-" + limb.modelData.index
                        visible: limb.modelData.takesPart
                        anchors.right: parent.right
                        anchors.rightMargin: 20
                        anchors.baseline: side.baseline
                        text: (limb.modelData.removed ? root.wasFor : root.isFor).arg(limb.modelData.removed ? limb.modelData.minutesText : Format.clock(limb.modelData.collectedS))
                        font.pixelSize: Theme.title
                        color: clock.due ? Theme.dangerText : Theme.muted
                    }
                    Figure {
                        id: countdown
                        objectName: "collectionCountdown-" + limb.modelData.index
                        visible: limb.collecting
                        anchors.horizontalCenter: parent.horizontalCenter
                        y: side.y + side.height + (parent.height - side.y - side.height - height - caption.height - 8) / 2
                        text: Format.clock(Math.ceil(limb.modelData.remainingS))
                        pixelSize: Math.min(170, (clock.height - 50) * 0.62, clock.width * 0.3)
                        color: root.session.stale ? Theme.faint : Theme.ink
                    }
                    BodyText {
                        id: caption
                        visible: limb.collecting
                        anchors.top: countdown.bottom
                        anchors.horizontalCenter: parent.horizontalCenter
                        text: isFinite(limb.modelData.remainingS) ? root.until : ""
                        color: Theme.muted
                        font.pixelSize: Theme.strong
                    }
                    Column {
                        visible: clock.due
                        anchors.verticalCenter: parent.verticalCenter
                        anchors.verticalCenterOffset: 14
                        x: 20
                        width: parent.width - 40
                        spacing: 12
                        Row {
                            width: parent.width
                            spacing: 16
                            Glyph {
                                id: bell
                                width: 56
                                height: 56
                                anchors.verticalCenter: parent.verticalCenter
                                shape: Glyph.Clock
                                color: Theme.dangerText
                            }
                            Text {
                                id: over
                                objectName: "timeIsUpText-" + limb.modelData.index
                                width: parent.width - bell.width - 16
                                anchors.verticalCenter: parent.verticalCenter
                                text: root.timeUp
                                font.pixelSize: 38
                                fontSizeMode: Text.HorizontalFit
                                minimumPixelSize: 24
                                font.weight: Font.Bold
                                color: Theme.dangerText
                                elide: Text.ElideRight
                            }
                        }
                        Text {
                            visible: limb.turn
                            width: parent.width
                            text: root.desk.instruction
                            font.pixelSize: Theme.body
                            color: Theme.dangerText
                            wrapMode: Text.Wrap
                            maximumLineCount: 3
                            elide: Text.ElideRight
                        }
                    }
                    StateMark {
                        objectName: "collectorOff-" + limb.modelData.index
                        visible: limb.modelData.removed || !limb.modelData.takesPart
                        anchors.centerIn: parent
                        available: parent.width - 40
                        pixelSize: Theme.headline
                        state_: limb.modelData.takesPart ? "good" : "bad"
                        text: limb.modelData.takesPart ? root.off : qsTr("Nothing is collected here")
                    }
                }
                LimbCard {
                    anchors.top: clock.bottom
                    anchors.topMargin: 12
                    anchors.bottom: parent.bottom
                    width: parent.width
                    site: limb.modelData
                    asked: limb.turn && !(limb.modelData.remainingS > 0)

                    Flickable {
                        id: flick
                        anchors.fill: parent
                        contentHeight: column.height
                        boundsBehavior: Flickable.StopAtBounds
                        clip: true
                        ScrollBar.vertical: ScrollBar {
                            policy: ScrollBar.AlwaysOn // a warning below the edge must not be missed
                            visible: flick.contentHeight > flick.height
                        }
                        Column {
                            id: column
                            width: flick.width - (flick.contentHeight > flick.height ? 14 : 0)
                            spacing: 12
                            StateMark {
                                visible: !limb.modelData.takesPart
                                available: parent.width
                                pixelSize: Theme.strong
                                state_: "bad"
                                text: limb.modelData.burned ? qsTr("Burn: nothing is collected here") : limb.modelData.voidReason
                            }
                            Notice { // before what can wait
                                objectName: "limbWarning-" + limb.modelData.index
                                width: parent.width
                                visible: limb.modelData.warning && limb.modelData.remark !== "" && limb.modelData.takesPart
                                title: limb.modelData.remark
                            }
                            ActionButton {
                                objectName: "dyeButton-" + limb.modelData.index
                                visible: root.dyed && limb.collecting && !limb.modelData.dyeSeen
                                width: parent.width
                                height: Theme.target
                                text: qsTr("Blue dye is visible (D)")
                                onClicked: limb.modelData.seeDye()
                            }
                            Caption {
                                visible: root.dyed && limb.collecting && !limb.modelData.dyeSeen
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
                            BodyText {
                                width: parent.width
                                visible: !limb.modelData.warning && limb.modelData.remark !== "" && limb.modelData.takesPart
                                text: qsTr("Hygrometer: %1").arg(limb.modelData.remark)
                                color: Theme.muted
                            }
                        }
                    }
                }
            }
        }
    }
}
