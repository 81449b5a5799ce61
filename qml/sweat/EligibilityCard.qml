// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Eccrine

// What the rules ask about the patient, and what they say, while it is typed.
Card {
    id: root

    required property EligibilityForm form
    signal conditionsAsked
    signal liftAsked

    readonly property string kind: form.verdict === "GO" ? "good" : form.verdict === "" || form.verdict === "WARN" ? "wait" : "bad"

    title: qsTr("May this patient be tested?")

    Column {
        width: parent.width
        spacing: 10

        Row {
            width: parent.width
            spacing: 16
            EntryField {
                objectName: "weightField"
                reserve: 1
                width: (parent.width - 16) / 2
                label: qsTr("Weight in kg")
                placeholderText: qsTr("3.4")
                text: root.form.weightKg
                remark: root.form.weightRemark
                onEdited: text => root.form.weightKg = text
            }
            EntryField {
                objectName: "gestationField"
                reserve: 1
                width: (parent.width - 16) / 2
                label: qsTr("Gestation at birth")
                placeholderText: qsTr("38w2d; leave empty if of no matter")
                aside: root.form.correctedGestation === "" ? "" : qsTr("now %1").arg(root.form.correctedGestation)
                text: root.form.gestation
                remark: root.form.gestationRemark
                onEdited: text => root.form.gestation = text
            }
        }
        ChoiceRow {
            objectName: "screenChoice"
            width: parent.width
            label: qsTr("Newborn screen")
            labels: [qsTr("Positive"), qsTr("Negative"), qsTr("Not known")]
            values: ["positive", "negative", "unknown"]
            current: root.form.screen
            onChosen: value => root.form.screen = value
        }
        ChoiceRow {
            objectName: "oxygenChoice"
            width: parent.width
            label: qsTr("Oxygen")
            labels: [qsTr("None"), qsTr("Nasal prongs"), qsTr("Head box"), qsTr("Open, tent")]
            values: ["none", "nasal", "head_box", "open"]
            current: root.form.oxygen
            onChosen: value => root.form.oxygen = value
        }
        Row {
            width: parent.width
            spacing: 16
            EntryField {
                objectName: "drugsField"
                width: parent.width - conditionsButton.width - 16
                label: qsTr("Drugs, separated by commas")
                placeholderText: qsTr("none")
                text: root.form.drugs
                onEdited: text => root.form.drugs = text
            }
            ActionButton {
                id: conditionsButton
                objectName: "conditionsButton"
                anchors.bottom: parent.bottom
                text: root.form.conditions.length === 0 ? qsTr("Conditions …") : qsTr("Conditions: %1 …").arg(root.form.conditions.length)
                onClicked: root.conditionsAsked()
            }
        }
        Rectangle {
            objectName: "verdictBox"
            width: parent.width
            height: verdict.implicitHeight + 24
            radius: Theme.radius
            color: root.kind === "good" ? Theme.goodTint : root.kind === "bad" ? Theme.dangerTint : Theme.warningTint
            border.width: 1
            border.color: root.kind === "good" ? Theme.goodInk : root.kind === "bad" ? Theme.dangerInk : Theme.warningInk
            Accessible.role: Accessible.AlertMessage
            Accessible.name: word.text

            Column {
                id: verdict
                x: 16
                y: 12
                width: parent.width - 32
                spacing: 6

                Item {
                    width: parent.width
                    height: Math.max(word.height, liftButton.visible ? liftButton.height : 0)
                    StateMark {
                        id: word
                        anchors.verticalCenter: parent.verticalCenter
                        state_: root.kind
                        pixelSize: Theme.strong
                        text: root.form.verdict === "GO" ? qsTr("Go: nothing stands against the test") : root.form.verdict === "WARN" ? qsTr("Go, with a remark") : root.form.verdict === "DEFER" ? qsTr("Defer the test") : root.form.verdict === "BLOCK" ? qsTr("Do not test") : root.form.ageKnown && root.form.oxygenRemark !== "" ? root.form.oxygenRemark : qsTr("Judged when the date of birth is known")
                    }
                    ActionButton {
                        id: liftButton
                        objectName: "liftButton"
                        anchors.right: parent.right
                        visible: root.form.liftable
                        text: root.form.confirmable ? qsTr("It has been done …") : qsTr("Test all the same …")
                        onClicked: root.liftAsked()
                    }
                }
                Repeater {
                    model: root.form.lines
                    BodyText {
                        required property var modelData
                        width: verdict.width
                        text: "• " + modelData.sentence + (modelData.lifted === "" ? "" : "\n   " + modelData.lifted)
                    }
                }
            }
        }
    }
}
