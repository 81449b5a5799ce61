// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Eccrine

// The instrument: connected, or how to connect one.
Card {
    id: root

    required property TestSession session

    title: qsTr("Instrument")
    aside: [
        StateMark {
            state_: root.session.latch !== "" ? "bad" : root.session.connected ? "good" : root.session.connecting ? "wait" : "bad"
            text: root.session.latch !== "" ? qsTr("latched") : root.session.connected ? qsTr("connected") : root.session.connecting ? qsTr("connecting …") : qsTr("not connected")
            pixelSize: Theme.body
        }
    ]

    Column {
        width: parent.width
        spacing: 12

        Item {
            visible: root.session.connected
            width: parent.width
            height: Theme.target

            BodyText {
                anchors.verticalCenter: parent.verticalCenter
                width: parent.width - disconnectButton.width - 16
                text: root.session.instrumentIdentity + "\n" + root.session.instrumentUrl
                lineHeight: 1.2
                elide: Text.ElideRight
                wrapMode: Text.NoWrap
            }
            ActionButton {
                id: disconnectButton
                objectName: "disconnectButton"
                anchors.right: parent.right
                text: qsTr("Disconnect")
                onClicked: root.session.disconnectInstrument()
            }
        }
        LatchNotice {
            visible: root.session.latch !== ""
            width: parent.width
            session: root.session
        }
        Row {
            visible: !root.session.connected
            width: parent.width
            spacing: 12
            EntryField {
                id: urlField
                objectName: "urlField"
                width: parent.width - connectButton.width - 12
                label: qsTr("Address of the instrument")
                placeholderText: "efp:/dev/ttyUSB0  ·  tcp://192.168.1.20:4001"
                text: root.session.lastUrl
                onAccepted: connectButton.clicked()
            }
            ActionButton {
                id: connectButton
                objectName: "connectButton"
                anchors.bottom: parent.bottom
                text: qsTr("Connect")
                enabled: urlField.text.trim() !== "" && !root.session.connecting
                onClicked: root.session.connectInstrument(urlField.text)
            }
        }
        Flow {
            visible: !root.session.connected && root.session.earlierUrls.length > 0
            width: parent.width
            spacing: 8
            Repeater {
                model: root.session.earlierUrls
                ActionButton {
                    required property string modelData
                    kind: "quiet"
                    text: modelData
                    onClicked: root.session.connectInstrument(modelData)
                }
            }
        }
        Rectangle {
            visible: !root.session.connected
            width: parent.width
            height: training.implicitHeight + 24
            radius: Theme.radius
            color: Theme.raised

            Row {
                id: training
                anchors.verticalCenter: parent.verticalCenter
                x: 14
                width: parent.width - 28
                spacing: 14

                Column {
                    width: parent.width - speed.width - virtualButton.width - 28
                    anchors.verticalCenter: parent.verticalCenter
                    spacing: 2
                    BodyText {
                        text: qsTr("Training")
                        font.weight: Font.DemiBold
                        width: parent.width
                    }
                    Caption {
                        text: qsTr("A simulated patient; everything is marked SIMULATED.")
                        wrapMode: Text.Wrap
                        width: parent.width
                    }
                }
                ChoiceRow {
                    id: speed
                    width: 174
                    anchors.verticalCenter: parent.verticalCenter
                    labels: [qsTr("1×"), qsTr("10×"), qsTr("20×")]
                    values: ["1", "10", "20"]
                    current: "1"
                    Accessible.name: qsTr("Speed of the virtual instrument")
                    onChosen: value => current = value
                }
                ActionButton {
                    id: virtualButton
                    objectName: "virtualButton"
                    anchors.verticalCenter: parent.verticalCenter
                    width: 196
                    text: qsTr("Use the virtual instrument")
                    enabled: !root.session.connecting
                    onClicked: root.session.useVirtualInstrument(Number(speed.current))
                }
            }
        }
    }
}
