// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Eccrine

// What holds for every page: whose test this is, and whether it is a real one.
Rectangle {
    id: root

    required property TestSession session
    property string title
    property string patientId
    property string patientName
    property string patientAge
    signal themeChosen(mode: string)

    implicitHeight: 60
    color: Theme.surface

    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: 1
        color: Theme.line
    }
    Row {
        id: brand
        x: 20
        anchors.verticalCenter: parent.verticalCenter
        spacing: 8

        Glyph {
            width: 24
            height: 24
            anchors.verticalCenter: parent.verticalCenter
            shape: Glyph.Drop
            color: Theme.accent
        }
        Text {
            text: "Eccrine"
            font.pixelSize: Theme.title
            font.weight: Font.DemiBold
            color: Theme.ink
            anchors.verticalCenter: parent.verticalCenter
        }
    }
    Rectangle {
        id: rule
        anchors.left: brand.right
        anchors.leftMargin: 18
        anchors.verticalCenter: parent.verticalCenter
        width: 1
        height: 28
        color: Theme.line
    }
    component Part: Text {
        font.pixelSize: Theme.strong
        font.weight: Font.Medium
        color: Theme.ink
        elide: Text.ElideRight
        Accessible.ignored: true
    }
    // The number of the patient is always whole; a name that is too long for the rest is cut.
    Row {
        id: head
        anchors.left: rule.right
        anchors.leftMargin: 18
        anchors.right: chips.left
        anchors.rightMargin: 18
        anchors.verticalCenter: parent.verticalCenter
        clip: true
        Accessible.role: Accessible.Heading
        Accessible.name: what.text + number.text + who.text + age.text

        Part {
            id: what
            width: Math.min(implicitWidth, Math.max(0, head.width - number.implicitWidth - age.implicitWidth))
            text: root.title
        }
        Part {
            id: number
            objectName: "patientIdText"
            elide: Text.ElideNone
            font.weight: Font.Bold
            text: root.patientId === "" ? "" : (root.title === "" ? "" : " · ") + root.patientId
        }
        Part {
            id: who
            objectName: "patientNameText"
            width: Math.min(implicitWidth, Math.max(0, head.width - what.width - number.implicitWidth - age.implicitWidth))
            text: root.patientName === "" ? "" : " · " + root.patientName
        }
        Part {
            id: age
            elide: Text.ElideNone
            text: root.patientAge === "" ? "" : " · " + root.patientAge
        }
    }
    Row {
        id: chips
        anchors.right: parent.right
        anchors.rightMargin: 16
        anchors.verticalCenter: parent.verticalCenter
        spacing: 12

        Rectangle {
            visible: root.session.simulated
            width: simulatedText.width + 28
            height: 36
            radius: 18
            color: Theme.training
            anchors.verticalCenter: parent.verticalCenter
            Accessible.role: Accessible.StaticText
            Accessible.name: simulatedText.text

            Text {
                id: simulatedText
                anchors.centerIn: parent
                text: root.session.speed > 1 && root.session.page !== TestSession.Result ? qsTr("SIMULATED · %1× speed").arg(root.session.speed) : qsTr("SIMULATED")
                font.pixelSize: Theme.caption
                font.weight: Font.Bold
                font.letterSpacing: 0.6
                color: Theme.trainingText
                Accessible.ignored: true
            }
        }
        ActionButton {
            kind: "quiet"
            text: Theme.dark ? qsTr("Light") : qsTr("Dark")
            Accessible.name: Theme.dark ? qsTr("Use light colours") : qsTr("Use dark colours")
            onClicked: root.themeChosen(Theme.dark ? "light" : "dark")
        }
    }
}
