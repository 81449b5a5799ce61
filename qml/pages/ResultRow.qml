// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Eccrine

// One site of the result: the curve with what was found on it, and the same in numbers.
Rectangle {
    id: root

    required property ResultView result
    required property SiteResult site
    property int side: 500

    readonly property color ink: Theme.siteInk(site.index)
    readonly property bool hasOnset: isFinite(site.onsetS)
    readonly property bool hasPeak: isFinite(site.peakTimeS)

    color: Theme.surface
    radius: Theme.radius
    border.width: 1
    border.color: Theme.line
    Accessible.role: Accessible.Row
    Accessible.name: qsTr("%1: onset latency %2 %3, peak %4 %5, volume %6 %7, charge %8").arg(site.title).arg(site.latencyText).arg(site.latencyAside).arg(site.peakText).arg(site.peakAside).arg(site.volumeText).arg(site.volumeAside).arg(site.chargeText)

    function baselineAt(timeS: double): double {
        return site.baselineNlPerMin + site.baselineSlopePerS * timeS;
    }

    CurvePanel {
        id: panel
        x: 8
        width: parent.width - root.side - x
        height: parent.height
        source: root.site.curve
        means: root.site.means
        startS: root.result.fromS
        spanS: root.result.toS - root.result.fromS
        lower: root.result.rateLower
        upper: root.result.rateUpper
        step: root.result.rateStep
        ink: root.ink
        stimulus: root.site.stimulus
        fillFromS: isFinite(root.site.volumeUl) ? root.site.volumeFromS : NaN
        fillToS: root.site.endS
        fillBase: root.baselineAt(root.site.volumeFromS)
        fillSlopePerS: root.site.baselineSlopePerS
        unit: root.site.index === 0 ? qsTr("nL/min") : ""
        description: qsTr("Sweat rate over time, %1").arg(root.site.title)

        // The baseline as it was subtracted
        Rectangle {
            readonly property double leftX: panel.xOf(root.result.fromS)
            readonly property double rightX: panel.xOf(root.result.windowS)
            readonly property double leftY: panel.yOf(root.baselineAt(root.result.fromS))
            readonly property double rightY: panel.yOf(root.baselineAt(root.result.windowS))
            visible: isFinite(root.site.baselineNlPerMin)
            x: leftX
            y: leftY
            width: Math.hypot(rightX - leftX, rightY - leftY)
            height: 1
            transformOrigin: Item.TopLeft
            rotation: Math.atan2(rightY - leftY, rightX - leftX) * 180 / Math.PI
            color: root.ink
            opacity: 0.55
        }
        // Onset: the interval, the line and its flag
        Rectangle {
            visible: root.hasOnset && isFinite(root.site.onsetHalfWidthS)
            x: visible ? panel.xOf(root.site.onsetS - root.site.onsetHalfWidthS) : 0
            width: visible ? Math.max(1, 2 * root.site.onsetHalfWidthS / panel.perPixelS) : 0
            height: parent.height
            color: root.ink
            opacity: 0.16
        }
        Rectangle {
            id: onsetLine
            visible: root.hasOnset
            x: visible ? Math.round(panel.xOf(root.site.onsetS)) : 0
            width: 2
            height: parent.height
            color: root.ink
        }
        Text {
            visible: root.hasOnset
            anchors.left: onsetLine.right
            anchors.leftMargin: 5
            y: 2
            text: qsTr("onset")
            font.pixelSize: 13
            font.weight: Font.Medium
            color: root.ink
        }
        // Peak
        Glyph {
            id: peakMark
            visible: root.hasPeak
            width: 14
            height: 14
            x: visible ? panel.xOf(root.site.peakTimeS) - 7 : 0
            y: visible ? panel.yOf(root.site.peakAbsoluteNlPerMin) - 7 : 0
            shape: root.site.index
            color: root.ink
        }
        Text {
            visible: root.hasPeak
            anchors.left: peakMark.right
            anchors.leftMargin: 4
            anchors.verticalCenter: peakMark.verticalCenter
            anchors.verticalCenterOffset: -4
            text: qsTr("peak")
            font.pixelSize: 13
            font.weight: Font.Medium
            color: root.ink
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
        id: numbers
        anchors.left: panel.right
        anchors.leftMargin: 28
        anchors.right: parent.right
        anchors.rightMargin: 12
        height: parent.height

        SiteTitle {
            id: heading
            y: 7
            width: parent.width * 0.5
            site: root.site.index
            title: root.site.title
        }
        Caption {
            objectName: "normCaption"
            anchors.right: parent.right
            anchors.verticalCenter: heading.verticalCenter
            width: parent.width * 0.5
            horizontalAlignment: Text.AlignRight
            text: !root.site.usable ? qsTr("void") : root.site.normKind === "none" ? root.site.normText : root.site.normText + ", " + root.site.normAside
            font.weight: Font.Medium
            color: root.site.normKind === "bad" || !root.site.usable ? Theme.dangerInk : root.site.normKind === "good" ? Theme.goodInk : Theme.muted
        }
        Row {
            id: table
            width: parent.width
            anchors.top: heading.bottom
            anchors.topMargin: root.height > 180 ? 14 : 2

            Repeater {
                model: [[qsTr("onset latency"), root.site.latencyText, root.site.onsetPlaced ? qsTr("found %1").arg(root.site.automaticLatencyText) : root.site.latencyAside], [qsTr("peak"), root.site.peakText, root.site.peakAside], [qsTr("volume"), root.site.volumeText, root.site.volumeBeside], [qsTr("charge"), root.site.chargeText, root.site.chargeAside]]
                Column {
                    id: cell
                    required property var modelData
                    required property int index
                    width: table.width / 4
                    Caption {
                        text: cell.modelData[0]
                        width: parent.width
                    }
                    Text {
                        text: cell.modelData[1]
                        font.pixelSize: 20
                        font.weight: Font.DemiBold
                        font.strikeout: !root.site.usable && cell.index < 3
                        color: root.site.usable || cell.index === 3 ? Theme.ink : Theme.muted
                        width: parent.width - 4
                        fontSizeMode: Text.HorizontalFit
                        minimumPixelSize: 13
                        elide: Text.ElideRight
                    }
                    Caption {
                        objectName: ["latencyAside", "peakAside", "volumeAside", "chargeAside"][cell.index]
                        text: root.site.usable || cell.index === 3 ? cell.modelData[2] : qsTr("void")
                        width: parent.width - 4
                        fontSizeMode: Text.HorizontalFit
                        minimumPixelSize: 11
                    }
                }
            }
        }
        Row {
            id: remarkArea
            anchors.top: table.bottom
            anchors.topMargin: root.height > 180 ? 12 : 2
            spacing: 6
            Glyph {
                id: remarkSign
                width: 18
                height: 18
                y: 1
                shape: root.site.remarks === "" ? Glyph.Check : Glyph.Warning
                color: root.site.remarks === "" ? Theme.goodInk : root.site.usable ? Theme.warningInk : Theme.dangerInk
            }
            Caption {
                objectName: "remarkText"
                width: numbers.width - 30
                text: (root.site.placedText === "" ? "" : root.site.placedText + " · ") + (root.site.usable && (root.site.notCompared || root.site.normKind === "open") ? root.site.normAside + " " : "") + (root.site.remarks === "" ? qsTr("no remarks on the signal") : root.site.usable ? root.site.remarks : qsTr("void: %1").arg(root.site.voidReason))
                color: root.site.remarks === "" ? Theme.goodInk : root.site.usable ? Theme.warningInk : Theme.dangerInk
                wrapMode: Text.Wrap
                height: Math.max(20, root.height - remarkArea.y - 2)
                lineHeight: 0.95
                fontSizeMode: Text.Fit // a sentence that is cut leaves out what to do
                minimumPixelSize: 11
            }
        }
    }
}
