// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Eccrine

// One rate: its name, some of how many, and a bar with its 95 % interval and the benchmark.
Item {
    id: root

    required property var entry
    property double axisTo: 20
    readonly property color strong: entry.kind === "bad" ? Theme.dangerInk : entry.kind === "good" ? Theme.accent : Theme.muted

    implicitHeight: 34
    Accessible.role: Accessible.StaticText
    Accessible.name: entry.title + ": " + entry.count + ", " + entry.percentText + (entry.percentText === "–" ? "" : qsTr(", 95 % interval %1 to %2 %").arg(entry.low.toFixed(1)).arg(entry.high.toFixed(1))) + (entry.verdict === "" ? "" : ", " + entry.verdict)

    Caption {
        id: name
        width: parent.width * 0.34
        anchors.verticalCenter: parent.verticalCenter
        color: Theme.ink
        text: root.entry.title
        Accessible.ignored: true
    }
    Caption {
        id: count
        anchors.left: name.right
        anchors.leftMargin: 8
        width: 78
        horizontalAlignment: Text.AlignRight
        anchors.verticalCenter: parent.verticalCenter
        text: root.entry.count
        Accessible.ignored: true
    }
    Caption {
        id: percent
        anchors.left: count.right
        anchors.leftMargin: 8
        width: 60
        horizontalAlignment: Text.AlignRight
        anchors.verticalCenter: parent.verticalCenter
        color: Theme.ink
        font.weight: Font.DemiBold
        text: root.entry.percentText
        Accessible.ignored: true
    }
    Item {
        id: bar
        anchors.left: percent.right
        anchors.leftMargin: 14
        anchors.right: verdict.left
        anchors.rightMargin: 14
        height: parent.height

        function at(value: double): double {
            return Math.max(0, Math.min(1, value / root.axisTo)) * width;
        }
        Rectangle {
            width: parent.width
            height: 12
            anchors.verticalCenter: parent.verticalCenter
            radius: 3
            color: Theme.raised
            border.width: 1
            border.color: Theme.line
        }
        Rectangle {
            width: Math.max(root.entry.percent > 0 ? 2 : 0, bar.at(root.entry.percent))
            height: 12
            anchors.verticalCenter: parent.verticalCenter
            radius: 3
            color: root.strong
        }
        Rectangle { // the interval, on a light edge so that it is seen on the bar too
            visible: root.entry.percentText !== "–"
            x: bar.at(root.entry.low)
            width: Math.max(1, bar.at(root.entry.high) - x)
            height: 4
            anchors.verticalCenter: parent.verticalCenter
            color: Theme.ink
            border.width: 1
            border.color: Theme.surface
        }
        Repeater {
            model: root.entry.percentText !== "–" ? [root.entry.low, root.entry.high] : []
            Rectangle {
                required property double modelData
                x: bar.at(modelData) - 1
                width: 2
                height: 14
                anchors.verticalCenter: parent ? parent.verticalCenter : undefined
                color: Theme.ink
            }
        }
        Rectangle { // benchmark
            visible: root.entry.benchmark >= 0
            x: bar.at(root.entry.benchmark) - 1.5
            width: 3
            height: parent.height - 4
            anchors.verticalCenter: parent.verticalCenter
            color: Theme.warningInk
        }
    }
    Item {
        id: verdict
        anchors.right: parent.right
        width: 150
        height: parent.height

        StateMark {
            visible: root.entry.kind !== "plain"
            available: parent.width
            anchors.verticalCenter: parent.verticalCenter
            state_: root.entry.kind === "bad" ? "bad" : "good"
            text: root.entry.verdict
            Accessible.ignored: true
        }
        Caption {
            visible: root.entry.kind === "plain"
            width: parent.width
            anchors.verticalCenter: parent.verticalCenter
            text: root.entry.verdict
            Accessible.ignored: true
        }
    }
}
