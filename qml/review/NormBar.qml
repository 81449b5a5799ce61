// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Eccrine

// A volume against its norm: the normal range as a band with its limits, the median as a tick, the volume as a
// diamond. Logarithmic, because volumes of healthy people spread over more than a decade.
Item {
    id: root

    property double volumeUl: NaN
    property double automaticUl: NaN // beside a reader's: the one found without marks
    property double lowerUl: NaN
    property double upperUl: NaN
    property double medianUl: NaN
    property string kind: "none" // as SiteResult.normKind
    property string text
    property string aside
    property color ink: Theme.ink

    readonly property bool known: isFinite(lowerUl) && lowerUl > 0
    readonly property double least: known ? Math.min(lowerUl / 5, isFinite(volumeUl) && volumeUl > 0 ? volumeUl / 1.3 : lowerUl) : 0.01
    readonly property double most: known ? Math.max(5 * (isFinite(upperUl) ? upperUl / 2 : lowerUl * 4), isFinite(volumeUl) ? volumeUl * 1.3 : 0) : 1

    implicitHeight: 30
    Accessible.role: Accessible.Graphic
    Accessible.name: text + ", " + aside

    function xOf(value: double): double {
        const v = Math.min(most, Math.max(least, value));
        return (Math.log(v) - Math.log(least)) / (Math.log(most) - Math.log(least)) * bar.width;
    }

    Rectangle {
        id: bar
        anchors.verticalCenter: parent.verticalCenter
        width: parent.width
        height: 12
        radius: 6
        color: Theme.raised
        border.width: 1
        border.color: Theme.line

        Rectangle {
            // The normal range; without an upper limit it is open to the right
            visible: root.known
            x: root.known ? root.xOf(root.lowerUl) : 0
            width: (isFinite(root.upperUl) ? root.xOf(root.upperUl) : parent.width) - x
            height: parent.height
            radius: 6
            color: Theme.goodTint
            border.width: 1
            border.color: Theme.goodInk
        }
        Rectangle {
            // The lower limit as a line of its own: it is what decides
            visible: root.known
            x: root.known ? Math.round(root.xOf(root.lowerUl)) - 1 : 0
            y: -4
            width: 2
            height: parent.height + 8
            color: Theme.goodInk
        }
        Rectangle {
            visible: root.known && isFinite(root.medianUl)
            x: visible ? Math.round(root.xOf(root.medianUl)) : 0
            width: 1
            height: parent.height
            color: Theme.goodInk
        }
        Rectangle {
            visible: root.known && isFinite(root.automaticUl)
            x: visible ? root.xOf(root.automaticUl) - 4 : 0
            anchors.verticalCenter: parent.verticalCenter
            width: 8
            height: 8
            rotation: 45
            color: "transparent"
            border.width: 1.5
            border.color: root.ink
        }
        Rectangle {
            visible: root.known && isFinite(root.volumeUl)
            x: visible ? root.xOf(root.volumeUl) - 6 : 0
            anchors.verticalCenter: parent.verticalCenter
            width: 12
            height: 12
            rotation: 45
            color: root.kind === "bad" ? Theme.dangerInk : root.ink
            border.width: 1.5
            border.color: Theme.surface
        }
    }
}
