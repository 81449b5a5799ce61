// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Eccrine

// Everything before a test: who, where, with what, and what still stands in the way.
Item {
    id: root

    required property TestSession session
    readonly property PatientForm patient: session.patient

    Flickable {
        id: flick
        anchors.fill: parent
        contentHeight: Math.max(height, layout.height + 32)
        boundsBehavior: Flickable.StopAtBounds
        clip: true
        ScrollBar.vertical: ScrollBar {}

        Item {
            id: layout
            x: 16
            y: 16
            width: flick.width - 32
            height: Math.max(leftCard.implicitHeight, instrumentCard.implicitHeight + sitesCard.implicitHeight + 16)
            readonly property int leftWidth: Math.round((width - 16) * 0.44)

            Card {
                id: leftCard
                title: qsTr("Patient")
                width: layout.leftWidth
                height: layout.height

                Column {
                    id: form
                    width: parent.width
                    spacing: 10

                    Row {
                        width: parent.width
                        spacing: 16
                        EntryField {
                            objectName: "identifierField"
                            width: (parent.width - 16) * 0.42
                            focus: true
                            label: qsTr("Patient identifier")
                            placeholderText: qsTr("Scan or type")
                            text: root.patient.identifier
                            remark: root.patient.identifierRemark
                            onEdited: text => root.patient.identifier = text
                        }
                        EntryField {
                            objectName: "nameField"
                            width: (parent.width - 16) * 0.58
                            label: qsTr("Name")
                            placeholderText: qsTr("Family name, given name")
                            text: root.patient.name
                            remark: root.patient.nameRemark
                            onEdited: text => root.patient.name = text
                        }
                    }
                    Row {
                        width: parent.width
                        spacing: 16
                        EntryField {
                            objectName: "birthDateField"
                            width: (parent.width - 16) * 0.42
                            label: qsTr("Date of birth")
                            placeholderText: qsTr("1979-04-30")
                            text: root.patient.birthDate
                            aside: root.patient.ageText
                            remark: root.patient.birthDateRemark
                            onEdited: text => root.patient.birthDate = text
                        }
                        ChoiceRow {
                            objectName: "sexChoice"
                            width: (parent.width - 16) * 0.58
                            label: qsTr("Sex for the normal range")
                            labels: [qsTr("Female"), qsTr("Male")]
                            values: ["female", "male"]
                            current: root.patient.sex
                            onChosen: value => root.patient.sex = value
                        }
                    }
                    Row {
                        width: parent.width
                        spacing: 16
                        EntryField {
                            objectName: "operatorField"
                            width: (parent.width - 16) * 0.42
                            label: qsTr("Operator")
                            placeholderText: qsTr("Your name or initials")
                            text: root.patient.operatorName
                            remark: root.patient.operatorRemark
                            onEdited: text => root.patient.operatorName = text
                        }
                        ChoiceRow {
                            objectName: "sideChoice"
                            width: (parent.width - 16) * 0.58
                            label: qsTr("Side")
                            labels: [qsTr("Left"), qsTr("Right")]
                            values: ["left", "right"]
                            current: root.patient.side
                            onChosen: value => root.patient.side = value
                        }
                    }
                    Rectangle {
                        width: parent.width
                        height: 1
                        color: Theme.line
                    }
                    Heading {
                        text: qsTr("Before the test")
                        font.pixelSize: Theme.strong
                    }
                    Column {
                        width: parent.width
                        Repeater {
                            model: root.session.checks
                            Item {
                                id: line
                                required property PreCheck modelData
                                width: form.width
                                height: modelData.confirmation ? tick.implicitHeight : 34

                                StateLine {
                                    anchors.fill: parent
                                    visible: !line.modelData.confirmation
                                    title: line.modelData.title
                                    good: line.modelData.satisfied
                                    warned: line.modelData.warned
                                    remark: line.modelData.remark
                                }
                                TickBox {
                                    id: tick
                                    width: parent.width
                                    visible: line.modelData.confirmation
                                    text: line.modelData.title
                                    checked: line.modelData.satisfied
                                    onToggled: line.modelData.confirm(checked)
                                }
                            }
                        }
                    }
                }
            }
            InstrumentCard {
                id: instrumentCard
                anchors.right: parent.right
                width: layout.width - layout.leftWidth - 16
                height: implicitHeight
                session: root.session
            }
            Card {
                id: sitesCard
                anchors.right: parent.right
                anchors.top: instrumentCard.bottom
                anchors.topMargin: 16
                width: instrumentCard.width
                height: layout.height - instrumentCard.height - 16
                title: qsTr("Sites to test")

                Grid {
                    id: grid
                    width: parent.width
                    columns: 2
                    spacing: 12
                    Repeater {
                        model: root.session.sites
                        SignalTile {
                            required property SiteView modelData
                            site: modelData
                            width: (grid.width - 12) / 2
                            height: Math.max(implicitHeight, Math.min(200, (sitesCard.height - 92) / 2))
                            connected: root.session.connected
                            stale: root.session.stale
                        }
                    }
                }
            }
        }
    }
}
