// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Eccrine

// Minutes below the curves, counted from `zeroS`.
Item {
    id: root

    property double startS: 0
    property double spanS: 900
    property double zeroS: 0
    property int gutter: 52

    // The shortest step whose labels do not touch
    readonly property double stepS: {
        const steps = [30, 60, 120, 180, 300, 600, 1200, 1800];
        for (const step of steps)
            if (step / spanS * (width - gutter) >= 64)
                return step;
        return 3600;
    }
    readonly property int first: Math.ceil((startS - zeroS) / stepS)
    readonly property int last: Math.floor((startS + spanS - zeroS) / stepS)

    implicitHeight: 26
    Accessible.ignored: true

    Repeater {
        model: Math.max(0, root.last - root.first + 1)
        Text {
            required property int index
            readonly property double timeS: (root.first + index) * root.stepS
            readonly property double at: root.gutter + (timeS + root.zeroS - root.startS) / root.spanS * (root.width - root.gutter)
            x: Math.min(Math.max(root.gutter - 4, at - width / 2), root.width - width)
            y: 2
            font.weight: timeS === 0 ? Font.DemiBold : Font.Normal
            text: (timeS < 0 ? "−" : "") + (root.stepS < 60 ? Format.clock(Math.abs(timeS)) : Math.abs(timeS) / 60)
            font.pixelSize: 13
            color: Theme.muted
        }
    }
    Text {
        x: 8
        y: 2
        text: qsTr("min")
        font.pixelSize: 13
        color: Theme.muted
    }
}
