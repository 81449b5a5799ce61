// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Eccrine

// Clean again, then the collector exactly over the stimulated skin, limb by limb.
FocusScope {
    id: root

    required property SweatDesk desk
    readonly property string on: desk.weighed ? qsTr("Pad is on and sealed") : desk.conductivityOnly ? qsTr("Cell is in") : qsTr("Collector is attached")
    readonly property string putOn: desk.weighed ? qsTr("Put the pad on now") : desk.conductivityOnly ? qsTr("Put the cell in now") : qsTr("Attach the collector now")

    Card {
        id: what
        width: parent.width
        height: implicitHeight
        title: root.desk.askedTitle === "" ? qsTr("Wait") : root.desk.askedTitle
        BodyText {
            width: parent.width
            text: root.desk.instruction
            font.pixelSize: Theme.title
            lineHeight: 1.2
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
                readonly property bool turn: root.desk.asking && root.desk.askedSite === modelData.index
                site: modelData
                asked: turn
                visible: modelData.used
                width: (limbs.width - (limbs.count - 1) * 16) / Math.max(1, limbs.count)
                height: limbs.height

                Column {
                    width: parent.width
                    spacing: 14
                    StateMark {
                        available: parent.width
                        pixelSize: Theme.title
                        state_: limb.modelData.burned || limb.modelData.voidReason !== "" ? "bad" : limb.modelData.attached ? "good" : "wait"
                        text: limb.modelData.burned ? qsTr("Nothing is put on here: burn") : limb.modelData.voidReason !== "" ? limb.modelData.voidReason : limb.modelData.attached ? root.on : limb.turn ? root.putOn : qsTr("to come")
                    }
                    Readout {
                        visible: limb.modelData.attached
                        width: parent.width
                        label: root.desk.conductivityOnly ? qsTr("measuring for") : qsTr("collecting for")
                        value: Format.clock(limb.modelData.collectedS)
                        pixelSize: 44
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
                    Caption {
                        visible: limb.modelData.skin === "welt"
                        width: parent.width
                        wrapMode: Text.Wrap
                        font.pixelSize: Theme.body
                        text: qsTr("Welts were seen here. Look again after 3 hours.")
                    }
                }
            }
        }
    }
}
