// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Eccrine

// A recording to look at: those of this machine, or any other by its path.
Sheet {
    id: root

    required property TestSession session

    property bool forComparison: false // laid beside the one under review
    signal chosen(file: string)

    title: forComparison ? qsTr("An earlier recording to lay beside") : qsTr("Open a recording")
    wide: 860
    firstFocus: list.count > 0 && (forComparison || pathField.text === "") ? list : pathField
    onOpenedChanged: if (opened) {
        if (forComparison)
            pathField.text = ""; // the list has the folder of the open recording too
        pathField.selectAll(); // what was typed before is replaced by typing
        list.currentIndex = 0;
    }

    function choose(file: string): void {
        root.close();
        root.chosen(file);
    }

    Column {
        width: parent.width
        spacing: 16

        Rectangle {
            width: parent.width
            height: Math.max(180, Math.min(root.height - 360, list.count * 60 + 2))
            radius: Theme.smallRadius
            color: Theme.raised
            border.width: 1
            border.color: Theme.line

            Column {
                anchors.centerIn: parent
                width: parent.width - 40
                visible: list.count === 0
                spacing: 10
                Glyph {
                    anchors.horizontalCenter: parent.horizontalCenter
                    width: 40
                    height: 40
                    shape: Glyph.Drop
                    color: Theme.edge
                }
                BodyText {
                    width: parent.width
                    wrapMode: Text.Wrap
                    text: root.forComparison ? qsTr("There is no other recording in this folder, nor beside the open one.") : qsTr("No recordings here yet. The first test will appear in this list.")
                    horizontalAlignment: Text.AlignHCenter
                }
                Caption {
                    width: parent.width
                    horizontalAlignment: Text.AlignHCenter
                    elide: Text.ElideMiddle
                    text: root.session.recordings.folder
                }
            }
            ListView {
                id: list
                objectName: "recordingList"
                anchors.fill: parent
                anchors.margins: 1
                clip: true
                model: root.session.recordings
                currentIndex: 0
                keyNavigationEnabled: true
                boundsBehavior: Flickable.StopAtBounds
                ScrollBar.vertical: ScrollBar {}
                Accessible.role: Accessible.List
                Accessible.name: qsTr("Recordings")
                Keys.onReturnPressed: if (currentIndex >= 0)
                    root.choose(root.session.recordings.fileAt(currentIndex))

                delegate: AbstractButton {
                    id: entry
                    required property int index
                    required property string file
                    required property string name
                    required property string patient
                    required property string dateText
                    required property string remark
                    required property bool simulated

                    width: ListView.view.width
                    height: 60
                    Accessible.name: (patient === "" ? name : patient) + ", " + dateText + (simulated ? ", " + qsTr("simulated") : "") + (remark === "" ? "" : ", " + remark)
                    onClicked: root.choose(file)

                    background: Rectangle {
                        color: entry.ListView.isCurrentItem && list.activeFocus || entry.hovered ? Theme.accentTint : "transparent"
                        Rectangle {
                            anchors.bottom: parent.bottom
                            width: parent.width
                            height: 1
                            color: Theme.line
                        }
                    }
                    contentItem: Item {
                        Column {
                            x: 14
                            anchors.verticalCenter: parent.verticalCenter
                            width: parent.width - 300
                            BodyText {
                                text: entry.patient === "" ? entry.name : entry.patient
                                font.weight: Font.Medium
                                width: parent.width
                                elide: Text.ElideRight
                                wrapMode: Text.NoWrap
                            }
                            Caption {
                                text: entry.name
                                width: parent.width
                            }
                        }
                        Column {
                            anchors.right: parent.right
                            anchors.rightMargin: 20
                            anchors.verticalCenter: parent.verticalCenter
                            BodyText {
                                anchors.right: parent.right
                                text: entry.dateText
                            }
                            Caption {
                                anchors.right: parent.right
                                text: entry.remark !== "" ? entry.remark : entry.simulated ? qsTr("simulated") : ""
                                color: Theme.warningInk
                            }
                        }
                    }
                }
            }
        }
        EntryField {
            id: pathField
            objectName: "pathField"
            width: parent.width
            label: qsTr("Or the path of a recording (.eccrine, .csv, .edf or .bdf)")
            placeholderText: root.session.recordings.folder + "/…"
            hint: root.forComparison ? "" : qsTr("A file can also be dropped onto the window.")
            onAccepted: if (text.trim() !== "")
                root.choose(text)
        }
    }
    buttons: [
        ActionButton {
            objectName: "openPathButton"
            kind: "primary"
            text: qsTr("Open")
            enabled: pathField.text.trim() !== ""
            onClicked: root.choose(pathField.text)
        },
        ActionButton {
            text: qsTr("Cancel")
            onClicked: root.close()
        }
    ]
}
