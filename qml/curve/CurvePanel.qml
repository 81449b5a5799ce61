// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Eccrine

// One curve with its value axis, the shaded stimulus and room for markers. The time axis is a TimeAxis below.
Item {
    id: root

    property alias source: curve.source // every sample, drawn as a faint band
    property alias means: meanCurve.source // of one second each, drawn as the line
    property double startS: 0
    property double spanS: 900
    property double lower: 0
    property double upper: 100
    property double step: 50
    property color ink: Theme.ink
    property var stimulus: [] // where current flowed: objects with fromS and toS
    property double stimulusFromS: NaN // of one that is running
    property double stimulusToS: NaN
    property string description
    property string unit
    property alias fillFromS: meanCurve.fillFromS
    property alias fillToS: meanCurve.fillToS
    property alias fillBase: meanCurve.fillBase
    property alias fillSlopePerS: meanCurve.fillSlopePerS
    property real fillOpacity: 0.18
    readonly property int gutter: 52
    readonly property double perPixelS: spanS / Math.max(1, plot.width)
    // Values that would touch are left out
    readonly property int labelEvery: Math.max(1, Math.ceil(17 * (upper - lower) / step / Math.max(1, plot.height)))
    default property alias markers: plot.data

    Accessible.role: Accessible.Graphic
    Accessible.name: description

    function xOf(timeS: double): double {
        return (timeS - startS) / perPixelS;
    }
    function yOf(value: double): double {
        return curve.inset + (upper - value) * (plot.height - 2 * curve.inset) / (upper - lower);
    }

    Repeater {
        // Grid lines and their values
        model: Math.max(0, Math.round((root.upper - root.lower) / root.step)) + 1
        Item {
            required property int index
            readonly property double value: root.lower + index * root.step
            y: plot.y + root.yOf(value)
            width: root.width

            Rectangle {
                x: root.gutter
                width: plot.width
                height: 1
                color: Math.abs(parent.value) < 1e-9 ? Theme.edge : Theme.line
            }
            Text {
                anchors.right: parent.left
                anchors.rightMargin: -root.gutter + 8
                anchors.verticalCenter: parent.top
                visible: parent.index % root.labelEvery === 0
                text: Format.number(parent.value, root.step < 0.1 ? 2 : root.step < 1 ? 1 : 0)
                font.pixelSize: 13
                color: Theme.muted
                Accessible.ignored: true
            }
        }
    }
    component Shade: Rectangle {
        property double fromS: NaN
        property double toS: NaN
        readonly property double from: Math.max(0, root.xOf(fromS))
        visible: isFinite(fromS)
        x: plot.x + (visible ? from : 0)
        y: plot.y
        width: visible ? Math.max(0, Math.min(plot.width, root.xOf(isFinite(toS) ? toS : fromS)) - from) : 0
        height: plot.height
        color: Theme.stimulus
        opacity: 0.85
        z: -1
    }
    Shade {
        fromS: root.stimulusFromS
        toS: root.stimulusToS
    }
    Repeater {
        model: root.stimulus
        Shade {
            required property var modelData
            objectName: "shade"
            fromS: modelData.fromS
            toS: modelData.toS
        }
    }
    Text {
        // Beside the highest value, where no curve comes
        x: root.gutter + 6
        y: plot.y + 4
        visible: root.unit !== ""
        text: root.unit
        font.pixelSize: 13
        color: Theme.muted
        z: 1
        Accessible.ignored: true
        Rectangle {
            // no marker crosses the unit
            anchors.fill: parent
            anchors.margins: -2
            z: -1
            color: Theme.surface
        }
    }
    Item {
        id: plot
        x: root.gutter
        y: 8
        width: root.width - x
        height: root.height - 16
        clip: true

        CurveItem {
            id: curve
            anchors.fill: parent
            startS: root.startS
            spanS: root.spanS
            lower: root.lower
            upper: root.upper
            inset: 3
            color: Qt.rgba(root.ink.r, root.ink.g, root.ink.b, 0.22)
            lineWidth: 1
        }
        CurveItem {
            id: meanCurve
            anchors.fill: parent
            startS: root.startS
            spanS: root.spanS
            lower: root.lower
            upper: root.upper
            inset: 3
            color: root.ink
            lineWidth: 2
            fillColor: Qt.rgba(root.ink.r, root.ink.g, root.ink.b, root.fillOpacity)
        }
    }
}
