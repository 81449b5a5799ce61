// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Eccrine

// Who is tested, on whose order, and whether the rules allow it.
FocusScope {
    id: root

    required property SweatDesk desk
    readonly property PatientForm patient: desk.patient
    signal conditionsAsked
    signal abandonAsked(test: var)
    signal liftAsked
    signal signedAsked

    Flickable {
        id: flick
        anchors.fill: parent
        contentHeight: Math.max(height, layout.height)
        boundsBehavior: Flickable.StopAtBounds
        clip: true
        ScrollBar.vertical: ScrollBar {
            policy: ScrollBar.AlwaysOn // what lies below the edge must not be missed
            visible: flick.contentHeight > flick.height + 1
        }

        Column {
            id: layout
            width: flick.width
            spacing: 12

            Rectangle {
                id: unfinished
                objectName: "unfinishedBox"
                readonly property var first: root.desk.unfinished.length > 0 ? root.desk.unfinished[0] : null
                visible: first !== null
                width: parent.width
                height: Theme.bigTarget
                radius: Theme.radius
                color: Theme.warningTint
                border.width: 1
                border.color: Theme.warningInk

                Glyph {
                    x: 16
                    width: 24
                    height: 24
                    anchors.verticalCenter: parent.verticalCenter
                    shape: Glyph.Clock
                    color: Theme.warningInk
                }
                Column {
                    x: 54
                    width: parent.width - x - unfinishedButtons.width - 24
                    anchors.verticalCenter: parent.verticalCenter
                    BodyText {
                        width: parent.width
                        font.weight: Font.DemiBold
                        elide: Text.ElideRight
                        wrapMode: Text.NoWrap
                        objectName: "unfinishedText"
                        text: root.desk.unfinished.length > 1 ? qsTr("%1 tests are not finished or not validated; the last:").arg(root.desk.unfinished.length) : unfinished.first && unfinished.first.toBeSigned ? qsTr("A test is finished, and its result is not validated yet") : qsTr("A test is not finished")
                    }
                    Caption {
                        width: parent.width
                        color: Theme.ink
                        text: unfinished.first ? unfinished.first.when + " · " + unfinished.first.patient + (unfinished.first.skinOpen ? " · " + qsTr("nobody has looked at the skin") : "") : ""
                    }
                }
                Row {
                    id: unfinishedButtons
                    anchors.right: parent.right
                    anchors.rightMargin: 8
                    anchors.verticalCenter: parent.verticalCenter
                    spacing: 8
                    ActionButton {
                        objectName: "abandonButton"
                        kind: "quiet"
                        text: qsTr("Give it up")
                        onClicked: root.abandonAsked(unfinished.first)
                    }
                    ActionButton {
                        objectName: "resumeButton"
                        text: unfinished.first && unfinished.first.toBeSigned ? qsTr("Show it") : qsTr("Go on with it")
                        onClicked: if (unfinished.first)
                            root.desk.resume(unfinished.first.file)
                    }
                }
            }
            Row {
                width: parent.width
                spacing: 16

                Card {
                    id: whoCard
                    title: qsTr("Patient and order")
                    aside: [
                        ActionButton {
                            objectName: "signedResultsButton"
                            kind: "quiet"
                            text: qsTr("Finished tests …")
                            onClicked: root.signedAsked()
                        }
                    ]
                    width: Math.round((parent.width - 16) * 0.48)
                    height: Math.max(implicitHeight, eligibilityCard.implicitHeight, flick.height - (unfinished.visible ? unfinished.height + 12 : 0))

                    Column {
                        width: parent.width
                        spacing: 4
                        Row {
                            width: parent.width
                            spacing: 16
                            EntryField {
                                objectName: "sweatIdentifierField"
                                reserve: 1
                                width: (parent.width - 16) / 2
                                focus: true
                                label: qsTr("Wristband")
                                placeholderText: qsTr("Scan or type")
                                text: root.patient.identifier
                                remark: root.patient.identifierRemark
                                onEdited: text => root.patient.identifier = text
                            }
                            EntryField {
                                objectName: "orderField"
                                reserve: 1
                                width: (parent.width - 16) / 2
                                label: qsTr("Order number")
                                placeholderText: qsTr("Scan or type")
                                text: root.desk.orderNumber
                                remark: root.desk.orderRemark
                                onEdited: text => root.desk.orderNumber = text
                            }
                        }
                        EntryField {
                            objectName: "sweatNameField"
                            reserve: 1
                            width: parent.width
                            label: qsTr("Name")
                            placeholderText: qsTr("Family name, given name")
                            text: root.patient.name
                            remark: root.patient.nameRemark
                            onEdited: text => root.patient.name = text
                        }
                        Row {
                            width: parent.width
                            spacing: 16
                            EntryField {
                                objectName: "sweatBirthDateField"
                                reserve: 2
                                width: (parent.width - 16) / 2
                                label: qsTr("Date of birth")
                                placeholderText: qsTr("2026-01-10")
                                text: root.patient.birthDate
                                aside: root.desk.ageText
                                remark: root.patient.birthDateRemark
                                onEdited: text => root.patient.birthDate = text
                            }
                            EntryField {
                                objectName: "birthTimeField"
                                reserve: 1
                                width: (parent.width - 16) / 2
                                label: qsTr("Time of birth, if newborn")
                                placeholderText: qsTr("14:05")
                                text: root.desk.birthTime
                                remark: root.desk.birthTimeRemark
                                onEdited: text => root.desk.birthTime = text
                            }
                        }
                        ChoiceRow {
                            objectName: "sweatSexChoice"
                            width: parent.width
                            label: qsTr("Sex")
                            labels: [qsTr("Female"), qsTr("Male")]
                            values: ["female", "male"]
                            current: root.patient.sex
                            onChosen: value => root.patient.sex = value
                        }
                        Row {
                            width: parent.width
                            spacing: 16
                            EntryField {
                                objectName: "sweatOperatorField"
                                reserve: 1
                                width: (parent.width - 16) / 2
                                label: qsTr("Operator")
                                placeholderText: qsTr("Your name or initials")
                                text: root.patient.operatorName
                                remark: root.patient.operatorRemark
                                onEdited: text => root.patient.operatorName = text
                            }
                            EntryField {
                                objectName: "requesterField"
                                width: (parent.width - 16) / 2
                                label: qsTr("Requester")
                                placeholderText: qsTr("Who gets the result")
                                text: root.desk.requester
                                onEdited: text => root.desk.requester = text
                            }
                        }
                    }
                }
                EligibilityCard {
                    id: eligibilityCard
                    width: parent.width - whoCard.width - 16
                    height: whoCard.height
                    form: root.desk.eligibility
                    onConditionsAsked: root.conditionsAsked()
                    onLiftAsked: root.liftAsked()
                }
            }
        }
    }
}
