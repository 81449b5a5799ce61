// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Eccrine

// One recorded signal over the same time as the curve above it.
Item {
    id: root

    required property RawLane lane
    property double startS: 0
    property double spanS: 900
    property var stimulus: [] // as of a CurvePanel
    property double cursorS: NaN

    CurvePanel {
        id: panel
        anchors.fill: parent
        means: root.lane.curve
        startS: root.startS
        spanS: root.spanS
        lower: root.lane.lower
        upper: root.lane.upper
        step: root.lane.step
        ink: Theme.muted
        stimulus: root.stimulus
        description: root.lane.title

        Rectangle {
            visible: isFinite(root.cursorS)
            x: visible ? Math.round(panel.xOf(root.cursorS)) : 0
            width: 1
            height: parent.height
            color: Theme.edge
        }
    }
    Rectangle {
        anchors.fill: title
        anchors.margins: -3
        radius: 3
        color: Theme.surface
        border.width: 1
        border.color: Theme.line
    }
    Text {
        id: title
        x: panel.gutter + 8
        y: 8
        text: root.lane.title + ", " + root.lane.unit
        font.pixelSize: 13
        color: Theme.ink
    }
}
