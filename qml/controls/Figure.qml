// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Eccrine

// A number whose figures all take the same width, so that it does not tremble while it changes. (Inter has such
// figures, but Qt 6.4 cannot ask a font for them.)
Item {
    id: root

    property string text
    property int pixelSize: Theme.figure
    property int weight: Font.DemiBold
    property color color: Theme.ink

    implicitWidth: row.implicitWidth
    implicitHeight: cell.height
    baselineOffset: cell.baselineOffset
    Accessible.role: Accessible.StaticText
    Accessible.name: text

    Text {
        id: cell
        visible: false
        text: "0"
        font.pixelSize: root.pixelSize
        font.weight: root.weight
    }
    Row {
        id: row
        Repeater {
            model: root.text.length
            Text {
                required property int index
                readonly property string sign: root.text.charAt(index)
                text: sign
                width: sign >= "0" && sign <= "9" ? cell.implicitWidth : implicitWidth
                horizontalAlignment: Text.AlignHCenter
                font.pixelSize: root.pixelSize
                font.weight: root.weight
                color: root.color
                Accessible.ignored: true
            }
        }
    }
}
