// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Eccrine

// Each question is asked; none has an answer of its own. The keys Y and N answer the first open one.
FocusScope {
    id: root

    required property var questions // a list of SafetyQuestion
    signal physicianAsked(question: SafetyQuestion)
    // Where this is in the window, but for its own y: an alarm or a notice above moves the answers, and a press that was on
    // its way is not taken.
    property real place: 0
    readonly property real inWindow: place + y
    readonly property bool placed: !shown.running
    onInWindowChanged: if (visible && placed)
        moved.restart()
    onVisibleChanged: if (visible)
        shown.restart()
    Timer {
        id: shown
        interval: 300 // everything finds its place
        running: true
    }
    Timer {
        id: moved
        interval: 500
    }

    readonly property int half: Math.ceil(questions.length / 2)

    // Where the line of each question is; what is not in sight is brought there and not answered.
    property var places: ({})
    function seen(number: int): bool {
        const line = places[number];
        if (!line)
            return true;
        const top = line.mapToItem(grid, 0, 0).y;
        if (top >= flick.contentY - 1 && top + line.height <= flick.contentY + flick.height + 1)
            return true;
        flick.contentY = Math.max(0, Math.min(top - 8, flick.contentHeight - flick.height));
        return false;
    }
    readonly property int next: {
        for (let i = 0; i < questions.length; ++i)
            if (!questions[i].answered)
                return i;
        return -1;
    }
    function answerNext(yes: bool): void {
        if (next >= 0 && seen(next))
            questions[next].say(yes);
    }

    focus: true
    Keys.onPressed: event => {
        if (event.isAutoRepeat) { // a key that is held answers one question
            event.accepted = true;
            return;
        }
        if (event.key === Qt.Key_Y || event.key === Qt.Key_J) {
            answerNext(true);
            event.accepted = true;
        } else if (event.key === Qt.Key_N) {
            answerNext(false);
            event.accepted = true;
        }
    }

    Flickable {
        id: flick
        anchors.fill: parent
        contentHeight: grid.height
        boundsBehavior: Flickable.StopAtBounds
        clip: true
        ScrollBar.vertical: ScrollBar {
            policy: ScrollBar.AlwaysOn // what lies below the edge must not be missed
            visible: flick.contentHeight > flick.height + 1
        }

        Row {
            id: grid
            width: flick.width
            spacing: 16
            Repeater {
                model: 2
                Card {
                    id: column
                    required property int index
                    width: (grid.width - 16) / 2
                    height: Math.max(implicitHeight, flick.height)
                    Column {
                        width: parent.width
                        Repeater {
                            model: root.half
                            Item {
                                id: line
                                required property int index
                                readonly property int number: column.index * root.half + index
                                readonly property SafetyQuestion question: number < root.questions.length ? root.questions[number] : null
                                visible: question !== null
                                width: parent.width
                                readonly property int room: root.height < 600 ? 2 : 10 // all of them in sight on a small screen
                                height: visible ? Math.max(Theme.target, words.implicitHeight) + room : 0
                                onNumberChanged: root.places[number] = line
                                Component.onCompleted: root.places[number] = line

                                Rectangle {
                                    // what the keys answer
                                    anchors.fill: parent
                                    anchors.leftMargin: -8
                                    anchors.rightMargin: -8
                                    radius: Theme.smallRadius
                                    color: Theme.accentTint
                                    visible: root.activeFocus && line.number === root.next
                                }

                                Row {
                                    id: words
                                    anchors.verticalCenter: parent.verticalCenter
                                    width: parent.width - choice.width - 12
                                    spacing: 10
                                    Glyph {
                                        width: 22
                                        height: 22
                                        anchors.verticalCenter: parent.verticalCenter
                                        visible: line.question !== null && line.question.answered
                                        shape: line.question !== null && line.question.settled ? Glyph.Check : Glyph.Warning
                                        color: line.question !== null && line.question.settled ? Theme.goodInk : Theme.dangerInk
                                    }
                                    Caption {
                                        width: 22
                                        anchors.verticalCenter: parent.verticalCenter
                                        visible: line.question === null || !line.question.answered
                                        text: line.number + 1
                                        horizontalAlignment: Text.AlignHCenter
                                    }
                                    Column {
                                        width: parent.width - 32
                                        anchors.verticalCenter: parent.verticalCenter
                                        spacing: 2
                                        BodyText {
                                            width: parent.width
                                            text: line.question === null ? "" : line.question.question
                                        }
                                        Caption {
                                            visible: text !== ""
                                            width: parent.width
                                            wrapMode: Text.Wrap
                                            color: line.question !== null && line.question.settled ? Theme.muted : Theme.dangerInk
                                            text: line.question === null || !line.question.answered || line.question.safe ? "" : line.question.settled ? qsTr("Decided by %1").arg(line.question.overriddenBy) : line.question.advice
                                        }
                                    }
                                }
                                Row {
                                    id: choice
                                    anchors.right: parent.right
                                    anchors.verticalCenter: parent.verticalCenter
                                    spacing: 8
                                    ActionButton {
                                        objectName: "physicianButton"
                                        visible: line.question !== null && line.question.answered && !line.question.safe && !line.question.settled && line.question.asksPhysician
                                        text: qsTr("Physician …")
                                        onClicked: root.physicianAsked(line.question)
                                    }
                                    ChoiceRow {
                                        objectName: "question-" + (line.question === null ? "" : line.question.id)
                                        width: 150
                                        labels: [qsTr("Yes"), qsTr("No")]
                                        values: ["yes", "no"]
                                        current: line.question === null ? "" : line.question.answer
                                        Accessible.name: line.question === null ? "" : line.question.question
                                        onChosen: value => line.question.say(value === "yes")
                                    }
                                }
                                Rectangle {
                                    anchors.bottom: parent.bottom
                                    width: parent.width
                                    height: 1
                                    color: Theme.line
                                    visible: line.index < root.half - 1
                                }
                            }
                        }
                    }
                }
            }
        }
    }
    MouseArea {
        objectName: "movedAnswers"
        anchors.fill: parent
        visible: moved.running
    }
}
