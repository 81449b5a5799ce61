// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Eccrine

// Where the sweat test is, and the profile that it is judged by: on every page.
Item {
    id: root

    required property SweatDesk desk
    signal profileAsked

    readonly property var titles: [qsTr("Patient"), qsTr("Safety"), qsTr("Kit and sites"), qsTr("Preparation"), qsTr("Stimulation"), qsTr("Skin"), desk.weighed ? qsTr("Collecting pad") : desk.conductivityOnly ? qsTr("Cell") : qsTr("Collector"), desk.conductivityOnly ? qsTr("Measurement") : qsTr("Collection"), qsTr("Yield"), qsTr("Laboratory"), qsTr("Result")]

    implicitHeight: 56

    Row {
        id: row
        anchors.verticalCenter: parent.verticalCenter
        spacing: 6

        Repeater {
            model: root.titles
            Rectangle {
                id: part
                required property int index
                required property string modelData
                readonly property bool now: index === root.desk.step
                // of a test that was stopped before its collection no page of a collection was done
                readonly property bool done: index < root.desk.step && !(root.desk.stopped && index >= SweatDesk.Collector)
                objectName: "trackStep-" + index

                width: now ? number.implicitWidth + title.implicitWidth + 46 : 38
                height: now ? 48 : 38
                anchors.verticalCenter: parent ? parent.verticalCenter : undefined
                radius: now ? Theme.radius : 19
                color: now ? Theme.accentTint : done ? "transparent" : Theme.surface
                border.width: now ? 2 : done ? 0 : 1
                border.color: now ? Theme.accent : Theme.line
                Accessible.role: Accessible.StaticText
                Accessible.name: qsTr("Step %1: %2, %3").arg(index + 1).arg(modelData).arg(now ? qsTr("now") : done ? qsTr("done") : index < root.desk.step ? qsTr("not done") : qsTr("to come"))

                Glyph {
                    anchors.centerIn: parent
                    visible: part.done
                    width: 28
                    height: 28
                    shape: Glyph.Check
                    color: Theme.goodInk
                }
                Text {
                    id: number
                    visible: !part.done
                    x: part.now ? 16 : (parent.width - width) / 2
                    anchors.verticalCenter: parent.verticalCenter
                    text: part.index + 1
                    font.pixelSize: part.now ? Theme.title : Theme.body
                    font.weight: Font.DemiBold
                    color: part.now ? Theme.accent : Theme.muted
                }
                Text {
                    id: title
                    visible: part.now
                    anchors.right: parent.right
                    anchors.rightMargin: 16
                    anchors.verticalCenter: parent.verticalCenter
                    text: part.modelData
                    font.pixelSize: Theme.title
                    font.weight: Font.DemiBold
                    color: Theme.ink
                }
            }
        }
    }
    AbstractButton {
        id: chip
        objectName: "profileButton"
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        width: Math.min(430, root.width - row.width - 24)
        height: Theme.target
        enabled: root.desk.profileFree
        focusPolicy: Qt.StrongFocus
        text: root.desk.profileId
        Accessible.name: qsTr("Profile %1: %2. Press to change").arg(root.desk.profileId).arg(root.desk.profileTitle)
        onClicked: root.profileAsked()
        Keys.onReturnPressed: clicked()

        background: Rectangle {
            radius: Theme.radius
            color: chip.down ? Theme.line : Theme.surface
            border.width: 1
            border.color: Theme.edge
            FocusRing {
                visible: chip.visualFocus
            }
        }
        contentItem: Item {
            Column {
                x: 14
                anchors.verticalCenter: parent.verticalCenter
                width: parent.width - 28
                Text {
                    width: parent.width
                    text: qsTr("Profile %1").arg(root.desk.profileId)
                    font.pixelSize: Theme.body
                    font.weight: Font.DemiBold
                    color: Theme.ink
                    elide: Text.ElideRight
                }
                Caption {
                    width: parent.width
                    text: root.desk.profileVerified ? root.desk.profileTitle : qsTr("limits not locally verified: press for what to do")
                    color: root.desk.profileVerified ? Theme.muted : Theme.warningInk
                }
            }
        }
    }
}
