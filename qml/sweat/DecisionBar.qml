// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Eccrine

// The zones of the profile for this age, and on them both arms and what is reported. Words carry the meaning; colour
// only helps.
Item {
    id: root

    required property DecisionBarModel bar

    readonly property int top_: 54 // room for the reported value above the bar
    readonly property int thick: 64
    readonly property int notch: 9 // of a mark into the bar: the words of the zones lie between

    implicitHeight: top_ + thick + 36
    Accessible.role: Accessible.Graphic
    Accessible.name: qsTr("Decision bar: %1").arg(bar.spoken)

    function xOf(value: double): double {
        return bar.upper > 0 ? Math.max(0, Math.min(1, value / bar.upper)) * width : 0;
    }
    // Of two arms the lower one is written to the left of its mark, the other to the right: they never meet.
    function isLower(mark): bool {
        for (const other of bar.marks)
            if (other.kind !== "result" && other.kind !== mark.kind)
                return mark.value < other.value || (mark.value === other.value && mark.kind === "left");
        return false;
    }
    function tint(kind: string): color {
        return kind === "good" ? Theme.goodTint : kind === "warning" ? Theme.warningTint : kind === "bad" ? Theme.dangerTint : Theme.raised;
    }
    function ink(kind: string): color {
        return kind === "good" ? Theme.goodInk : kind === "warning" ? Theme.warningInk : kind === "bad" ? Theme.dangerInk : Theme.edge;
    }

    BodyText {
        visible: root.bar.zones.length === 0 && root.bar.refusal !== ""
        y: root.top_ + 16
        width: parent.width
        text: root.bar.refusal
    }
    Repeater {
        model: root.bar.zones
        Rectangle {
            id: zone
            required property var modelData
            x: root.xOf(modelData.from)
            y: root.top_
            width: root.xOf(modelData.to) - x
            height: root.thick
            color: root.tint(modelData.kind)
            border.width: 1
            border.color: root.ink(modelData.kind)
            clip: true
            Column {
                objectName: "zoneWords"
                anchors.centerIn: parent
                width: parent.width - 12
                Text {
                    width: parent.width
                    horizontalAlignment: Text.AlignHCenter
                    text: zone.modelData.title
                    font.pixelSize: Theme.body
                    font.weight: Font.DemiBold
                    fontSizeMode: Text.HorizontalFit
                    minimumPixelSize: 12
                    color: root.ink(zone.modelData.kind)
                    elide: Text.ElideRight
                }
                Text {
                    width: parent.width
                    horizontalAlignment: Text.AlignHCenter
                    text: zone.modelData.limits
                    font.pixelSize: Theme.body
                    color: Theme.ink
                    elide: Text.ElideRight
                }
            }
        }
    }
    Repeater {
        model: root.bar.marks
        Item {
            id: mark
            required property var modelData
            required property int index
            readonly property bool result: modelData.kind === "result"
            readonly property double at: root.xOf(modelData.value)
            readonly property bool toTheLeft: root.isLower(modelData)
            z: result ? 2 : 1

            Rectangle {
                objectName: "markLine-" + mark.modelData.kind
                x: mark.at - width / 2
                y: mark.result ? root.top_ - 12 : root.top_ + root.thick - root.notch
                width: mark.result ? 4 : 3
                height: root.notch + (mark.result ? 12 : 10)
                color: Theme.ink
            }
            Rectangle {
                visible: mark.result
                x: Math.max(0, Math.min(root.width - width, mark.at - width / 2))
                y: 0
                width: resultText.implicitWidth + 28
                height: 42
                radius: Theme.radius
                color: Theme.ink
                Text {
                    id: resultText
                    anchors.centerIn: parent
                    text: mark.modelData.label + " " + mark.modelData.text
                    font.pixelSize: Theme.title
                    font.weight: Font.Bold
                    color: Theme.ground
                }
            }
            Row {
                visible: !mark.result
                x: Math.max(0, Math.min(root.width - width, mark.toTheLeft ? mark.at - width + 9 : mark.at - 9))
                y: root.top_ + root.thick + 10
                spacing: 6
                layoutDirection: mark.toTheLeft ? Qt.RightToLeft : Qt.LeftToRight
                Glyph {
                    width: 18
                    height: 18
                    anchors.verticalCenter: parent.verticalCenter
                    shape: mark.modelData.kind === "left" ? Glyph.Circle : Glyph.Square
                    color: Theme.ink
                }
                Text {
                    text: mark.modelData.label + " " + mark.modelData.text
                    font.pixelSize: Theme.strong
                    font.weight: Font.DemiBold
                    color: Theme.ink
                }
            }
        }
    }
}
