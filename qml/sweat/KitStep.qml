// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Eccrine

// Which collector, where on the body, and out of which packages.
FocusScope {
    id: root

    required property SweatDesk desk

    Card {
        id: sitesCard
        title: qsTr("Where: one limb or both")
        width: Math.round((parent.width - 16) * 0.56)
        height: parent.height
        aside: [
            StateMark {
                readonly property bool onLeft: root.desk.sites[0].used
                readonly property bool onRight: root.desk.sites[1].used
                state_: onLeft || onRight ? "good" : "wait"
                pixelSize: Theme.body
                text: onLeft && onRight ? qsTr("bilateral") : onLeft ? qsTr("left only") : onRight ? qsTr("right only") : qsTr("none chosen")
            }
        ]
        BodyMap {
            anchors.fill: parent
            desk: root.desk
            focus: true
        }
    }
    Card {
        title: qsTr("Collector and packages")
        anchors.right: parent.right
        width: parent.width - sitesCard.width - 16
        height: parent.height

        Flickable {
            id: flick
            anchors.fill: parent
            contentHeight: parts.height
            boundsBehavior: Flickable.StopAtBounds
            clip: true
            ScrollBar.vertical: ScrollBar {
                policy: ScrollBar.AlwaysOn // a package below the edge must not be missed
                visible: flick.contentHeight > flick.height
            }
            Column {
                id: parts
                width: flick.width - (flick.contentHeight > flick.height ? 14 : 0)
                spacing: root.desk.weighed ? 10 : 14
                ChoiceRow {
                    objectName: "collectorChoice"
                    width: parent.width
                    label: qsTr("Collector")
                    labels: Array.from(root.desk.collectors, c => c.title)
                    values: Array.from(root.desk.collectors, c => c.code)
                    current: root.desk.collector
                    onChosen: value => root.desk.chooseCollector(value)
                }
                Row {
                    visible: root.desk.weighed
                    width: parent.width
                    spacing: 16
                    ChoiceRow {
                        objectName: "paperChoice"
                        width: (parent.width - 16) / 2
                        label: qsTr("Made of")
                        labels: [qsTr("Gauze"), qsTr("Paper")]
                        values: ["gauze", "paper"]
                        current: root.desk.paper ? "paper" : "gauze"
                        onChosen: value => root.desk.choosePaper(value === "paper")
                    }
                    EntryField {
                        objectName: "paperAreaField"
                        visible: root.desk.paper
                        width: (parent.width - 16) / 2
                        label: qsTr("Area of the paper, cm²")
                        placeholderText: qsTr("23.76")
                        text: root.desk.paperArea
                        remark: root.desk.paperAreaRemark
                        onEdited: text => root.desk.paperArea = text
                    }
                }
                Repeater {
                    model: root.desk.lots
                    Column {
                        id: part
                        required property LotEntry modelData
                        width: parent.width
                        spacing: 8

                        Rectangle {
                            width: parent.width
                            height: 1
                            color: Theme.line
                        }
                        EntryField {
                            id: scanField
                            objectName: part.modelData.kind + "ScanField"
                            width: parent.width
                            label: qsTr("%1: scan the package").arg(part.modelData.title)
                            placeholderText: qsTr("Scan here, or type below")
                            onAccepted: {
                                if (scanField.text.trim() === "")
                                    return;
                                part.modelData.scan(scanField.text);
                                scanField.text = "";
                            }
                        }
                        Row {
                            width: parent.width
                            spacing: 16
                            EntryField {
                                objectName: part.modelData.kind + "LotField"
                                reserve: 1
                                width: (parent.width - 16) / 2
                                label: qsTr("Lot")
                                text: part.modelData.number
                                remark: part.modelData.numberRemark
                                onEdited: text => part.modelData.number = text
                            }
                            EntryField {
                                objectName: part.modelData.kind + "ExpiryField"
                                reserve: 1
                                width: (parent.width - 16) / 2
                                label: qsTr("Use before")
                                aside: part.modelData.lastDay === "" ? "" : qsTr("until %1").arg(part.modelData.lastDay)
                                placeholderText: qsTr("2027-03-31")
                                text: part.modelData.expiry
                                remark: part.modelData.expired ? qsTr("Expired") : part.modelData.expiryRemark
                                onEdited: text => part.modelData.expiry = text
                            }
                        }
                        Notice {
                            objectName: part.modelData.kind + "ExpiredNotice"
                            width: parent.width
                            visible: part.modelData.expired
                            kind: "danger"
                            title: qsTr("STOP: expired")
                            text: part.modelData.stopSentence
                        }
                    }
                }
            }
        }
    }
}
