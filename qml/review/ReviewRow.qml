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
    property double pendingOnsetS: NaN // an onset in hand where there is none yet
    property double startS: 0
    property double spanS: 900
    property double cursorS: NaN
    property bool ownScale: false
    property var commonAxis: ({}) // lower, upper, step for all sites
    property int side: 300
    property bool numbers: true
    signal taken(marker: int)
    signal hovered(timeS: double)

    readonly property color ink: Theme.siteInk(site.index)
    // the earlier curve's range belongs to it
    readonly property var axis: {
        root.desk.earlierTitle;
        const own = root.desk.ownAxis(root.site.index, root.startS, root.startS + root.spanS);
        return own.step === undefined ? {
            lower: root.site.rateLower,
            upper: root.site.rateUpper,
            step: root.site.rateStep
        } : own;
    }

    color: Theme.surface
    radius: Theme.radius
    border.width: current ? 2 : 1
    border.color: current ? ink : Theme.line
    Accessible.role: Accessible.Row
    Accessible.name: qsTr("%1: onset latency %2 %3, volume %4 %5, %6%7").arg(site.title).arg(site.latencyText).arg(site.latencyAside).arg(site.volumeText).arg(site.volumeAside).arg(site.normText).arg(site.usable ? "" : ", " + qsTr("void: %1").arg(site.voidReason))

    function noteOf(marker: string): string {
        const marks = root.desk.marks;
        for (let i = 0; i < marks.length; ++i)
            if (marks[i].site === root.site.key && marks[i].marker === marker)
                return marks[i].text;
        return "";
    }
    // A label stands above those before it that it would touch.
    function levelOf(flag: int): int {
        let level = 0;
        for (let i = 0; i < flag; ++i) {
            const other = root.site.flags[i];
            if (isFinite(other.fromS) && Math.abs(panel.xOf(other.fromS) - panel.xOf(root.site.flags[flag].fromS)) < 170)
                ++level;
        }
        return level;
    }
    // Flags of a short baseline would cover one another: they point outwards, or at the left edge one stands
    // above the other.
    readonly property bool shortBaseline: panel.xOf(site.baselineToS) - panel.xOf(site.baselineFromS) < 175 // px, both flags
    readonly property bool flagsOutwards: shortBaseline && panel.xOf(site.baselineFromS) > 100
    readonly property bool flagsStacked: shortBaseline && !flagsOutwards
    // How high a remark's label has to stand to be clear of those flags.
    function liftOf(labelX: double): int {
        const from = panel.xOf(site.baselineFromS);
        if (!current || labelX < from - 200 || labelX > Math.max(panel.xOf(site.baselineToS) + (shortBaseline ? 90 : 10), from + 110))
            return 0;
        return flagsStacked ? 54 : 30;
    }
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
        lower: root.ownScale ? root.axis.lower : root.commonAxis.lower ?? root.desk.rateLower
        upper: root.ownScale ? root.axis.upper : root.commonAxis.upper ?? root.desk.rateUpper
        step: root.ownScale ? root.axis.step : root.commonAxis.step ?? root.desk.rateStep
        ink: root.ink
        stimulus: root.site.stimulus
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
                Glyph {
                    visible: !root.current
                    y: -17
                    width: 15
                    height: 15
                    shape: Glyph.Warning
                    color: remark.modelData.voids ? Theme.dangerInk : Theme.warningInk
                }
                Rectangle {
                    anchors.fill: remarkLabel
                    anchors.margins: -2
                    visible: root.current
                    radius: 2
                    color: Theme.surface
                }
                Text {
                    id: remarkLabel
                    objectName: "flagLabel"
                    visible: root.current
                    x: Math.min(0, panel.width - panel.gutter - parent.x - implicitWidth - 4)
                    y: Math.max(-remark.y + 2, -20 - 18 * root.levelOf(remark.index) - root.liftOf(remark.x + x))
                    text: remark.modelData.label
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
            label: qsTr("base from")
            note: root.noteOf("baseline")
            description: qsTr("Beginning of the baseline at %1").arg(root.site.title)
            ink: root.ink
            flagY: parent.height - 30
            flagLeft: root.flagsOutwards
            z: 1 // its flag before the line of the other end
            onPicked: root.taken(ReviewDesk.BaselineFrom)
            onMoved: (timeS, settled) => root.desk.place(root.site.index, ReviewDesk.BaselineFrom, timeS, settled)
        }
        MarkerHandle {
            panel: panel
            objectName: "baselineToMarker"
            timeS: root.current ? root.site.baselineToS : NaN
            placed: root.site.baselinePlaced
            chosen: root.marker === ReviewDesk.BaselineTo
            label: qsTr("base to")
            description: qsTr("End of the baseline at %1").arg(root.site.title)
            ink: root.ink
            flagY: parent.height - (root.flagsStacked ? 54 : 30)
            flagLeft: !root.shortBaseline
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
            note: root.noteOf("end")
            description: qsTr("End of the window at %1").arg(root.site.title)
            ink: root.ink
            flagLeft: true
            onPicked: root.taken(ReviewDesk.End)
            onMoved: (timeS, settled) => root.desk.place(root.site.index, ReviewDesk.End, timeS, settled)
        }
        MarkerHandle {
            panel: panel
            objectName: "onsetMarker"
            timeS: isFinite(root.site.onsetS) ? root.site.onsetS : root.marker === ReviewDesk.Onset ? root.pendingOnsetS : NaN
            automaticS: root.site.automaticOnsetS
            placed: root.site.onsetPlaced
            chosen: root.marker === ReviewDesk.Onset
            label: qsTr("onset")
            note: root.noteOf("onset")
            description: qsTr("Onset of sweating at %1").arg(root.site.title)
            ink: root.ink
            noteLeft: true // before the onset the curve lies low
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
        Glyph {
            objectName: "remarkSign"
            visible: root.site.flags.length > 0
            x: Math.min(heading.implicitWidth + 8, parent.width * 0.5 - 18)
            anchors.verticalCenter: heading.verticalCenter
            width: 16
            height: 16
            shape: Glyph.Warning
            color: root.site.usable ? Theme.warningInk : Theme.dangerInk
        }
        NormBar {
            id: norm
            anchors.verticalCenter: heading.verticalCenter
            anchors.right: parent.right
            visible: known && root.site.usable
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
                model: [[qsTr("latency"), root.site.latencyText, root.site.onsetPlaced ? qsTr("found %1").arg(root.site.automaticLatencyText) : root.site.latencyAside], [qsTr("volume"), root.site.volumeText, root.site.volumeBeside], [qsTr("peak"), root.site.peakText, root.site.peakAside]]
                Column {
                    id: cell
                    required property var modelData
                    required property int index
                    width: figures.width * [0.28, 0.42, 0.3][index]
                    Caption {
                        text: cell.modelData[0]
                        width: parent.width - 6
                        font.pixelSize: 12
                    }
                    Text {
                        objectName: ["latencyFigure", "volumeFigure", "peakFigure"][cell.index]
                        text: cell.modelData[1]
                        font.pixelSize: 17
                        font.weight: Font.DemiBold
                        font.strikeout: !root.site.usable
                        color: root.site.usable ? Theme.ink : Theme.muted
                        width: parent.width - 4
                        fontSizeMode: Text.HorizontalFit
                        minimumPixelSize: 12
                        elide: Text.ElideRight
                    }
                    Caption {
                        objectName: ["latencyAside", "volumeAside", "peakAside"][cell.index]
                        text: root.site.usable ? cell.modelData[2] : qsTr("void")
                        width: parent.width - 6
                        fontSizeMode: Text.HorizontalFit // a number that is cut would be read as another
                        minimumPixelSize: 9
                        elide: Text.ElideRight
                    }
                }
            }
        }
        Caption {
            objectName: "normCaption"
            anchors.top: figures.bottom
            anchors.topMargin: 4
            anchors.bottom: parent.bottom
            anchors.bottomMargin: 4
            width: parent.width
            wrapMode: Text.Wrap
            elide: Text.ElideRight
            text: !root.site.usable ? qsTr("void: %1").arg(root.site.voidReason) : root.site.normKind === "none" ? (root.site.normAside === "" ? root.site.normText : qsTr("%1: %2").arg(root.site.normText).arg(root.site.normAside)) : root.site.normText + ", " + root.site.normAside
            color: root.site.normKind === "bad" || !root.site.usable ? Theme.dangerInk : root.site.normKind === "good" ? Theme.goodInk : Theme.muted
            font.weight: Font.Medium
        }
    }
}
