// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Eccrine

// A marker on the time axis that can be taken hold of: a line over the height of the curve with a flag. The place
// that the analysis found by itself stays behind as a broken line.
Item {
    id: root

    property double timeS: NaN
    property double automaticS: NaN // only beside a placed one
    property bool placed: false
    property bool chosen: false
    property string label
    property string description
    property string note // both values, the reason, who and when
    property color ink: Theme.ink
    property int flagY: 2
    property bool flagLeft: false
    property bool noteLeft: flagLeft
    required property CurvePanel panel
    signal picked
    signal moved(timeS: double, settled: bool)

    readonly property bool shown: isFinite(timeS) && timeS >= panel.startS && timeS <= panel.startS + panel.spanS
    readonly property int reach: 22 // half of what a finger hits

    anchors.fill: parent

    Column {
        // The automatic place: dashes, drawn because colour alone would not tell
        visible: root.placed && isFinite(root.automaticS)
        x: visible ? Math.round(root.panel.xOf(root.automaticS)) : 0
        spacing: 5
        Repeater {
            model: Math.max(0, Math.floor(root.height / 11))
            Rectangle {
                width: 1
                height: 6
                color: root.ink
                opacity: 0.75
            }
        }
    }
    Item {
        id: grip
        visible: root.shown
        x: root.shown ? root.panel.xOf(root.timeS) - root.reach : 0
        width: 2 * root.reach
        height: parent.height
        Accessible.role: Accessible.Slider
        Accessible.name: root.note === "" ? root.description : root.description + ". " + root.note
        Accessible.focusable: true

        Rectangle {
            anchors.horizontalCenter: parent.horizontalCenter
            width: root.chosen ? 3 : 2
            height: parent.height
            color: root.ink
        }
        Rectangle {
            id: flag
            x: root.flagLeft ? root.reach - width + 1 : root.reach - 1
            y: root.flagY
            width: caption.implicitWidth + 14
            height: 22
            radius: 3
            color: root.chosen ? root.ink : Theme.surface
            border.width: 1
            border.color: root.ink
            HoverHandler {
                id: hover
            }
            Text {
                id: caption
                anchors.centerIn: parent
                text: root.label + (root.placed ? " ✎" : "")
                font.pixelSize: 13
                font.weight: Font.Medium
                color: root.chosen ? Theme.surface : root.ink
            }
        }
        MouseArea {
            id: hand
            objectName: "grip"
            anchors.fill: parent
            anchors.leftMargin: root.flagLeft ? -flag.width + root.reach : root.reach - 8
            anchors.rightMargin: root.flagLeft ? root.reach - 8 : -flag.width + root.reach
            cursorShape: Qt.SizeHorCursor
            preventStealing: true
            property double grabS: 0
            property bool dragged: false
            function timeAt(mouseX: double): double {
                const inPlot = mapToItem(root, mouseX, 0).x;
                return root.panel.startS + inPlot * root.panel.perPixelS;
            }
            onPressed: mouse => {
                root.picked();
                dragged = false;
                grabS = timeAt(mouse.x) - root.timeS;
            }
            onPositionChanged: mouse => {
                if (!pressed)
                    return;
                dragged = true;
                root.moved(timeAt(mouse.x) - grabS, false);
            }
            onReleased: mouse => {
                if (dragged)
                    root.moved(timeAt(mouse.x) - grabS, true);
            }
            onCanceled: if (dragged)
                root.moved(root.timeS, true)
        }
    }
    Rectangle {
        objectName: "markerNote"
        // only over the flag, and never while the marker moves: it would lie over what is looked at. The notes below
        // the curves have the same sentence.
        visible: root.shown && root.note !== "" && hover.hovered && !hand.pressed
        x: visible ? Math.max(root.noteLeft ? 60 : 0, Math.min(root.width - width, grip.x + (root.noteLeft ? root.reach - width - 6 : root.reach + 6))) : 0
        y: root.noteLeft && !root.flagLeft ? 2 : root.flagY < root.height / 2 ? root.flagY + 26 : Math.max(0, root.flagY - height - 4)
        z: 1
        width: Math.min(noteText.implicitWidth + 16, root.noteLeft ? Math.max(220, Math.min(360, grip.x + root.reach - 66)) : 360, root.width)
        height: noteText.height + 10
        radius: 4
        color: Theme.surface
        border.width: 1
        border.color: root.ink
        Text {
            id: noteText
            x: 8
            y: 5
            width: parent.width - 16
            text: root.note
            font.pixelSize: 13
            color: Theme.ink
            wrapMode: Text.Wrap
        }
    }
}
