// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Eccrine

// All sites in one field, the chosen one on top and filled.
Rectangle {
    id: root

    required property ReviewDesk desk
    property SiteResult site: null // the chosen one
    property double startS: 0
    property double spanS: 900
    property double cursorS: NaN
    property int side: 300
    property var axis: ({}) // lower, upper, step for what is seen
    signal taken(index: int)
    signal hovered(timeS: double)

    color: Theme.surface
    radius: Theme.radius
    border.width: 1
    border.color: Theme.line

    readonly property int current: site ? site.index : -1
    readonly property double baseNlPerMin: site ? site.baselineNlPerMin + site.baselineSlopePerS * site.volumeFromS : 0

    CurvePanel {
        id: panel
        x: 8
        width: parent.width - x - root.side
        height: parent.height
        means: root.site ? root.site.means : null
        startS: root.startS
        spanS: root.spanS
        lower: root.axis.lower ?? root.desk.rateLower
        upper: root.axis.upper ?? root.desk.rateUpper
        step: root.axis.step ?? root.desk.rateStep
        ink: Theme.siteInk(Math.max(0, root.current))
        stimulus: root.site ? root.site.stimulus : []
        fillFromS: root.site && isFinite(root.site.volumeUl) ? root.site.volumeFromS : NaN
        fillToS: root.site ? root.site.endS : NaN
        fillBase: root.baseNlPerMin
        fillSlopePerS: root.site ? root.site.baselineSlopePerS : 0
        unit: qsTr("nL/min")
        description: qsTr("Sweat rates of all sites over time")

        CurveItem {
            // The earlier recording at the chosen site: thin and grey
            anchors.fill: parent
            source: root.site && root.desk.earlierTitle !== "" ? root.desk.earlierCurve(root.current) : null
            visible: source !== null
            startS: panel.startS
            spanS: panel.spanS
            lower: panel.lower
            upper: panel.upper
            inset: 3
            color: Theme.muted
            lineWidth: 1.25
        }
        Repeater {
            model: root.desk.sites
            Item {
                id: one
                required property SiteResult modelData
                required property int index
                anchors.fill: parent
                CurveItem {
                    anchors.fill: parent
                    visible: one.index !== root.current
                    source: one.modelData.means
                    startS: panel.startS
                    spanS: panel.spanS
                    lower: panel.lower
                    upper: panel.upper
                    inset: 3
                    color: Theme.siteInk(one.index)
                    lineWidth: 1.5
                }
                Rectangle {
                    visible: isFinite(one.modelData.onsetS)
                    x: visible ? Math.round(panel.xOf(one.modelData.onsetS)) : 0
                    width: one.index === root.current ? 2 : 1
                    height: parent.height
                    color: Theme.siteInk(one.index)
                }
                Glyph {
                    // the same shape as beside the name: colour does not stand alone
                    visible: isFinite(one.modelData.peakTimeS)
                    width: 14
                    height: 14
                    x: visible ? panel.xOf(one.modelData.peakTimeS) - 7 : 0
                    y: visible ? panel.yOf(one.modelData.peakAbsoluteNlPerMin) - 7 : 0
                    shape: one.index
                    color: Theme.siteInk(one.index)
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
        MouseArea {
            anchors.fill: parent
            hoverEnabled: true
            onPositionChanged: mouse => root.hovered(panel.startS + mouse.x * panel.perPixelS)
            onExited: root.hovered(NaN)
        }
    }
    Column {
        anchors.right: parent.right
        anchors.rightMargin: 14
        y: 10
        width: root.side - 30
        spacing: 10
        Repeater {
            model: root.desk.sites
            Item {
                id: entry
                required property SiteResult modelData
                required property int index
                width: parent.width
                height: automatic.visible ? 94 : 74
                Rectangle {
                    anchors.fill: parent
                    anchors.margins: -4
                    radius: Theme.smallRadius
                    visible: entry.index === root.current
                    color: Theme.accentTint
                }
                SiteTitle {
                    width: parent.width
                    site: entry.index
                    title: entry.modelData.title
                }
                BodyText {
                    y: 28
                    width: parent.width
                    elide: Text.ElideRight
                    wrapMode: Text.NoWrap
                    font.strikeout: !entry.modelData.usable
                    text: entry.modelData.latencyText + " · " + entry.modelData.volumeText + " · " + entry.modelData.peakText
                }
                Caption {
                    id: automatic
                    objectName: "overlayAutomatic"
                    y: 52
                    width: parent.width
                    elide: Text.ElideRight
                    visible: text !== ""
                    readonly property string latency: entry.modelData.onsetPlaced ? qsTr("found %1").arg(entry.modelData.automaticLatencyText) : ""
                    readonly property bool otherVolume: isFinite(entry.modelData.automaticVolumeUl) && entry.modelData.automaticVolumeUl !== entry.modelData.volumeUl
                    readonly property string volume: otherVolume ? entry.modelData.volumeBeside : ""
                    text: latency + (latency !== "" && volume !== "" ? " · " : "") + volume
                }
                Caption {
                    y: automatic.visible ? 72 : 52
                    width: parent.width
                    elide: Text.ElideRight
                    text: entry.modelData.usable ? entry.modelData.normText : qsTr("void: %1").arg(entry.modelData.voidReason)
                    color: entry.modelData.normKind === "bad" || !entry.modelData.usable ? Theme.dangerInk : entry.modelData.normKind === "good" ? Theme.goodInk : Theme.muted
                }
                MouseArea {
                    anchors.fill: parent
                    onClicked: root.taken(entry.index)
                }
            }
        }
    }
}
