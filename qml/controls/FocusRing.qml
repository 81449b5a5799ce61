// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Eccrine

// Where the keyboard is.
Rectangle {
    anchors.fill: parent
    anchors.margins: -4
    radius: Theme.radius + 4
    color: "transparent"
    border.width: 3
    border.color: Theme.focus
}
