// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Eccrine

// One site under review: its curve with the baseline and its band, the markers, and its numbers at the right.
Rectangle {
    id: root

    required property ReviewDesk desk
    required property SiteResult site
    property bool current: false
    property int marker: -1 // ReviewDesk.Marker that the keys move; -1: none
    property double startS: 0
    property double spanS: 900
    property double cursorS: NaN
    property bool ownScale: false
    property int side: 300
    property bool numbers: true
    signal taken(marker: int)
    signal hovered(timeS: double)

    readonly property color ink: Theme.siteInk(site.index)
    readonly property var texts: [qsTr("onset"), qsTr("baseline from"), qsTr("baseline to"), qsTr("end")]

    color: Theme.surface
    radius: Theme.radius
    border.width: current ? 2 : 1
    border.color: current ? ink : Theme.line
    Accessible.role: Accessible.Row
    Accessible.name: qsTr("%1: onset latency %2 %3, volume %4 %5, %6").arg(site.title).arg(site.latencyText).arg(site.latencyAside).arg(site.volumeText).arg(site.volumeAside).arg(site.normText)

    function baselineAt(timeS: double): double {
        return site.baselineNlPerMin + site.baselineSlopePerS * timeS;
    }

    CurvePanel {
        id: panel
        objectName: "curve"
        x: 8
        width: parent.width - x - (root.numbers ? root.side : 8)
        height: parent.height
        source: root.site.curve
        means: root.site.means
        startS: root.startS
        spanS: root.spanS
        lower: root.ownScale ? root.site.rateLower : root.desk.rateLower
        upper: root.ownScale ? root.site.rateUpper : root.desk.rateUpper
        step: root.ownScale ? root.site.rateStep : root.desk.rateStep
        ink: root.ink
        stimulusFromS: 0
        stimulusToS: root.desk.stimulusS
        fillFromS: isFinite(root.site.volumeUl) ? root.site.volumeFromS : NaN
        fillToS: root.site.endS
        fillBase: root.baselineAt(root.site.volumeFromS)
        fillSlopePerS: root.site.baselineSlopePerS
        unit: root.site.index === 0 ? qsTr("nL/min") : ""
        description: qsTr("Sweat rate over time, %1").arg(root.site.title)

        MouseArea {
            // Under the markers: chooses the site, shows the cursor
            anchors.fill: parent
            hoverEnabled: true
            acceptedButtons: Qt.LeftButton
            onPositionChanged: mouse => root.hovered(panel.startS + mouse.x * panel.perPixelS)
            onExited: root.hovered(NaN)
            onClicked: root.taken(-1)
        }
        Item {
            // The earlier recording, behind nothing and in front of the fill: thin and grey
            anchors.fill: parent
            CurveItem {
                anchors.fill: parent
                source: root.desk.earlierTitle !== "" ? root.desk.earlierCurve(root.site.index) : null
                visible: source !== null
                startS: panel.startS
                spanS: panel.spanS
                lower: panel.lower
                upper: panel.upper
                inset: 3
                color: Theme.muted
                lineWidth: 1.25
            }
        }
        Rectangle {
            // Where the baseline was taken from
            readonly property double fromX: panel.xOf(root.site.baselineFromS)
            visible: isFinite(root.site.baselineNlPerMin)
            x: visible ? fromX : 0
            width: visible ? panel.xOf(root.site.baselineToS) - fromX : 0
            anchors.bottom: parent.bottom
            height: 5
            color: root.ink
            opacity: 0.45
        }
        Item {
            // The baseline as it was subtracted, with the band that holds it with 95 %
            id: base
            readonly property double leftX: panel.xOf(root.site.baselineFromS)
            readonly property double rightX: panel.xOf(root.site.endS)
            readonly property double leftY: panel.yOf(root.baselineAt(root.site.baselineFromS))
            readonly property double rightY: panel.yOf(root.baselineAt(root.site.endS))
            readonly property double band: isFinite(root.site.baselineUncertainty) ? panel.yOf(0) - panel.yOf(root.site.baselineUncertainty) : 0
            visible: isFinite(root.site.baselineNlPerMin)
            x: leftX
            y: leftY
            width: Math.hypot(rightX - leftX, rightY - leftY)
            height: 1
            transformOrigin: Item.TopLeft
            rotation: Math.atan2(rightY - leftY, rightX - leftX) * 180 / Math.PI
            Rectangle {
                y: -base.band
                width: parent.width
                height: Math.max(1, 2 * base.band)
                color: root.ink
                opacity: 0.13
            }
            Rectangle {
                width: parent.width
                height: 1
                color: root.ink
                opacity: 0.7
            }
        }
        Rectangle {
            // Onsets that fit nearly as well
            visible: isFinite(root.site.onsetS) && isFinite(root.site.onsetHalfWidthS)
            x: visible ? panel.xOf(root.site.onsetS - root.site.onsetHalfWidthS) : 0
            width: visible ? Math.max(2, 2 * root.site.onsetHalfWidthS / panel.perPixelS) : 0
            height: parent.height
            color: root.ink
            opacity: 0.2
        }
        Glyph {
            visible: isFinite(root.site.peakTimeS)
            width: 14
            height: 14
            x: visible ? panel.xOf(root.site.peakTimeS) - 7 : 0
            y: visible ? panel.yOf(root.site.peakAbsoluteNlPerMin) - 7 : 0
            shape: root.site.index
            color: root.ink
        }
        Repeater {
            // Remarks at their place
            model: root.site.flags
            Item {
                id: remark
                required property var modelData
                required property int index
                readonly property double fromX: Math.max(0, panel.xOf(modelData.fromS))
                readonly property double toX: Math.min(panel.width - panel.gutter, panel.xOf(modelData.toS))
                visible: isFinite(modelData.fromS) && isFinite(modelData.toS) && toX > 0 && fromX < panel.width - panel.gutter
                x: visible ? fromX : 0
                width: visible ? Math.max(4, toX - fromX) : 0
                y: panel.height - 29
                height: 8
                Rectangle {
                    anchors.fill: parent
                    radius: 2
                    color: remark.modelData.voids ? Theme.dangerInk : Theme.warningInk
                    opacity: 0.35
                }
                Text {
                    visible: root.current
                    y: -17
                    text: remark.modelData.code
                    font.pixelSize: 12
                    font.weight: Font.Medium
                    color: remark.modelData.voids ? Theme.dangerInk : Theme.warningInk
                }
            }
        }
        Repeater {
            // What happened during the test
            model: root.desk.events
            Item {
                id: happening
                required property var modelData
                visible: modelData.site === "" || modelData.site === root.site.key
                x: visible ? Math.round(panel.xOf(modelData.timeS)) : 0
                height: parent ? parent.height : 0
                Rectangle {
                    width: 1
                    height: parent.height
                    color: Theme.edge
                }
                Text {
                    visible: root.site.index === 0
                    x: 4
                    y: parent.height - 30
                    text: happening.modelData.title
                    font.pixelSize: 12
                    color: Theme.muted
                }
            }
        }
        Rectangle {
            visible: isFinite(root.cursorS)
            x: visible ? Math.round(panel.xOf(root.cursorS)) : 0
            width: 1
            height: parent.height
            color: Theme.edge
        }
        MarkerHandle {
            panel: panel
            objectName: "baselineFromMarker"
            timeS: root.current ? root.site.baselineFromS : NaN
            placed: root.site.baselinePlaced
            chosen: root.marker === ReviewDesk.BaselineFrom
            label: qsTr("base")
            description: qsTr("Beginning of the baseline at %1").arg(root.site.title)
            ink: root.ink
            flagY: parent.height - 30
            onPicked: root.taken(ReviewDesk.BaselineFrom)
            onMoved: (timeS, settled) => root.desk.place(root.site.index, ReviewDesk.BaselineFrom, timeS, settled)
        }
        MarkerHandle {
            panel: panel
            objectName: "baselineToMarker"
            timeS: root.current ? root.site.baselineToS : NaN
            placed: root.site.baselinePlaced
            chosen: root.marker === ReviewDesk.BaselineTo
            label: qsTr("base")
            description: qsTr("End of the baseline at %1").arg(root.site.title)
            ink: root.ink
            flagY: parent.height - 30
            flagLeft: true
            onPicked: root.taken(ReviewDesk.BaselineTo)
            onMoved: (timeS, settled) => root.desk.place(root.site.index, ReviewDesk.BaselineTo, timeS, settled)
        }
        MarkerHandle {
            panel: panel
            objectName: "endMarker"
            timeS: root.current || root.site.endPlaced ? root.site.endS : NaN
            automaticS: NaN
            placed: root.site.endPlaced
            chosen: root.marker === ReviewDesk.End
            label: qsTr("end")
            description: qsTr("End of the window at %1").arg(root.site.title)
            ink: root.ink
            flagLeft: true
            onPicked: root.taken(ReviewDesk.End)
            onMoved: (timeS, settled) => root.desk.place(root.site.index, ReviewDesk.End, timeS, settled)
        }
        MarkerHandle {
            panel: panel
            objectName: "onsetMarker"
            timeS: root.site.onsetS
            automaticS: root.site.automaticOnsetS
            placed: root.site.onsetPlaced
            chosen: root.marker === ReviewDesk.Onset
            label: qsTr("onset")
            description: qsTr("Onset of sweating at %1").arg(root.site.title)
            ink: root.ink
            onPicked: root.taken(ReviewDesk.Onset)
            onMoved: (timeS, settled) => root.desk.place(root.site.index, ReviewDesk.Onset, timeS, settled)
        }
    }
    Item {
        visible: root.numbers
        anchors.right: parent.right
        anchors.rightMargin: 14
        width: root.side - 30
        height: parent.height

        SiteTitle {
            id: heading
            y: 6
            width: parent.width * 0.5
            site: root.site.index
            title: root.site.title
        }
        NormBar {
            id: norm
            anchors.verticalCenter: heading.verticalCenter
            anchors.right: parent.right
            visible: known
            width: parent.width * 0.46
            volumeUl: root.site.volumeUl
            automaticUl: root.site.automaticVolumeUl
            lowerUl: root.site.normLowerUl
            upperUl: root.site.normUpperUl
            medianUl: root.site.normMedianUl
            kind: root.site.normKind
            text: root.site.normText
            aside: root.site.normAside
            ink: root.ink
        }
        Row {
            id: figures
            anchors.top: heading.bottom
            anchors.topMargin: 2
            width: parent.width
            Repeater {
                model: [[qsTr("onset"), root.site.latencyText, root.site.onsetPlaced ? qsTr("found %1").arg(root.site.automaticLatencyText) : root.site.latencyAside], [qsTr("volume"), root.site.volumeText, root.site.automaticVolumeText !== "" && root.site.automaticVolumeText !== root.site.volumeText ? qsTr("found %1").arg(root.site.automaticVolumeText) : root.site.volumeAside], [qsTr("peak"), root.site.peakText, root.site.peakAside]]
                Column {
                    id: cell
                    required property var modelData
                    required property int index
                    width: figures.width * [0.28, 0.39, 0.33][index]
                    Text {
                        objectName: ["latencyFigure", "volumeFigure", "peakFigure"][cell.index]
                        text: cell.modelData[1]
                        font.pixelSize: 17
                        font.weight: Font.DemiBold
                        color: Theme.ink
                        width: parent.width
                        elide: Text.ElideRight
                    }
                    Caption {
                        text: cell.modelData[2]
                        width: parent.width - 6
                        elide: Text.ElideRight
                    }
                }
            }
        }
        Caption {
            objectName: "normCaption"
            anchors.top: figures.bottom
            anchors.topMargin: 4
            width: parent.width
            elide: Text.ElideRight
            text: root.site.normKind === "none" ? root.site.normText : root.site.normText + ", " + root.site.normAside
            color: root.site.normKind === "bad" ? Theme.dangerInk : root.site.normKind === "good" ? Theme.goodInk : Theme.muted
            font.weight: Font.Medium
        }
    }
}
