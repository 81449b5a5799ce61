// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Eccrine

// Where the test is: its steps, the one that runs with its clock.
Item {
    id: root

    required property TestSession session

    readonly property var titles: [qsTr("Safety"), qsTr("Baseline"), qsTr("Stimulation"), qsTr("Recording")]
    // -1: not a step of a test, as while the bedside process is being found again
    // The safety questions are over when the baseline has begun.
    readonly property int running: !session.running ? -1 : session.phase === TestSession.Baseline && session.stepKind !== "baseline" ? 0 : session.phase - TestSession.Baseline + 1
    property int reached: -1
    property bool counts: false // the steps of the test that runs
    // What is asked after a STOP is no step of the recording, which was not reached.
    readonly property bool askedEarly: session.asking && running === 3 && reached < 3
    onRunningChanged: {
        if (running >= 0 && !(running === 3 && session.asking))
            reached = counts ? Math.max(reached, running) : running;
        counts = running >= 0;
    }
    Component.onCompleted: {
        reached = running;
        counts = running >= 0;
    }
    // A test that was cut off has not done the steps after it.
    readonly property bool cutOff: askedEarly || session.phase === TestSession.Stopped || session.phase === TestSession.Failed
    readonly property int step: session.phase === TestSession.Finished ? titles.length : cutOff ? reached : running < 0 ? -1 : Math.max(running, reached) // at its end no step runs any more
    readonly property real room: width - ending.width - 16 - (titles.length - 1) * 8

    implicitHeight: 70

    Row {
        anchors.fill: parent
        anchors.rightMargin: ending.width + 16
        spacing: 8

        Repeater {
            model: root.titles
            Rectangle {
                id: part
                required property int index
                required property string modelData
                readonly property bool now: index === root.step && !root.cutOff
                readonly property string word: done ? qsTr("done") : !root.cutOff ? qsTr("to come") : index === root.step ? qsTr("ended here") : qsTr("not reached")
                readonly property bool done: index < root.step

                width: root.cutOff || root.step < 0 || root.step >= root.titles.length ? root.room / root.titles.length : now ? root.room * 0.4 : root.room * 0.6 / (root.titles.length - 1)
                height: parent.height
                radius: Theme.radius
                color: now ? Theme.accentTint : Theme.surface
                border.width: now ? 2 : 1
                border.color: now ? Theme.accent : Theme.line
                Accessible.role: Accessible.StaticText
                Accessible.name: modelData + ", " + (now ? qsTr("running, %1 elapsed, %2 left").arg(Format.clock(root.session.stepElapsedS)).arg(Format.clock(root.session.stepRemainingS)) : word)

                Row {
                    x: 16
                    anchors.verticalCenter: parent.verticalCenter
                    spacing: 12

                    Item {
                        width: 30
                        height: 30
                        anchors.verticalCenter: parent.verticalCenter

                        Rectangle {
                            anchors.fill: parent
                            radius: 15
                            visible: !part.done
                            color: part.now ? Theme.accent : "transparent"
                            border.width: part.now ? 0 : 2
                            border.color: Theme.edge
                            Text {
                                anchors.centerIn: parent
                                text: part.index + 1
                                font.pixelSize: Theme.body
                                font.weight: Font.DemiBold
                                color: part.now ? Theme.accentText : Theme.muted
                            }
                        }
                        Glyph {
                            anchors.fill: parent
                            visible: part.done
                            shape: Glyph.Check
                            color: Theme.goodInk
                        }
                    }
                    Column {
                        anchors.verticalCenter: parent.verticalCenter
                        Text {
                            text: part.modelData
                            font.pixelSize: part.now ? Theme.title : Theme.strong
                            font.weight: part.now ? Font.DemiBold : Font.Medium
                            color: part.now ? Theme.ink : Theme.muted
                            width: Math.min(implicitWidth, part.width - (part.now ? 260 : 64))
                            elide: Text.ElideRight
                        }
                        Caption {
                            visible: !part.now
                            text: part.word
                        }
                    }
                }
                Row {
                    visible: part.now
                    anchors.right: parent.right
                    anchors.rightMargin: 18
                    anchors.verticalCenter: parent.verticalCenter
                    spacing: 26

                    Readout {
                        label: qsTr("elapsed")
                        value: Format.clock(root.session.stepElapsedS)
                        pixelSize: 28
                        stale: root.session.stale
                    }
                    Readout {
                        visible: isFinite(root.session.stepRemainingS)
                        label: qsTr("left")
                        value: Format.clock(root.session.stepRemainingS)
                        pixelSize: 28
                        stale: root.session.stale
                    }
                }
            }
        }
    }
    Item {
        id: ending
        anchors.right: parent.right
        width: 150
        height: parent.height

        Readout {
            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            width: 140
            label: isFinite(root.session.totalRemainingS) ? qsTr("test ends in") : qsTr("test time")
            value: Format.clock(isFinite(root.session.totalRemainingS) ? root.session.totalRemainingS : root.session.testTimeS)
            pixelSize: 28
            stale: root.session.stale
        }
    }
}
