// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Eccrine

// One site while the test runs: its curve, and beside it what can be read from across the room.
Rectangle {
    id: root

    required property TestSession session
    required property SiteView site
    property int side: 430

    readonly property bool stale: session.stale
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
        startS: 0
        spanS: root.session.viewSpanS
        lower: root.session.rateLower
        upper: root.session.rateUpper
        step: root.session.rateStep
        ink: root.ink
        stimulusFromS: root.session.stimulusStartS
        stimulusToS: isFinite(root.session.stimulusStopS) ? root.session.stimulusStopS : root.session.testTimeS
        description: qsTr("Sweat rate over time, %1").arg(root.site.title)

        Row {
            x: 10
            y: 2
            spacing: 8
            Glyph {
                width: 20
                height: 20
                anchors.verticalCenter: parent.verticalCenter
                shape: root.site.index
                color: root.ink
            }
            Text {
                text: root.site.title
                font.pixelSize: Theme.strong
                font.weight: Font.DemiBold
                color: root.ink
                style: Text.Outline
                styleColor: Theme.surface
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

        Row {
            id: top
            anchors.bottom: parent.verticalCenter
            anchors.bottomMargin: -8
            width: parent.width

            Readout {
                width: parent.width * 0.5
                label: qsTr("sweat rate")
                value: Format.figures(root.site.rateNlPerMin, 0)
                unit: qsTr("nL/min")
                pixelSize: Theme.figure
                stale: root.stale
            }
            Readout {
                width: parent.width * 0.5
                visible: isFinite(root.site.volumeUl)
                label: qsTr("volume")
                value: Format.number(root.site.volumeUl, 2)
                unit: qsTr("µL")
                pixelSize: Theme.figure
                stale: root.stale
            }
            StateMark {
                visible: !isFinite(root.site.volumeUl)
                anchors.bottom: parent.bottom
                anchors.bottomMargin: 10
                available: parent.width * 0.5
                state_: root.site.baselineSettled ? "good" : "wait"
                text: root.site.baselineSettled ? qsTr("settled") : root.site.baselineRemark === "" ? qsTr("settling") : root.site.baselineRemark
            }
        }
        Row {
            anchors.top: top.bottom
            anchors.topMargin: 4
            width: parent.width

            Readout {
                width: parent.width * 0.25
                label: qsTr("current")
                value: Format.number(root.site.currentMa, 2)
                unit: qsTr("mA")
                stale: root.stale
            }
            Readout {
                width: parent.width * 0.25
                label: qsTr("voltage")
                value: Format.number(root.site.voltageV, 1)
                unit: qsTr("V")
                stale: root.stale
            }
            Readout {
                width: parent.width * 0.25
                label: qsTr("charge")
                value: Format.number(root.site.chargeMc, 0)
                unit: qsTr("mC")
                stale: root.stale
            }
            Readout {
                width: parent.width * 0.25
                label: root.site.contactWord === "" ? qsTr("contact") : root.site.contactWord
                value: root.site.contactWord === "" ? Format.none : Format.number(root.site.loadKohm, 1)
                unit: root.site.contactWord === "" ? "" : qsTr("kΩ")
                stale: root.stale
            }
        }
    }
}
