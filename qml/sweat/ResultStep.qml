// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Eccrine

// The value, its class in words, where it lies among the limits, and why.
FocusScope {
    id: root

    required property SweatDesk desk
    readonly property var result: desk.result
    property bool reviewer: false
    signal acceptAsked(site: SweatSiteModel)
    signal callAsked
    signal correctAsked

    readonly property color ink: result.kind === "good" ? Theme.goodInk : result.kind === "warning" ? Theme.warningInk : result.kind === "bad" ? Theme.dangerInk : Theme.ink

    Card {
        id: head
        width: parent.width
        height: headRow.height + 2 * Theme.pad + (bar.visible ? bar.height + 10 : 0)

        Row {
            id: headRow
            width: parent.width
            height: Math.max(figure.visible ? 104 : 0, said.implicitHeight)
            spacing: 28
            Row {
                id: figure
                visible: root.result.value !== ""
                anchors.verticalCenter: parent.verticalCenter
                spacing: 10
                Text {
                    id: number
                    objectName: "resultValue"
                    text: root.result.value
                    font.pixelSize: 84
                    font.weight: Font.Bold
                    color: root.ink
                }
                Text {
                    anchors.baseline: number.baseline
                    text: root.result.unit
                    font.pixelSize: Theme.title
                    color: Theme.muted
                }
            }
            Column {
                id: said
                width: parent.width - (figure.visible ? figure.width + 28 : 0)
                anchors.verticalCenter: parent.verticalCenter
                spacing: 4
                Text {
                    objectName: "resultTitle"
                    width: parent.width
                    text: root.result.title === "" ? qsTr("No result yet") : root.result.title
                    font.pixelSize: Theme.headline
                    font.weight: Font.Bold
                    color: root.ink
                    wrapMode: Text.Wrap
                    maximumLineCount: 2
                    elide: Text.ElideRight
                    Accessible.role: Accessible.Heading
                    Accessible.name: text
                }
                BodyText {
                    width: parent.width
                    visible: text !== ""
                    text: root.result.basis
                    font.weight: Font.DemiBold
                    maximumLineCount: 1
                    elide: Text.ElideRight
                }
                BodyText {
                    width: parent.width
                    text: root.result.meaning
                    color: Theme.muted
                    maximumLineCount: 2
                    elide: Text.ElideRight
                }
            }
        }
        DecisionBar {
            id: bar
            objectName: "decisionBar"
            anchors.top: headRow.bottom
            anchors.topMargin: 10
            width: parent.width
            bar: root.desk.bar
            visible: root.desk.bar.marks.length > 0 || root.desk.bar.refusal !== "" // without a value there is nothing to place on it
        }
    }
    Card {
        id: why
        anchors.top: head.bottom
        anchors.topMargin: 12
        anchors.bottom: parent.bottom
        width: Math.round((parent.width - 16) * 0.58)
        title: root.reviewer ? qsTr("What other profiles would say (never printed)") : qsTr("Why")
        aside: [
            ActionButton {
                objectName: "reviewerButton"
                kind: "quiet"
                text: root.reviewer ? qsTr("Back to the reasons") : qsTr("For the reviewer")
                onClicked: {
                    root.reviewer = !root.reviewer;
                    flick.contentY = 0;
                }
            }
        ]
        // What decided comes last in the explanation, and stays in sight whatever is read of it.
        BodyText {
            id: decided
            objectName: "decidedBy"
            width: parent.width
            visible: !root.reviewer && text !== ""
            height: visible ? implicitHeight : 0
            text: root.result.explanation.length > 0 ? root.result.explanation[root.result.explanation.length - 1] : ""
            font.weight: Font.DemiBold
            maximumLineCount: 3
            elide: Text.ElideRight
        }
        Flickable {
            id: flick
            objectName: "explanationFlick"
            anchors.top: decided.bottom
            anchors.topMargin: decided.visible ? 8 : 0
            anchors.bottom: parent.bottom
            width: parent.width
            contentHeight: lines.height
            boundsBehavior: Flickable.StopAtBounds
            clip: true
            ScrollBar.vertical: ScrollBar {
                policy: ScrollBar.AlwaysOn // a reason below the edge must not be missed
                visible: flick.contentHeight > flick.height
            }
            Column {
                id: lines
                objectName: "explanationLines"
                width: flick.width - 16
                spacing: 6
                Repeater {
                    model: root.reviewer ? root.result.elsewhere : root.result.explanation
                    Row {
                        id: line
                        required property string modelData
                        required property int index
                        width: lines.width
                        spacing: 8
                        Caption {
                            width: 22
                            text: line.index + 1
                            font.pixelSize: Theme.body
                            horizontalAlignment: Text.AlignRight
                        }
                        BodyText {
                            width: parent.width - 30
                            text: line.modelData
                        }
                    }
                }
                BodyText {
                    visible: root.reviewer && root.result.elsewhere.length === 0
                    width: parent.width
                    text: qsTr("Nothing to compare.")
                }
            }
        }
    }
    Card {
        anchors.top: head.bottom
        anchors.topMargin: 12
        anchors.bottom: parent.bottom
        anchors.right: parent.right
        width: parent.width - why.width - 16
        title: qsTr("To note and to do")
        // in the head: what is done with a result does not scroll away
        aside: [
            ActionButton {
                objectName: "callButton"
                visible: root.result.known
                kind: "quiet"
                text: qsTr("Note a call …")
                Accessible.name: qsTr("Note a telephone call")
                onClicked: root.callAsked()
            },
            ActionButton {
                objectName: "correctButton"
                visible: root.desk.canCorrect
                kind: "quiet"
                text: qsTr("Correct …")
                onClicked: root.correctAsked()
            }
        ]
        Flickable {
            id: notes
            anchors.fill: parent
            contentHeight: noteLines.height
            boundsBehavior: Flickable.StopAtBounds
            clip: true
            ScrollBar.vertical: ScrollBar {
                policy: ScrollBar.AlwaysOn
                visible: notes.contentHeight > notes.height
            }
            Column {
                id: noteLines
                width: notes.width - 8
                spacing: 10
                Repeater { // what waits for somebody comes first
                    model: root.desk.sites
                    Column {
                        id: held
                        required property SweatSiteModel modelData
                        visible: modelData.timeHeld && root.desk.validatedBy === ""
                        width: noteLines.width
                        spacing: 6
                        StateMark {
                            available: noteLines.width
                            pixelSize: Theme.body
                            state_: "wait"
                            text: held.modelData.title + ": " + held.modelData.verdictText
                        }
                        ActionButton {
                            objectName: "acceptTimeButton-" + held.modelData.index
                            text: qsTr("Accept this time …")
                            Accessible.name: qsTr("Accept the collection time: %1").arg(held.modelData.title)
                            onClicked: root.acceptAsked(held.modelData)
                        }
                    }
                }
                BodyText {
                    objectName: "correctionText"
                    visible: text !== ""
                    width: parent.width
                    font.weight: Font.DemiBold
                    color: Theme.warningInk
                    text: root.desk.correctionText
                }
                Repeater {
                    model: root.result.flags
                    Row {
                        id: flag
                        required property string modelData
                        width: noteLines.width
                        spacing: 10
                        Glyph {
                            width: 20
                            height: 20
                            shape: Glyph.Warning
                            color: Theme.warningInk
                        }
                        BodyText {
                            width: parent.width - 30
                            text: flag.modelData
                        }
                    }
                }
                Repeater {
                    model: root.result.followUp
                    Row {
                        id: todo
                        required property string modelData
                        width: noteLines.width
                        spacing: 10
                        Glyph {
                            width: 20
                            height: 20
                            shape: Glyph.Diamond
                            color: Theme.accent
                        }
                        BodyText {
                            width: parent.width - 30
                            text: todo.modelData
                            font.weight: Font.Medium
                        }
                    }
                }
                Repeater {
                    model: root.desk.calls
                    BodyText {
                        required property string modelData
                        required property int index
                        objectName: "call-" + index
                        width: noteLines.width
                        text: qsTr("Telephone: %1").arg(modelData)
                    }
                }
                Repeater {
                    model: root.desk.sites
                    Column {
                        id: limb
                        required property SweatSiteModel modelData
                        visible: modelData.used && !(modelData.timeHeld && root.desk.validatedBy === "")
                        width: noteLines.width
                        spacing: 6
                        StateMark {
                            available: noteLines.width
                            pixelSize: Theme.body
                            state_: limb.modelData.verdict === "OK" ? "good" : limb.modelData.burned ? "bad" : "wait"
                            text: limb.modelData.title + ": " + limb.modelData.outcomeText
                        }
                        Caption {
                            visible: limb.modelData.timeAcceptedBy !== ""
                            width: parent.width
                            wrapMode: Text.Wrap
                            font.pixelSize: Theme.body
                            text: qsTr("Collection time accepted by %1").arg(limb.modelData.timeAcceptedBy)
                        }
                    }
                }
            }
        }
    }
}
