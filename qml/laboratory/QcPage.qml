// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Eccrine

// Quality control of the analyser: whether results may be entered today, the values of the controls, and how they have
// run.
FocusScope {
    id: root

    required property QcDesk desk
    signal leaveAsked

    Component.onCompleted: desk.refresh()

    Rectangle {
        anchors.fill: parent
        color: Theme.ground
    }
    LaboratoryHead {
        id: head
        width: parent.width
        title: qsTr("Quality control")
        aside: root.desk.today
        onLeaveAsked: root.leaveAsked()

        ActionButton {
            objectName: "qcLotButton"
            kind: "quiet"
            text: qsTr("New lot of a control …")
            onClicked: lotSheet.ask(null)
        }
        Repeater {
            model: root.desk.levels.length
            ActionButton {
                required property int index
                readonly property var level: root.desk.levels[index]
                objectName: "qcCorrect-" + index
                kind: "quiet"
                text: qsTr("Correct %1 …").arg(level.name)
                Accessible.name: qsTr("Correct %1, lot %2").arg(level.name).arg(level.lot)
                onClicked: lotSheet.ask(level)
            }
        }
    }
    Rectangle {
        id: banner
        objectName: "qcState"
        anchors.top: head.bottom
        x: 20
        width: parent.width - 40
        height: Math.max(76, sentence.y + sentence.height + 12)
        radius: Theme.radius
        readonly property string kind: root.desk.state
        readonly property color strong: kind === "good" ? Theme.goodInk : kind === "bad" ? Theme.dangerInk : kind === "wait" ? Theme.warningInk : Theme.muted
        color: kind === "good" ? Theme.goodTint : kind === "bad" ? Theme.dangerTint : kind === "wait" ? Theme.warningTint : Theme.surface
        border.width: 1
        border.color: strong
        Accessible.role: Accessible.AlertMessage
        Accessible.name: root.desk.stateTitle + ". " + root.desk.stateSentence

        Glyph {
            x: 20
            width: 40
            height: 40
            anchors.verticalCenter: parent.verticalCenter
            shape: banner.kind === "good" ? Glyph.Check : banner.kind === "bad" ? Glyph.Cross : banner.kind === "wait" ? Glyph.Clock : Glyph.Circle
            color: banner.strong
        }
        Text {
            id: title
            x: 80
            y: 8
            width: parent.width - 96
            text: root.desk.stateTitle
            font.pixelSize: Theme.headline - 2
            font.weight: Font.DemiBold
            color: banner.strong
            elide: Text.ElideRight
            Accessible.ignored: true
        }
        BodyText {
            id: sentence
            x: 80
            anchors.top: title.bottom
            width: parent.width - 96
            maximumLineCount: 3
            elide: Text.ElideRight
            text: root.desk.stateSentence
            Accessible.ignored: true
        }
    }
    Card {
        implicitHeight: 0 // anchored; its content takes the height that there is
        id: entryCard
        anchors.top: banner.bottom
        anchors.topMargin: 12
        anchors.bottom: parent.bottom
        anchors.bottomMargin: 16
        x: 20
        width: Math.max(330, parent.width * 0.29)
        title: qsTr("Today's controls")

        Flickable {
            id: form
            width: parent.width
            height: parent.height - recordButton.height - 12
            contentHeight: fields.height
            clip: true
            boundsBehavior: Flickable.StopAtBounds
            ScrollBar.vertical: ScrollBar {
                policy: ScrollBar.AlwaysOn // a field below the edge must not be missed
                visible: form.contentHeight > form.height
            }
            // What has the focus is seen whole, with its label and its remark.
            function reveal(item: Item): void {
                if (height < item.height) // it has no size yet
                    return;
                const top = item.y, bottom = item.y + item.height;
                if (top < contentY)
                    contentY = top;
                else if (bottom > contentY + height)
                    contentY = Math.min(bottom - height, contentHeight - height);
            }

            Column {
                id: fields
                width: parent.width - 8
                spacing: 10
                EntryField {
                    objectName: "qcAnalyser"
                    width: parent.width
                    focus: true
                    id: analyserField
                    label: qsTr("Analyser")
                    onActiveFocusChanged: if (activeFocus)
                        form.reveal(analyserField)
                    onAccepted: operatorField.forceActiveFocus(Qt.TabFocusReason)
                    text: root.desk.analyser
                    onEdited: text => root.desk.analyser = text
                }
                EntryField {
                    id: operatorField
                    objectName: "qcOperator"
                    onActiveFocusChanged: if (activeFocus)
                        form.reveal(operatorField)
                    onAccepted: if (levelFields.count > 0)
                        levelFields.itemAt(0).forceActiveFocus(Qt.TabFocusReason)
                    width: parent.width
                    label: qsTr("Who measures")
                    text: root.desk.operatorName
                    onEdited: text => root.desk.operatorName = text
                }
                Repeater {
                    id: levelFields
                    model: root.desk.levels.length
                    EntryField {
                        id: levelField
                        required property int index
                        readonly property var level: root.desk.levels[index]
                        objectName: "qcValue-" + index
                        width: fields.width
                        label: qsTr("%1, mmol/L").arg(level.name)
                        hint: level.about
                        text: level.entry
                        remark: level.remark
                        showRemark: true
                        inputMethodHints: Qt.ImhFormattedNumbersOnly
                        onEdited: text => root.desk.enter(level.name, text)
                        onAccepted: { // from field to field; in the last one it records, as the button does
                            if (index + 1 < levelFields.count)
                                levelFields.itemAt(index + 1).forceActiveFocus(Qt.TabFocusReason);
                            else
                                recordButton.clicked();
                        }
                        onActiveFocusChanged: if (activeFocus)
                            form.reveal(levelField)
                    }
                }
            }
        }
        ActionButton {
            id: recordButton
            objectName: "qcRecordButton"
            anchors.bottom: parent.bottom
            width: parent.width
            kind: "primary"
            enabled: root.desk.mayRecord
            text: root.desk.mayRecord ? qsTr("Record") : root.desk.hindrance
            onClicked: if (root.desk.mayRecord)
                root.desk.record()
        }
    }
    Item {
        id: right
        anchors.left: entryCard.right
        anchors.leftMargin: 12
        anchors.right: parent.right
        anchors.rightMargin: 20
        anchors.top: entryCard.top
        anchors.bottom: entryCard.bottom

        Notice {
            id: faultNotice
            width: parent.width
            visible: root.desk.faults.length > 0
            height: visible ? implicitHeight : 0
            kind: "danger"
            title: qsTr("The book has %1 lines that cannot be read").arg(root.desk.faults.length)
            text: root.desk.faults.length > 0 ? root.desk.faults[0] : ""
        }
        Notice {
            id: doubtNotice
            objectName: "doubtNotice"
            anchors.top: faultNotice.bottom
            anchors.topMargin: faultNotice.visible ? 12 : 0
            width: parent.width
            visible: root.desk.doubtful.length > 0
            height: visible ? implicitHeight : 0
            kind: "danger"
            title: qsTr("Entered before a control that has failed since: %1").arg(root.desk.doubtful.length)
            text: qsTr("Find the cause, and analyse their samples again or repeat the test.")
        }
        ListView {
            id: doubtList
            objectName: "doubtList"
            anchors.top: doubtNotice.bottom
            anchors.topMargin: visible ? 6 : 0
            width: parent.width
            visible: doubtNotice.visible
            height: visible ? Math.min(contentHeight, 84) : 0
            clip: true
            activeFocusOnTab: visible
            boundsBehavior: Flickable.StopAtBounds
            ScrollBar.vertical: ScrollBar {}
            model: root.desk.doubtful
            Accessible.role: Accessible.List
            Accessible.name: doubtNotice.title
            delegate: Caption {
                required property string modelData
                width: ListView.view.width - 14
                height: 28
                elide: Text.ElideRight
                color: Theme.ink
                text: modelData
            }
        }
        Column {
            id: charts
            anchors.top: doubtList.bottom
            anchors.topMargin: faultNotice.visible || doubtNotice.visible ? 12 : 0
            width: parent.width
            height: Math.round((parent.height - y) * 0.68)
            spacing: 12

            Repeater {
                model: root.desk.charts.length
                Card {
                    id: chartCard
                    required property int index
                    readonly property var chart: root.desk.charts[index]
                    objectName: "qcChart-" + index
                    width: charts.width
                    height: (charts.height - (root.desk.charts.length - 1) * 12) / root.desk.charts.length
                    Accessible.role: Accessible.Chart
                    Accessible.name: chart.title
                    Accessible.description: chart.spoken

                    // title and caption on one line where there is room: what they do not take is the chart's
                    readonly property bool beside: chartTitle.implicitWidth + 24 + chartCaption.implicitWidth <= chartTitle.parent.width
                    BodyText {
                        id: chartTitle
                        width: chartCard.beside ? implicitWidth : parent.width
                        text: chartCard.chart.title
                        font.weight: Font.DemiBold
                        wrapMode: Text.NoWrap
                        elide: Text.ElideRight
                        Accessible.ignored: true
                    }
                    Caption {
                        id: chartCaption
                        x: chartCard.beside ? parent.width - implicitWidth : 0
                        y: chartCard.beside ? (chartTitle.height - height) / 2 : chartTitle.height
                        width: chartCard.beside ? implicitWidth : parent.width
                        text: chartCard.chart.imprecision
                        Accessible.ignored: true
                    }
                    DotChart {
                        anchors.top: chartCard.beside ? chartTitle.bottom : chartCaption.bottom
                        anchors.topMargin: 2
                        anchors.bottom: parent.bottom
                        anchors.bottomMargin: -8
                        width: parent.width
                        lower: -4
                        upper: 4
                        points: chartCard.chart.points
                        lines: chartCard.chart.lines
                        ink: Theme.ink
                        muted: Theme.muted
                        grid: Theme.line
                        surface: Theme.surface
                        good: Theme.accent
                        warning: Theme.warningInk
                        bad: Theme.dangerInk
                        pixelSize: Theme.caption - 2
                    }
                }
            }
            Card {
                visible: root.desk.charts.length === 0
                width: parent.width
                height: parent.height
                Column {
                    anchors.centerIn: parent
                    width: Math.min(parent.width, 460)
                    spacing: 12
                    Heading {
                        width: parent.width
                        horizontalAlignment: Text.AlignHCenter
                        text: qsTr("No control materials yet")
                    }
                    BodyText {
                        width: parent.width
                        horizontalAlignment: Text.AlignHCenter
                        text: qsTr("Results can be entered only on days on which the controls have passed. Add the lot of each control level with its target and SD, then measure them.")
                    }
                }
            }
        }
        Card {
            implicitHeight: 0 // anchored; its content takes the height that there is
            anchors.top: charts.bottom
            anchors.topMargin: 12
            anchors.bottom: parent.bottom
            width: parent.width

            BodyText {
                visible: root.desk.runs.length === 0
                text: qsTr("No value has been recorded.")
                color: Theme.muted
            }
            ListView {
                id: runs
                objectName: "qcRuns"
                anchors.fill: parent
                clip: true
                activeFocusOnTab: true
                model: root.desk.runs.length
                boundsBehavior: Flickable.StopAtBounds
                ScrollBar.vertical: ScrollBar {}
                Keys.onDownPressed: flick(0, -700)
                Keys.onUpPressed: flick(0, 700)
                Accessible.role: Accessible.List
                Accessible.name: qsTr("Control values, the newest first")

                delegate: Item {
                    id: run
                    required property int index
                    readonly property var line: root.desk.runs[index]
                    width: ListView.view.width
                    height: 30
                    Accessible.role: Accessible.ListItem
                    Accessible.name: line.when + ", " + line.verdict + ", " + line.sentence

                    Caption {
                        id: when
                        width: 126
                        anchors.verticalCenter: parent.verticalCenter
                        text: run.line.when
                        Accessible.ignored: true
                    }
                    StateMark {
                        id: mark
                        x: 130
                        width: 130
                        available: 130
                        anchors.verticalCenter: parent.verticalCenter
                        state_: run.line.kind === "bad" ? "bad" : run.line.kind === "warning" ? "wait" : "good"
                        text: run.line.verdict
                        Accessible.ignored: true
                    }
                    Caption {
                        x: 268
                        width: parent.width - 268 - by.width - 12
                        anchors.verticalCenter: parent.verticalCenter
                        color: Theme.ink
                        text: run.line.sentence
                        Accessible.ignored: true
                    }
                    Caption {
                        id: by
                        anchors.right: parent.right
                        anchors.rightMargin: 12
                        width: Math.min(implicitWidth, parent.width * 0.25)
                        anchors.verticalCenter: parent.verticalCenter
                        text: run.line.by
                        Accessible.ignored: true
                    }
                }
            }
        }
    }
    QcLotSheet {
        id: lotSheet
        desk: root.desk
    }
    function closeSheets(): bool {
        if (!lotSheet.opened)
            return false;
        lotSheet.close();
        return true;
    }
}
