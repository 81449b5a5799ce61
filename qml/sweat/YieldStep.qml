// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Eccrine

// How much sweat there is, limb by limb. Whether it is enough is computed and explained; nobody clicks it.
FocusScope {
    id: root

    required property SweatDesk desk

    property var leftCard: null // of the limbs
    property var rightCard: null
    readonly property bool weighed: desk.weighed
    readonly property bool coil: !desk.weighed && desk.lengthsTaken && !desk.conductivityOnly

    // From an entry of the left limb to the right one, whose entry is still missing.
    function nextLimb(): bool {
        if (leftCard === null || rightCard === null || !leftCard.entered() || !rightCard.open())
            return false;
        rightCard.enter();
        return true;
    }
    Connections {
        target: root.desk
        function onAnswersChanged() { // asked about the right limb now
            if (root.desk.askedSite === 1 && root.rightCard !== null && root.rightCard.open())
                root.rightCard.enter();
        }
    }
    Card {
        id: what
        objectName: "yieldHead"
        // it stays where it is between two limbs and at the end: the fields below it do not jump
        width: parent.width
        height: implicitHeight
        title: (root.desk.running ? root.desk.shownTitle : qsTr("The recording has ended")) + (root.desk.versionText === "" ? "" : " · " + root.desk.versionText)
        BodyText {
            width: parent.width
            text: root.desk.running ? root.desk.instruction : qsTr("Enter how much sweat each limb gave, then continue.")
            font.pixelSize: Theme.strong
        }
    }
    Row {
        id: limbs
        anchors.top: what.bottom
        anchors.topMargin: 12
        anchors.bottom: parent.bottom
        width: parent.width
        spacing: 16
        readonly property int count: (root.desk.sites[0].used ? 1 : 0) + (root.desk.sites[1].used ? 1 : 0)

        Repeater {
            model: root.desk.sites
            LimbCard {
                id: limb
                required property SweatSiteModel modelData
                required property int index
                readonly property bool turn: root.desk.asking && root.desk.askedSite === modelData.index
                site: modelData
                asked: turn
                visible: modelData.used
                width: (limbs.width - (limbs.count - 1) * 16) / Math.max(1, limbs.count)
                height: limbs.height

                Component.onCompleted: {
                    if (index === 0)
                        root.leftCard = limb;
                    else
                        root.rightCard = limb;
                }
                function entered(): bool {
                    return modelData.amountKnown && (coilField.activeFocus || amountField.activeFocus || taredField.activeFocus);
                }
                function open(): bool {
                    return modelData.used && modelData.takesPart && !modelData.amountKnown;
                }
                function enter(): void {
                    (root.coil ? coilField : root.weighed ? tareField : amountField).forceActiveFocus(Qt.TabFocusReason);
                }

                Flickable {
                    id: flick
                    anchors.fill: parent
                    contentHeight: column.height
                    boundsBehavior: Flickable.StopAtBounds
                    clip: true
                    ScrollBar.vertical: ScrollBar {
                        policy: ScrollBar.AlwaysOn // a warning below the edge must not be missed
                        visible: flick.contentHeight > flick.height
                    }
                    Column {
                        id: column
                        width: flick.width - (flick.contentHeight > flick.height ? 14 : 0)
                        spacing: 12
                        StateMark {
                            visible: !limb.modelData.takesPart
                            available: parent.width
                            pixelSize: Theme.strong
                            state_: "bad"
                            text: limb.modelData.burned ? qsTr("Burn: nothing was collected here") : limb.modelData.voidReason
                        }
                        Row {
                            visible: limb.modelData.takesPart
                            width: parent.width
                            spacing: 16
                            EntryField {
                                id: coilField
                                objectName: "coilField-" + limb.modelData.index
                                visible: root.coil
                                width: (parent.width - 16) / 2
                                focus: limb.index === 0 && root.coil
                                label: qsTr("Sweat in the coil, cm")
                                placeholderText: qsTr("7.4")
                                text: limb.modelData.coilText
                                remark: limb.modelData.coilRemark
                                showRemark: limb.modelData.coilRemark !== ""
                                onEdited: text => limb.modelData.coilText = text
                            }
                            EntryField {
                                id: tareField
                                objectName: "tareField-" + limb.modelData.index
                                visible: root.weighed
                                width: (parent.width - 16) / 2
                                focus: limb.index === 0 && root.weighed
                                label: qsTr("Vial and dry pad, mg")
                                text: limb.modelData.tareText
                                remark: limb.modelData.tareRemark
                                showRemark: limb.modelData.tareRemark !== ""
                                onEdited: text => limb.modelData.tareText = text
                            }
                            EntryField {
                                objectName: "grossField-" + limb.modelData.index
                                visible: root.weighed
                                width: (parent.width - 16) / 2
                                label: qsTr("Vial and wet pad, mg")
                                text: limb.modelData.grossText
                                remark: limb.modelData.amountRemark
                                showRemark: limb.modelData.amountRemark !== ""
                                onEdited: text => limb.modelData.grossText = text
                            }
                            EntryField {
                                id: amountField
                                objectName: "amountField-" + limb.modelData.index
                                visible: !root.weighed
                                width: root.coil ? (parent.width - 16) / 2 : parent.width
                                focus: limb.index === 0 && !root.weighed && !root.coil
                                label: root.coil ? qsTr("or weighed, µL (1 mg is 1 µL)") : root.desk.conductivityOnly ? qsTr("Sweat through the cell, µL") : qsTr("Sweat, µL")
                                remark: limb.modelData.amountRemark
                                showRemark: remark !== ""
                                text: limb.modelData.amountText
                                onEdited: text => limb.modelData.amountText = text
                            }
                        }
                        EntryField {
                            id: taredField
                            objectName: "taredField-" + limb.modelData.index
                            visible: root.weighed && limb.modelData.takesPart
                            width: parent.width
                            label: qsTr("Dry weight taken at (hours:minutes, with the date if not today)")
                            placeholderText: qsTr("8:10")
                            text: limb.modelData.taredText
                            remark: limb.modelData.taredRemark
                            showRemark: limb.modelData.taredRemark !== ""
                            onEdited: text => limb.modelData.taredText = text
                        }
                        Rectangle {
                            objectName: "verdictBox-" + limb.modelData.index
                            visible: limb.modelData.takesPart && limb.modelData.amountKnown
                            width: parent.width
                            height: verdict.implicitHeight + 28
                            radius: Theme.radius
                            color: limb.modelData.verdict === "OK" ? Theme.goodTint : limb.modelData.verdict === "" ? Theme.raised : Theme.warningTint
                            border.width: 1
                            border.color: limb.modelData.verdict === "OK" ? Theme.goodInk : limb.modelData.verdict === "" ? Theme.line : Theme.warningInk
                            Column {
                                id: verdict
                                x: 16
                                y: 14
                                width: parent.width - 32
                                spacing: 8
                                Text {
                                    width: parent.width
                                    text: limb.modelData.amountShown + (limb.modelData.minutesText === "" ? "" : qsTr(" in %1 min").arg(limb.modelData.minutesText))
                                    font.pixelSize: Theme.headline
                                    font.weight: Font.DemiBold
                                    color: Theme.ink
                                    wrapMode: Text.Wrap
                                }
                                StateMark {
                                    visible: limb.modelData.verdict !== ""
                                    state_: limb.modelData.verdict === "OK" ? "good" : "wait"
                                    available: parent.width
                                    pixelSize: Theme.title
                                    text: limb.modelData.verdictText
                                }
                                BodyText {
                                    width: parent.width
                                    text: limb.modelData.explanation
                                }
                                BodyText {
                                    objectName: "amountNote-" + limb.modelData.index
                                    visible: text !== ""
                                    width: parent.width
                                    color: Theme.warningInk
                                    text: limb.modelData.amountNote
                                }
                            }
                        }
                        BodyText {
                            visible: limb.modelData.verdict === "QNS"
                            width: parent.width
                            text: qsTr("This sample is not analysed and never pooled with the other side.")
                        }
                        Repeater {
                            model: limb.turn ? root.desk.answers : []
                            ActionButton {
                                required property var modelData
                                required property int index
                                objectName: "answer-" + limb.modelData.index + "-" + modelData.id
                                width: parent.width
                                visible: index > 0 // the first one is the next action, below
                                height: visible ? Theme.bigTarget : 0
                                text: modelData.text
                                onClicked: Qt.callLater(root.desk.answer, modelData.id)
                            }
                        }
                    }
                }
            }
        }
    }
}
