// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Eccrine

// A surface with a title; the content goes into the area below it.
Rectangle {
    id: root

    property string title
    property alias aside: asideSlot.data
    default property alias content: area.data

    color: Theme.surface
    radius: Theme.radius
    border.width: 1
    border.color: Theme.line
    implicitHeight: area.y + area.childrenRect.height + Theme.pad

    Heading {
        id: heading
        visible: text !== ""
        text: root.title
        x: Theme.pad
        y: Theme.pad - 2
        width: parent.width - 2 * Theme.pad - asideSlot.width
    }
    Row {
        id: asideSlot
        anchors.right: parent.right
        anchors.rightMargin: Theme.pad
        anchors.verticalCenter: heading.verticalCenter
        spacing: Theme.gap
    }
    Item {
        id: area
        x: Theme.pad
        y: heading.visible ? heading.y + heading.height + 12 : Theme.pad
        width: parent.width - 2 * Theme.pad
        height: parent.height - y - Theme.pad
    }
}
