// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Eccrine

// One site while the test runs: its curve, and beside it what can be read from across the room.
Rectangle {
    id: root

    required property TestSession session
    required property SiteView site
    property int side: 430

    readonly property bool stale: session.stale
    readonly property bool roomy: height > 180
    readonly property bool tight: height < 118 // alarms above take room: all figures stay to be read
    readonly property int small: height < 103 ? 15 : Theme.strong
    readonly property bool inBaseline: session.phase === TestSession.Baseline
    readonly property bool implausible: site.signalRemark !== "" // then nothing that is made of its signals is shown
    readonly property color ink: Theme.siteInk(site.index)

    color: Theme.surface
    radius: Theme.radius
    border.width: 1
    border.color: Theme.line

    CurvePanel {
        id: panel
        x: 8
        width: parent.width - root.side - x
        height: parent.height
        source: root.site.curve
        means: root.site.means
        startS: 0
        spanS: root.session.viewSpanS
        lower: root.session.rateLower
        upper: root.session.rateUpper
        step: root.session.rateStep
        ink: root.ink
        stimulusFromS: root.session.stimulusStartS
        stimulusToS: isFinite(root.session.stimulusStopS) ? root.session.stimulusStopS : root.session.testTimeS
        unit: root.site.index === 0 ? qsTr("nL/min") : ""
        description: qsTr("Sweat rate over time, %1").arg(root.site.title)

        Item {
            // What can be seen of the onset so far: broken, because the result may put it elsewhere
            objectName: "provisionalOnset"
            visible: isFinite(root.site.provisionalOnsetS) && !root.implausible
            x: visible ? Math.round(panel.xOf(root.session.stimulusStartS + root.site.provisionalOnsetS)) : 0
            height: parent.height
            Column {
                spacing: 5
                Repeater {
                    model: Math.max(0, Math.floor(panel.height / 11))
                    Rectangle {
                        width: 2
                        height: 6
                        color: root.ink
                    }
                }
            }
            Text {
                x: 6
                y: 2
                text: qsTr("onset about %1 s, provisional").arg(Format.number(root.site.provisionalOnsetS, 0))
                font.pixelSize: 13
                color: root.ink
            }
        }
    }
    Rectangle {
        anchors.left: panel.right
        anchors.leftMargin: 12
        y: 14
        width: 1
        height: parent.height - 28
        color: Theme.line
    }
    Item {
        anchors.left: panel.right
        anchors.leftMargin: 28
        anchors.right: parent.right
        anchors.rightMargin: 16
        height: parent.height

        SiteTitle {
            id: heading
            y: root.tight ? 0 : 6
            width: parent.width * 0.5
            site: root.site.index
            title: root.site.title
        }
        StateMark {
            objectName: "siteState"
            x: parent.width * 0.5
            anchors.verticalCenter: heading.verticalCenter
            available: parent.width * 0.5
            visible: text !== ""
            // a trip is told before its current has ended, and after a lost link nobody knows
            readonly property bool halted: root.session.phase === TestSession.Stimulation && (root.session.paused || root.session.trip !== "")
            readonly property bool flows: Math.abs(root.site.currentMa) > 0.02
            readonly property string haltedWord: root.session.paused ? qsTr("current paused") : !isFinite(root.site.currentMa) ? qsTr("current not known") : flows ? qsTr("current flows") : qsTr("current off")
            readonly property string baselineWord: root.site.baselineSettled ? qsTr("settled") : root.site.baselineRemark === "" ? qsTr("settling") : root.site.baselineRemark
            state_: halted ? (root.session.paused || isFinite(root.site.currentMa) && !flows ? "wait" : "bad") : root.inBaseline ? (root.site.baselineSettled ? "good" : "wait") : root.site.contactGood ? "good" : "bad"
            text: halted ? haltedWord : root.inBaseline ? baselineWord : root.site.contactWord
        }
        Row {
            id: top
            anchors.top: heading.bottom
            anchors.topMargin: root.roomy ? 10 : 0
            width: parent.width

            Readout {
                objectName: "siteRate"
                width: parent.width * (root.implausible ? 1 : 0.5)
                label: root.implausible ? root.site.signalRemark : qsTr("sweat rate")
                labelColor: root.implausible ? Theme.dangerInk : Theme.muted
                value: root.implausible ? Format.none : Format.figures(root.site.rateNlPerMin, root.roomy ? 1 : 0)
                unit: qsTr("nL/min")
                pixelSize: root.roomy ? 40 : root.tight ? root.small : 30
                stale: root.stale
            }
            Readout {
                objectName: "siteVolume"
                visible: !root.implausible
                width: parent.width * 0.5
                label: qsTr("volume")
                value: Format.number(root.site.volumeUl, 2)
                unit: qsTr("µL")
                pixelSize: root.roomy ? 40 : root.tight ? root.small : 30
                stale: root.stale
            }
        }
        Row {
            anchors.top: top.bottom
            anchors.topMargin: root.roomy ? 10 : 0
            width: parent.width

            Readout {
                width: parent.width * 0.25
                label: qsTr("current")
                value: Format.number(root.site.currentMa, 2)
                unit: qsTr("mA")
                pixelSize: root.small
                stale: root.stale
            }
            Readout {
                width: parent.width * 0.25
                label: qsTr("voltage")
                value: Format.number(root.site.voltageV, 1)
                unit: qsTr("V")
                pixelSize: root.small
                stale: root.stale
            }
            Readout {
                width: parent.width * 0.25
                label: qsTr("charge")
                value: Format.number(root.site.chargeMc, 0)
                unit: qsTr("mC")
                pixelSize: root.small
                stale: root.stale
            }
            Readout {
                id: loadReadout
                width: parent.width * 0.25
                label: qsTr("load")
                value: root.site.contactWord === "" ? Format.none : Format.number(root.site.loadKohm, 1)
                unit: root.site.contactWord === "" ? "" : qsTr("kΩ")
                pixelSize: root.small
                stale: root.stale

                LoadTrend {
                    // beside the name of the value
                    parent: loadReadout.labelLine
                    x: loadReadout.labelLine.contentWidth + 10
                    width: loadReadout.width - x
                    height: Theme.caption
                    source: root.site.loads
                    sinceS: root.session.stimulusStartS
                    ink: root.ink
                }
            }
        }
    }
}
