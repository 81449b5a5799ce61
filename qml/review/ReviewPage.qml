// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Eccrine

// The neurologist's view: all sites at a glance, every marker within reach of mouse, finger and keyboard.
FocusScope {
    id: root

    required property ReviewDesk desk
    property int current: 0
    property int marker: -1 // ReviewDesk.Marker, -1: none
    property string layoutMode: "rows" // "rows", "overlay", "site"
    property bool ownScale: false
    property bool raw: false
    property double startS: 0
    property double spanS: 900
    property double cursorS: NaN
    property double pendingOnsetS: NaN // an onset in hand where there is none yet
    signal saveAsked
    signal keysAsked
    signal earlierAsked

    readonly property var site: desk.sites.length > 0 ? desk.sites[Math.min(current, desk.sites.length - 1)] : null
    readonly property double wholeS: Math.max(60, desk.toS - desk.fromS)

    function show(from: double, span: double): void {
        spanS = Math.min(wholeS, Math.max(Math.min(60, wholeS), span));
        startS = Math.min(Math.max(from, desk.fromS), desk.fromS + wholeS - spanS);
    }
    function showWhole(): void {
        show(desk.fromS, wholeS);
    }
    // Keeps the time under `aroundS` where it is.
    function zoom(factor: double, aroundS: double): void {
        const span = Math.min(wholeS, Math.max(Math.min(60, wholeS), spanS * factor));
        const share = (aroundS - startS) / spanS;
        show(aroundS - share * span, span);
    }
    // About the marker in hand, which comes to the middle; without one about the middle of the view.
    function zoomAtMarker(factor: double): void {
        if (marker < 0 || !site || !isFinite(markerTime())) {
            zoom(factor, startS + spanS / 2);
            return;
        }
        const span = Math.min(wholeS, Math.max(Math.min(60, wholeS), spanS * factor));
        show(markerTime() - span / 2, span);
    }
    // The scale follows what is seen, so that the beginning of a rise can be judged closely.
    readonly property var commonAxis: {
        root.desk.sites;
        root.desk.earlierTitle; // its curves have to fit as well
        return root.desk.commonAxis(root.startS, root.startS + root.spanS);
    }
    function markerTime(): double {
        return marker === ReviewDesk.Onset ? (isFinite(site.onsetS) ? site.onsetS : pendingOnsetS) : marker === ReviewDesk.BaselineFrom ? site.baselineFromS : marker === ReviewDesk.BaselineTo ? site.baselineToS : site.endS;
    }
    function take(index: int, which: int): void {
        current = index;
        marker = which;
        pendingOnsetS = which === ReviewDesk.Onset ? middle() : NaN;
        forceActiveFocus();
        if (which >= 0 && isFinite(markerTime()))
            reveal(markerTime());
    }
    function middle(): double {
        return Math.max(0, startS + spanS / 2);
    }
    function reveal(timeS: double): void {
        if (timeS < startS || timeS > startS + spanS)
            show(timeS - spanS / 2, spanS);
    }
    function nudge(byS: double): void {
        if (marker < 0) {
            show(startS + Math.sign(byS) * spanS / 10, spanS);
            return;
        }
        const from = markerTime();
        const to = isFinite(from) ? from + byS : middle();
        desk.place(current, marker, to, true);
        reveal(to);
    }
    function placeNoOnset(): void {
        desk.placeNoOnset(current);
        marker = ReviewDesk.Onset;
        pendingOnsetS = NaN;
    }
    function nextLayout(): void {
        layoutMode = layoutMode === "rows" ? "overlay" : layoutMode === "overlay" ? "site" : "rows";
    }
    function copyPicture(): void {
        curves.grabToImage(result => {
            if (desk.copyImage(result.image, Theme.ground, Theme.ink))
                copied.restart();
        });
    }
    function copyNumbers(): void {
        if (desk.copyNumbers())
            copied.restart();
    }
    // True when there was something to let go of.
    function letGo(): bool {
        if (marker < 0)
            return false;
        marker = -1;
        return true;
    }

    focus: true
    Connections {
        target: root.desk
        function onOpened() {
            root.current = Math.min(root.current, Math.max(0, root.desk.sites.length - 1));
            root.showWhole();
        }
    }
    Keys.onPressed: event => {
        if (!root.site)
            return;
        const control = event.modifiers & Qt.ControlModifier;
        const shift = event.modifiers & Qt.ShiftModifier;
        const step = control ? 0.1 : shift ? 10 : 1;
        event.accepted = true;
        if (control && event.key === Qt.Key_Z)
            shift ? root.desk.redo() : root.desk.undo();
        else if (control && event.key === Qt.Key_Y)
            root.desk.redo();
        else if (control && event.key === Qt.Key_S)
            root.saveAsked();
        else if (control && event.key === Qt.Key_C)
            shift ? root.copyPicture() : root.copyNumbers();
        else if (event.key === Qt.Key_Left)
            root.nudge(-step);
        else if (event.key === Qt.Key_Right)
            root.nudge(step);
        else if (event.key === Qt.Key_Up)
            root.take(Math.max(0, root.current - 1), root.marker);
        else if (event.key === Qt.Key_Down)
            root.take(Math.min(root.desk.sites.length - 1, root.current + 1), root.marker);
        else if (event.key >= Qt.Key_1 && event.key <= Qt.Key_8 && event.key - Qt.Key_1 < root.desk.sites.length)
            root.take(event.key - Qt.Key_1, root.marker);
        else if (event.key === Qt.Key_O)
            root.take(root.current, ReviewDesk.Onset);
        else if (event.key === Qt.Key_B)
            root.take(root.current, root.marker === ReviewDesk.BaselineFrom ? ReviewDesk.BaselineTo : ReviewDesk.BaselineFrom);
        else if (event.key === Qt.Key_E)
            root.take(root.current, ReviewDesk.End);
        else if (event.key === Qt.Key_N)
            root.placeNoOnset();
        else if (event.key === Qt.Key_Delete || event.key === Qt.Key_Backspace)
            root.desk.restore(root.current, root.marker < 0 ? ReviewDesk.Onset : root.marker);
        else if (event.key === Qt.Key_Plus || event.key === Qt.Key_Equal)
            root.zoomAtMarker(0.7);
        else if (event.key === Qt.Key_Minus)
            root.zoomAtMarker(1 / 0.7);
        else if (event.key === Qt.Key_0)
            root.showWhole();
        else if (event.key === Qt.Key_V)
            root.nextLayout();
        else if (event.key === Qt.Key_Y)
            root.ownScale = !root.ownScale;
        else if (event.key === Qt.Key_R)
            root.raw = !root.raw;
        else if (event.key === Qt.Key_L)
            root.desk.earlierTitle === "" ? root.earlierAsked() : root.desk.compareWithNothing();
        else if (event.key === Qt.Key_F1 || event.key === Qt.Key_Question)
            root.keysAsked();
        else
            event.accepted = false;
    }

    Row {
        id: tools
        x: 16
        y: 6
        spacing: 8
        ChoiceRow {
            objectName: "layoutChoice"
            width: 340
            labels: [qsTr("Each"), qsTr("Overlaid"), qsTr("One")]
            values: ["rows", "overlay", "site"]
            current: root.layoutMode
            onChosen: value => {
                root.layoutMode = value;
                root.forceActiveFocus();
            }
        }
        Repeater {
            model: [["−", qsTr("Zoom out")], ["+", qsTr("Zoom in")], [qsTr("Whole"), qsTr("Show the whole test")]]
            ActionButton {
                required property var modelData
                required property int index
                text: modelData[0]
                Accessible.name: modelData[1]
                onClicked: {
                    if (index === 2)
                        root.showWhole();
                    else
                        root.zoomAtMarker(index === 0 ? 1 / 0.7 : 0.7);
                    root.forceActiveFocus();
                }
            }
        }
        ActionButton {
            objectName: "undoButton"
            text: qsTr("Undo")
            enabled: root.desk.canUndo
            onClicked: {
                root.desk.undo();
                root.forceActiveFocus();
            }
        }
        ActionButton {
            objectName: "redoButton"
            text: qsTr("Redo")
            enabled: root.desk.canRedo
            onClicked: {
                root.desk.redo();
                root.forceActiveFocus();
            }
        }
    }
    Text {
        // The cursor's reading, or what is in hand
        id: reading
        objectName: "cursorReading"
        anchors.left: tools.right
        anchors.leftMargin: 16
        anchors.right: parent.right
        anchors.rightMargin: 20
        anchors.verticalCenter: tools.verticalCenter
        horizontalAlignment: Text.AlignRight
        elide: Text.ElideRight
        wrapMode: Text.Wrap
        maximumLineCount: 2
        lineHeight: 0.9
        font.pixelSize: isFinite(root.cursorS) ? Theme.caption : Theme.body
        color: Theme.ink
        text: {
            if (copied.running)
                return qsTr("copied");
            if (isFinite(root.cursorS)) {
                const rates = [];
                for (let i = 0; i < root.desk.sites.length; ++i)
                    rates.push(root.desk.sites[i].title + " " + Format.number(root.desk.rateAt(i, root.cursorS), 0));
                return qsTr("%1 s: %2 nL/min").arg(Format.number(root.cursorS, 0)).arg(rates.join(" · "));
            }
            if (root.marker === ReviewDesk.Onset && root.site && !isFinite(root.markerTime()))
                return qsTr("%1: no onset").arg(root.site.title);
            if (root.marker >= 0 && root.site)
                return qsTr("%1, %2: %3 s").arg(root.site.title).arg([qsTr("onset"), qsTr("baseline from"), qsTr("baseline to"), qsTr("end")][root.marker]).arg(Format.number(root.markerTime(), 1));
            return qsTr("F1: keys");
        }
        Timer {
            id: copied
            interval: 2000
        }
    }
    Item {
        id: curves
        objectName: "reviewCurves"
        anchors.top: tools.bottom
        anchors.topMargin: 8
        anchors.bottom: trips.top
        anchors.bottomMargin: trips.height > 0 ? 6 : 4
        x: 16
        width: parent.width - 32

        readonly property int side: width > 1500 ? 400 : 356
        readonly property real lanesHeight: root.raw ? Math.min(height * 0.48, 96 * lanes.count) : 0
        readonly property real rowsHeight: height - axis.height - lanesHeight

        Repeater {
            id: rows
            model: root.layoutMode === "overlay" ? [] : root.desk.sites
            ReviewRow {
                required property SiteResult modelData
                required property int index
                readonly property bool alone: root.layoutMode === "site" || root.raw
                objectName: "reviewRow" + index
                desk: root.desk
                site: modelData
                current: index === root.current
                visible: !alone || current
                marker: current ? root.marker : -1
                pendingOnsetS: root.pendingOnsetS
                startS: root.startS
                spanS: root.spanS
                cursorS: root.cursorS
                ownScale: root.ownScale || alone
                commonAxis: root.commonAxis
                side: curves.side
                width: curves.width
                height: alone ? curves.rowsHeight : (curves.rowsHeight + 6) / Math.max(1, rows.count) - 6
                y: alone ? 0 : index * (height + 6)
                onTaken: marker => root.take(index, marker)
                onHovered: timeS => root.cursorS = timeS
            }
        }
        ReviewOverlay {
            objectName: "reviewOverlay"
            visible: root.layoutMode === "overlay" && root.site !== null
            width: parent.width
            height: parent.rowsHeight
            desk: root.desk
            site: root.site
            startS: root.startS
            spanS: root.spanS
            cursorS: root.cursorS
            axis: root.commonAxis
            side: curves.side
            onTaken: index => root.take(index, ReviewDesk.Onset)
            onHovered: timeS => root.cursorS = timeS
        }
        Column {
            y: parent.rowsHeight + 2
            width: parent.width - parent.side + 8
            Repeater {
                id: lanes
                model: root.raw && root.site ? root.desk.rawLanes(root.current) : []
                RawLaneView {
                    required property RawLane modelData
                    lane: modelData
                    x: 8
                    width: curves.width - curves.side - 8
                    height: curves.lanesHeight / Math.max(1, lanes.count)
                    startS: root.startS
                    spanS: root.spanS
                    stimulus: root.site ? root.site.stimulus : []
                    cursorS: root.cursorS
                }
            }
        }
        TimeAxis {
            id: axis
            anchors.bottom: parent.bottom
            x: 8
            width: parent.width - parent.side - 8
            startS: root.startS
            spanS: root.spanS
            zeroS: 0
        }
        WheelHandler {
            acceptedDevices: PointerDevice.Mouse | PointerDevice.TouchPad
            onWheel: event => {
                const plot = axis.width - axis.gutter;
                const share = Math.min(1, Math.max(0, (point.position.x - axis.x - axis.gutter) / plot));
                if (event.modifiers & Qt.ShiftModifier)
                    root.show(root.startS - event.angleDelta.y / 120 * root.spanS / 10, root.spanS);
                else
                    root.zoom(Math.pow(0.85, event.angleDelta.y / 120), root.startS + share * root.spanS);
            }
        }
        PinchHandler {
            target: null
            property double before: 1
            onActiveChanged: before = 1
            onActiveScaleChanged: {
                const plot = axis.width - axis.gutter;
                const share = Math.min(1, Math.max(0, (centroid.position.x - axis.x - axis.gutter) / plot));
                root.zoom(before / activeScale, root.startS + share * root.spanS);
                before = activeScale;
            }
        }
        Text {
            visible: root.desk.simulated
            anchors.right: parent.right
            anchors.bottom: parent.bottom
            anchors.margins: 4
            text: qsTr("SIMULATED")
            font.pixelSize: 13
            font.weight: Font.Bold
            color: Theme.warningInk
        }
    }
    Column {
        // What ended the current before its time, or the test
        id: trips
        objectName: "tripLines"
        anchors.bottom: notes.top
        anchors.bottomMargin: height > 0 ? 6 : 0
        x: 16
        width: parent.width - 32
        spacing: 2
        Repeater {
            model: root.desk.tripSentences
            Text {
                required property string modelData
                width: trips.width
                text: modelData
                wrapMode: Text.WordWrap
                maximumLineCount: 2
                elide: Text.ElideRight
                font.pixelSize: 13
                font.weight: Font.Bold
                color: Theme.dangerInk
                Accessible.role: Accessible.StaticText
                Accessible.name: text
            }
        }
    }
    ReviewNotes {
        id: notes
        objectName: "reviewNotes"
        anchors.bottom: parent.bottom
        anchors.bottomMargin: 6
        x: 16
        width: parent.width - 32
        desk: root.desk
        site: root.site
        onset: root.marker === ReviewDesk.Onset
        roomy: root.height > 800
    }
}
