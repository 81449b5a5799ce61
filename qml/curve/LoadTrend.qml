// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Eccrine

// How the load has gone since current flows, from zero up: it falls in good contact, and rises where an electrode lifts or dries.
Item {
    id: root

    required property CurveSource source // kΩ over test time
    property double sinceS: NaN
    property color ink: Theme.muted
    readonly property double untilS: source.lastTimeS

    visible: isFinite(sinceS) && isFinite(untilS) && untilS - sinceS > 2
    Accessible.role: Accessible.Graphic
    Accessible.name: qsTr("Load since the current began")

    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: 1
        color: Theme.line
    }
    CurveItem {
        anchors.fill: parent
        source: root.source
        startS: isFinite(root.sinceS) ? root.sinceS : 0
        spanS: 60 * Math.max(1, Math.ceil((root.untilS - root.sinceS) / 60)) // whole minutes: it is not drawn anew with every value
        lower: 0
        upper: Math.max(1, Math.ceil(root.source.highest))
        color: root.ink
        lineWidth: 1.5
    }
}
