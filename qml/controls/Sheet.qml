// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Eccrine

// A question or a message over the page. It leaves the action bar below free: STOP is never covered, and what is
// under the sheet is disabled by the page that owns it.
FocusScope {
    id: root

    property string title
    property bool opened: false
    property int wide: 560
    default property alias content: body.data
    property alias buttons: buttonRow.data
    property Item firstFocus: null
    signal closed

    anchors.fill: parent
    visible: opened
    enabled: opened
    z: 100
    Accessible.role: Accessible.Dialog
    Accessible.name: title

    property Item before: null

    // a text field passes Return on once it has done what it is for: it must not press what is under the sheet
    Keys.onReturnPressed: event => event.accepted = true
    Keys.onEnterPressed: event => event.accepted = true

    function open(): void {
        before = Window.activeFocusItem;
        opened = true;
        if (firstFocus)
            firstFocus.forceActiveFocus();
        else
            forceActiveFocus();
    }
    function close(): void {
        opened = false;
        if (before)
            before.forceActiveFocus();
        before = null;
        closed();
    }

    Rectangle {
        anchors.fill: parent
        color: Theme.veil
    }
    MouseArea {
        anchors.fill: parent
        hoverEnabled: true
        acceptedButtons: Qt.AllButtons
        onWheel: wheel => wheel.accepted = true
    }
    Rectangle {
        anchors.centerIn: parent
        width: Math.min(root.wide, root.width - 48)
        height: Math.min(column.implicitHeight + 48, root.height - 32)
        radius: Theme.radius + 4
        color: Theme.surface
        border.width: 1
        border.color: Theme.line
        clip: true

        Column {
            id: column
            x: 24
            y: 24
            width: parent.width - 48
            spacing: 18

            Heading {
                text: root.title
                width: parent.width
                wrapMode: Text.Wrap
            }
            Item {
                id: body
                width: parent.width
                height: childrenRect.height
            }
            Flow {
                id: buttonRow
                width: parent.width
                spacing: 12
                layoutDirection: Qt.RightToLeft
            }
        }
    }
}
