// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Eccrine

// The values of the samples, typed or from the analyser's file. Locked while the quality control of the day has not
// passed; a sample that is not analysed says why.
FocusScope {
    id: root

    required property SweatDesk desk
    readonly property bool inLine: desk.conductivityOnly
    property var leftCard: null // of the limbs
    property var rightCard: null
    readonly property bool weighed: desk.weighed // its own signal: a binding of focus that is read again takes the focus

    // From the value of the left sample to the right one, whose value is still missing.
    function nextLimb(): bool {
        if (leftCard === null || rightCard === null || !leftCard.entered() || !rightCard.open || rightCard.known())
            return false;
        rightCard.enter();
        return true;
    }

    Timer {
        interval: 60000
        running: true
        repeat: true
        onTriggered: {
            for (let i = 0; i < 2; ++i)
                root.desk.sites[i].sample.judgeStorage();
        }
    }
    Card {
        id: head
        width: parent.width
        height: implicitHeight

        Column {
            width: parent.width
            spacing: 12
            BodyText {
                objectName: "versionText"
                width: parent.width
                visible: text !== ""
                font.weight: Font.DemiBold
                color: Theme.warningInk
                text: root.desk.versionText === "" ? "" : root.desk.correctionText
            }
            Notice {
                objectName: "qcNotice"
                width: parent.width
                kind: root.desk.qcLocked ? "danger" : root.desk.qcPassed ? "good" : "warning"
                title: root.desk.qcLocked ? qsTr("Entry is locked") : qsTr("Quality control")
                text: root.desk.qcText
                visible: root.desk.qcText !== ""
            }
            Row {
                width: parent.width
                spacing: 16
                EntryField {
                    objectName: "analystField"
                    width: parent.width * 0.18
                    label: qsTr("Who measures")
                    text: root.desk.analyst
                    onEdited: text => root.desk.analyst = text
                }
                EntryField {
                    objectName: "analyserField"
                    width: parent.width * 0.22
                    label: qsTr("Analyser: name or number")
                    text: root.desk.analyser
                    remark: root.desk.analyserRemark
                    showRemark: root.desk.analyserRemark !== ""
                    onEdited: text => root.desk.analyser = text
                }
                EntryField {
                    id: importField
                    objectName: "importField"
                    visible: !root.inLine // the cell shows its value, and the file is one of chlorides
                    width: parent.width * 0.6 - importButton.width - 48
                    enabled: !root.desk.qcLocked
                    label: qsTr("File of the analyser (CSV): type its path, or drop it on this page")
                    placeholderText: qsTr("/media/usb/results.csv")
                    onAccepted: if (importButton.enabled)
                        importButton.clicked()
                    Keys.onReturnPressed: {} // it imports, and does not go on as well
                    Keys.onEnterPressed: {}
                }
                ActionButton {
                    id: importButton
                    objectName: "importButton"
                    visible: !root.inLine
                    y: importField.height - height
                    enabled: !root.desk.qcLocked && importField.text.trim() !== ""
                    text: qsTr("Import")
                    onClicked: root.desk.importAnalyser(importField.text)
                }
            }
        }
    }
    DropArea {
        anchors.fill: parent
        enabled: !root.desk.qcLocked && !root.inLine
        onDropped: drop => {
            if (drop.hasUrls)
                root.desk.importAnalyser(drop.urls[0]);
        }
    }
    Row {
        id: limbs
        anchors.top: head.bottom
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
                readonly property bool open: modelData.analysable && !root.desk.qcLocked
                site: modelData
                visible: modelData.used
                width: (limbs.width - (limbs.count - 1) * 16) / Math.max(1, limbs.count)
                height: limbs.height

                Component.onCompleted: {
                    if (index === 0)
                        root.leftCard = limb;
                    else
                        root.rightCard = limb;
                }
                function known(): bool {
                    return (root.inLine ? modelData.conductivityText : modelData.chlorideText) !== "";
                }
                function entered(): bool {
                    return known() && (chlorideField.activeFocus || secondField.activeFocus || blankField.activeFocus || conductivityField.activeFocus);
                }
                function enter(): void {
                    (root.inLine ? conductivityField : root.weighed ? eluentField : chlorideField).forceActiveFocus(Qt.TabFocusReason);
                }

                Flickable {
                    id: flick
                    anchors.fill: parent
                    contentHeight: column.height
                    boundsBehavior: Flickable.StopAtBounds
                    clip: true
                    ScrollBar.vertical: ScrollBar {
                        policy: ScrollBar.AlwaysOn // a field below the edge must not be missed
                        visible: flick.contentHeight > flick.height
                    }
                    Column {
                        id: column
                        width: flick.width - (flick.contentHeight > flick.height ? 14 : 0)
                        spacing: 8
                        Item {
                            id: about
                            readonly property bool beside: enough.width + 16 + 260 <= width // room for two lines
                            width: parent.width
                            height: !storage.visible ? enough.height : beside ? Math.max(enough.height, storage.height) : enough.height + storage.height + 2
                            StateMark {
                                id: enough
                                y: about.beside ? (about.height - height) / 2 : 0
                                available: column.width
                                pixelSize: Theme.strong
                                state_: limb.modelData.verdict === "OK" ? "good" : limb.modelData.analysable || limb.modelData.verdict === "WEIGH" ? "wait" : "bad"
                                text: limb.modelData.analysable ? limb.modelData.verdictText + " · " + limb.modelData.amountShown : limb.modelData.verdictText
                            }
                            Caption {
                                id: storage
                                objectName: "storageText-" + limb.modelData.index
                                visible: coldBox.visible
                                x: about.beside ? enough.width + 16 : 0
                                y: about.beside ? (about.height - height) / 2 : enough.height + 2
                                width: about.width - x
                                horizontalAlignment: about.beside ? Text.AlignRight : Text.AlignLeft
                                wrapMode: Text.Wrap
                                text: limb.modelData.sample.storageShown
                                color: limb.modelData.sample.tooOld ? Theme.dangerInk : Theme.muted
                            }
                        }
                        BodyText {
                            objectName: "notAnalysed-" + limb.modelData.index
                            visible: !limb.modelData.analysable
                            width: parent.width
                            text: limb.modelData.notAnalysedBecause
                        }
                        Row {
                            width: parent.width
                            spacing: 16
                            EntryField {
                                objectName: "sampleField-" + limb.modelData.index
                                width: coldBox.visible ? parent.width - coldBox.width - 16 : parent.width
                                enabled: limb.modelData.analysable
                                opacity: enabled ? 1 : 0.6
                                label: qsTr("Sample")
                                text: limb.modelData.sampleId
                                onEdited: text => limb.modelData.sampleId = text
                            }
                            TickBox {
                                id: coldBox
                                objectName: "coldBox-" + limb.modelData.index
                                visible: limb.modelData.analysable && limb.modelData.sample.storageShown !== ""
                                anchors.bottom: parent.bottom
                                width: 170
                                text: qsTr("Refrigerated")
                                checked: limb.modelData.sample.cold
                                onToggled: limb.modelData.sample.keepCold(checked)
                            }
                        }
                        Row {
                            visible: root.weighed
                            width: parent.width
                            spacing: 16
                            EntryField {
                                id: eluentField
                                objectName: "eluentField-" + limb.modelData.index
                                width: (parent.width - 32) / 3
                                focus: limb.open && limb.index === 0 && root.weighed
                                enabled: limb.open
                                opacity: enabled ? 1 : 0.6
                                label: qsTr("Eluent, µL")
                                placeholderText: qsTr("5000")
                                text: limb.modelData.sample.eluentText
                                onEdited: text => limb.modelData.sample.eluentText = text
                            }
                            EntryField {
                                objectName: "eluateField-" + limb.modelData.index
                                width: (parent.width - 32) / 3
                                enabled: limb.open
                                opacity: enabled ? 1 : 0.6
                                label: qsTr("Eluate, mmol/L")
                                text: limb.modelData.sample.eluateText
                                onEdited: text => limb.modelData.sample.eluateText = text
                            }
                            EntryField {
                                id: blankField
                                objectName: "blankField-" + limb.modelData.index
                                width: (parent.width - 32) / 3
                                enabled: limb.open
                                opacity: enabled ? 1 : 0.6
                                label: qsTr("Blank pad, mmol/L")
                                text: limb.modelData.sample.blankText
                                onEdited: text => limb.modelData.sample.blankText = text
                            }
                        }
                        BodyText {
                            objectName: "elutionText-" + limb.modelData.index
                            visible: root.weighed && text !== ""
                            width: parent.width
                            text: limb.modelData.sample.elutionRemark !== "" ? limb.modelData.sample.elutionRemark : limb.modelData.sample.elutionShown
                            color: limb.modelData.sample.elutionRemark !== "" ? Theme.warningInk : Theme.ink
                        }
                        Row {
                            visible: !root.inLine
                            width: parent.width
                            spacing: 16
                            EntryField {
                                id: chlorideField
                                objectName: "chlorideField-" + limb.modelData.index
                                width: root.weighed ? (parent.width - 32) / 3 : secondField.visible ? (parent.width - 16) / 2 : parent.width
                                focus: limb.open && limb.index === 0 && !root.weighed
                                enabled: limb.open
                                opacity: enabled ? 1 : 0.6
                                label: root.weighed ? qsTr("Sweat chloride, mmol/L") : qsTr("Chloride, mmol/L")
                                text: limb.modelData.chlorideText
                                remark: limb.modelData.chlorideRemark
                                showRemark: limb.modelData.chlorideRemark !== ""
                                onEdited: text => limb.modelData.chlorideText = text
                            }
                            EntryField {
                                id: secondField
                                objectName: "secondField-" + limb.modelData.index
                                visible: limb.modelData.sample.secondPossible
                                width: root.weighed ? (parent.width - 32) / 3 : (parent.width - 16) / 2
                                enabled: limb.open
                                opacity: enabled ? 1 : 0.6
                                label: qsTr("Second analysis, if made")
                                text: limb.modelData.sample.secondText
                                onEdited: text => limb.modelData.sample.secondText = text
                            }
                            EntryField {
                                objectName: "washedSodiumField-" + limb.modelData.index
                                visible: root.weighed
                                width: (parent.width - 32) / 3
                                enabled: limb.open
                                opacity: enabled ? 1 : 0.6
                                label: qsTr("Sodium, mmol/L")
                                placeholderText: qsTr("if measured")
                                text: limb.modelData.sodiumText
                                remark: limb.modelData.sodiumRemark
                                showRemark: limb.modelData.sodiumRemark !== ""
                                onEdited: text => limb.modelData.sodiumText = text
                            }
                        }
                        BodyText {
                            objectName: "secondText-" + limb.modelData.index
                            visible: text !== ""
                            width: parent.width
                            text: limb.modelData.sample.secondRemark !== "" ? limb.modelData.sample.secondRemark : limb.modelData.sample.secondShown
                            color: limb.modelData.sample.secondRemark !== "" ? Theme.warningInk : Theme.ink
                        }
                        Row {
                            visible: !root.weighed // of what was washed out there is no conductivity
                            width: parent.width
                            spacing: 16
                            EntryField {
                                objectName: "sodiumField-" + limb.modelData.index
                                visible: !root.inLine
                                width: (parent.width - 16) / 2
                                enabled: limb.open
                                opacity: enabled ? 1 : 0.6
                                label: qsTr("Sodium, mmol/L (if measured)")
                                text: limb.modelData.sodiumText
                                remark: limb.modelData.sodiumRemark
                                showRemark: limb.modelData.sodiumRemark !== ""
                                onEdited: text => limb.modelData.sodiumText = text
                            }
                            EntryField {
                                id: conductivityField
                                objectName: "conductivityField-" + limb.modelData.index
                                width: root.inLine ? parent.width : (parent.width - 16) / 2
                                focus: limb.open && limb.index === 0 && root.inLine
                                enabled: limb.open
                                opacity: enabled ? 1 : 0.6
                                label: qsTr("Conductivity, mmol/L NaCl-eq.")
                                text: limb.modelData.conductivityText
                                remark: limb.modelData.conductivityRemark
                                showRemark: limb.modelData.conductivityRemark !== ""
                                onEdited: text => limb.modelData.conductivityText = text
                            }
                        }
                        Caption {
                            visible: root.inLine
                            width: parent.width
                            wrapMode: Text.Wrap
                            text: qsTr("Conductivity is no chloride. A value that is not negative is referred for quantitative chloride.")
                        }
                    }
                }
            }
        }
    }
}
