// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Eccrine

// How many tests gave too little sweat: rates against the benchmarks, by month, what became of them, and the skin.
FocusScope {
    id: root

    required property QnsDesk desk
    signal leaveAsked

    Component.onCompleted: desk.refresh()

    Rectangle {
        anchors.fill: parent
        color: Theme.ground
    }
    LaboratoryHead {
        id: head
        width: parent.width
        height: 90
        title: qsTr("Insufficient samples (QNS)")
        aside: root.desk.left === "" ? root.desk.window : root.desk.window + " · " + root.desk.left
        onLeaveAsked: root.leaveAsked()

        EntryField {
            objectName: "laboratoryNameField"
            width: 230
            anchors.verticalCenter: parent.verticalCenter
            label: qsTr("Name of the laboratory")
            text: root.desk.laboratoryName
            onEdited: text => root.desk.laboratoryName = text
        }
        ActionButton {
            objectName: "qnsCsvButton"
            anchors.verticalCenter: parent.verticalCenter
            enabled: !root.desk.empty
            text: qsTr("Export CSV")
            onClicked: root.desk.exportCsv()
        }
        ActionButton {
            objectName: "qnsPngButton"
            anchors.verticalCenter: parent.verticalCenter
            enabled: !root.desk.empty
            text: qsTr("Save picture")
            onClicked: {
                const file = root.desk.pictureFile();
                sheetOfPaper.grabToImage(image => root.desk.pictureSaved(file, image.saveToFile(file)));
            }
        }
    }
    Notice {
        id: faultNotice
        anchors.top: head.bottom
        x: 20
        width: parent.width - 40
        visible: root.desk.faults.length > 0
        height: visible ? implicitHeight : 0
        kind: "danger"
        title: qsTr("%1 records cannot be read and are not counted").arg(root.desk.faults.length)
        text: root.desk.faults.length > 0 ? root.desk.faults[0] : ""
    }
    Card {
        implicitHeight: 0 // anchored; its content takes the height that there is
        visible: root.desk.empty
        anchors.top: faultNotice.bottom
        anchors.topMargin: 12
        anchors.bottom: parent.bottom
        anchors.bottomMargin: 16
        x: 20
        width: parent.width - 40
        Column {
            anchors.centerIn: parent
            width: Math.min(parent.width, 520)
            spacing: 12
            Heading {
                objectName: "qnsEmpty"
                width: parent.width
                horizontalAlignment: Text.AlignHCenter
                text: qsTr("No test to count yet")
            }
            BodyText {
                width: parent.width
                horizontalAlignment: Text.AlignHCenter
                text: qsTr("Sweat tests that were collected to their end appear here by themselves. Simulated tests are never counted.")
            }
        }
    }
    Rectangle {
        id: sheetOfPaper
        visible: !root.desk.empty
        anchors.top: faultNotice.bottom
        anchors.topMargin: faultNotice.visible ? 12 : 0
        anchors.bottom: parent.bottom
        anchors.bottomMargin: 16
        x: 20
        width: parent.width - 40
        color: Theme.ground

        Card {
            id: rateCard
            width: parent.width
            height: Math.round(parent.height * 0.46)
            ChoiceRow {
                id: groups
                objectName: "qnsGroups"
                width: Math.min(parent.width, 620)
                focus: true
                labels: [qsTr("Laboratory"), qsTr("Operator"), qsTr("Device"), qsTr("Age")]
                values: ["laboratory", "operator", "device", "age"]
                current: root.desk.groupBy
                onChosen: value => root.desk.groupBy = value
            }
            Row {
                anchors.right: parent.right
                anchors.verticalCenter: groups.verticalCenter
                spacing: 8
                Rectangle {
                    width: 3
                    height: 20
                    color: Theme.warningInk
                    anchors.verticalCenter: parent.verticalCenter
                }
                Caption {
                    anchors.verticalCenter: parent.verticalCenter
                    text: qsTr("benchmark;  thin line: 95 % interval; bars 0 to %1 %").arg(root.desk.axisTo)
                }
            }
            ListView {
                id: rates
                objectName: "qnsRates"
                anchors.top: groups.bottom
                anchors.topMargin: 10
                anchors.bottom: parent.bottom
                width: parent.width
                clip: true
                activeFocusOnTab: true
                boundsBehavior: Flickable.StopAtBounds
                ScrollBar.vertical: ScrollBar {}
                Keys.onDownPressed: flick(0, -700)
                Keys.onUpPressed: flick(0, 700)
                Accessible.role: Accessible.List
                Accessible.name: qsTr("Rates of insufficient samples")
                model: root.desk.rows.length
                delegate: QnsBar {
                    required property int index
                    width: ListView.view.width - 14
                    entry: root.desk.rows[index]
                    axisTo: root.desk.axisTo
                }
            }
        }
        Row {
            id: below
            anchors.top: rateCard.bottom
            anchors.topMargin: 12
            anchors.bottom: parent.bottom
            width: parent.width
            spacing: 12
            readonly property real column: (width - 24) / 3.4

            Column {
                width: below.width - 2 * below.column - 24
                height: parent.height
                spacing: 12
                Repeater {
                    model: root.desk.charts.length
                    Card {
                        id: chartCard
                        required property int index
                        readonly property var chart: root.desk.charts[index]
                        objectName: "qnsChart-" + index
                        width: parent.width
                        height: (below.height - (root.desk.charts.length - 1) * 12) / root.desk.charts.length
                        Accessible.role: Accessible.Chart
                        Accessible.name: chart.title
                        Accessible.description: chart.spoken
                        Caption {
                            id: chartTitle
                            y: -6
                            width: parent.width
                            color: Theme.ink
                            font.weight: Font.DemiBold
                            text: chartCard.chart.title
                            Accessible.ignored: true
                        }
                        DotChart {
                            anchors.top: chartTitle.bottom
                            anchors.bottom: parent.bottom
                            anchors.bottomMargin: -10
                            width: parent.width
                            lower: 0
                            upper: chartCard.chart.upper
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
            }
            Card {
                width: below.column
                height: parent.height
                title: qsTr("Repeats")
                Caption {
                    id: summary
                    width: parent.width
                    wrapMode: Text.Wrap
                    text: root.desk.repeatSummary
                }
                ListView {
                    objectName: "qnsRepeats"
                    anchors.top: summary.bottom
                    anchors.topMargin: 8
                    anchors.bottom: parent.bottom
                    width: parent.width
                    clip: true
                    activeFocusOnTab: true
                    boundsBehavior: Flickable.StopAtBounds
                    ScrollBar.vertical: ScrollBar {}
                    Keys.onDownPressed: flick(0, -700)
                    Keys.onUpPressed: flick(0, 700)
                    Accessible.role: Accessible.List
                    Accessible.name: qsTr("Insufficient tests and their repeats")
                    model: root.desk.repeats.length
                    delegate: Item {
                        id: repeat
                        required property int index
                        readonly property var entry: root.desk.repeats[index]
                        width: ListView.view.width
                        height: 50
                        Accessible.role: Accessible.ListItem
                        Accessible.name: entry.title + ", " + entry.text
                        Caption {
                            y: 4
                            width: parent.width - 12
                            color: Theme.ink
                            text: repeat.entry.title
                            Accessible.ignored: true
                        }
                        StateMark {
                            y: 24
                            available: parent.width - 12
                            state_: repeat.entry.kind
                            text: repeat.entry.text
                            Accessible.ignored: true
                        }
                    }
                }
            }
            Card {
                width: below.column
                height: parent.height
                title: qsTr("Skin reactions")
                Caption {
                    id: skinNote
                    width: parent.width
                    wrapMode: Text.Wrap
                    text: qsTr("Welts and burns; redness is usual and not counted.")
                }
                ListView {
                    objectName: "qnsSkin"
                    anchors.top: skinNote.bottom
                    anchors.topMargin: 8
                    anchors.bottom: parent.bottom
                    width: parent.width
                    clip: true
                    activeFocusOnTab: true
                    boundsBehavior: Flickable.StopAtBounds
                    ScrollBar.vertical: ScrollBar {}
                    Keys.onDownPressed: flick(0, -700)
                    Keys.onUpPressed: flick(0, 700)
                    Accessible.role: Accessible.List
                    Accessible.name: qsTr("Skin reactions")
                    model: root.desk.skin.length
                    delegate: Item {
                        id: reaction
                        required property int index
                        readonly property var entry: root.desk.skin[index]
                        width: ListView.view.width
                        height: 46
                        Accessible.role: Accessible.ListItem
                        Accessible.name: entry.title + ": " + entry.count + ", " + entry.percentText + ", " + entry.verdict
                        Caption {
                            y: 4
                            width: parent.width - 12
                            color: Theme.ink
                            text: reaction.entry.title
                            Accessible.ignored: true
                        }
                        Caption {
                            y: 23
                            width: parent.width - 12
                            text: reaction.entry.count + " · " + reaction.entry.percentText + (reaction.entry.verdict === "" ? "" : " · " + reaction.entry.verdict)
                            Accessible.ignored: true
                        }
                    }
                }
            }
        }
    }
    function closeSheets(): bool {
        return false;
    }
}
