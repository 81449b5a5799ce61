// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Eccrine

// The result: four curves at a glance, and the numbers that go into the report.
Item {
    id: root

    required property TestSession session
    readonly property ResultView result: session.result
    readonly property int side: width > 1500 ? 640 : 520

    Item {
        id: head
        x: 20
        y: 10
        width: parent.width - 40
        height: 44

        BodyText {
            anchors.verticalCenter: parent.verticalCenter
            width: parent.width - fileName.width - 20 - (afterCare.visible ? afterCare.width + 12 : 0)
            text: root.result.circumstances
            elide: Text.ElideRight
            wrapMode: Text.NoWrap
        }
        ActionButton {
            id: afterCare
            objectName: "afterCareButton"
            visible: root.result.afterCare
            enabled: !root.result.busy
            kind: "quiet"
            height: 40
            anchors.right: fileName.left
            anchors.rightMargin: 12
            anchors.verticalCenter: parent.verticalCenter
            text: qsTr("After-care sheet")
            Accessible.name: qsTr("Save the sheet of after-care for the patient")
            onClicked: root.result.saveAfterCare()
        }
        Caption {
            id: fileName
            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            text: root.result.file.slice(root.result.file.lastIndexOf("/") + 1)
            elide: Text.ElideMiddle
        }
    }
    Notice {
        id: held
        objectName: "heldNotice"
        visible: root.result.held !== ""
        anchors.top: head.bottom
        x: 16
        width: parent.width - 32
        kind: "danger"
        title: qsTr("Held for a physician")
        text: root.result.held
    }
    Item {
        id: safety
        anchors.top: held.visible ? held.bottom : head.bottom
        anchors.topMargin: held.visible ? 6 : 0
        x: 20
        width: parent.width - 40
        height: safetyLine.visible ? safetyLine.implicitHeight + 8 : 0

        Caption {
            id: safetyLine
            objectName: "safetyLine"
            visible: root.result.safety !== ""
            width: parent.width
            text: root.result.safety
            elide: Text.ElideRight
            wrapMode: Text.Wrap
            maximumLineCount: 2
        }
    }
    Notice {
        id: caution
        objectName: "recordingNotice"
        visible: root.result.caution !== ""
        anchors.top: safety.bottom
        x: 16
        width: parent.width - 32
        title: qsTr("About this recording")
        text: root.result.caution
    }
    Item {
        id: rows
        anchors.top: caution.visible ? caution.bottom : safety.bottom
        anchors.topMargin: caution.visible ? 10 : 2
        anchors.bottom: axis.top
        x: 16
        width: parent.width - 32

        Repeater {
            id: repeater
            model: root.result.sites
            ResultRow {
                required property SiteResult modelData
                required property int index
                result: root.result
                site: modelData
                side: root.side
                width: rows.width
                height: (rows.height + 8) / Math.max(1, repeater.count) - 8
                y: index * (height + 8)
            }
        }
    }
    TimeAxis {
        id: axis
        anchors.bottom: parent.bottom
        x: 24
        width: rows.width - root.side - 8
        startS: root.result.fromS
        spanS: root.result.toS - root.result.fromS
        zeroS: 0
    }
    Caption {
        anchors.bottom: parent.bottom
        anchors.bottomMargin: 4
        anchors.right: parent.right
        anchors.rightMargin: 20
        width: root.side - 40
        horizontalAlignment: Text.AlignRight
        text: qsTr("From stimulus start (shaded); peak and volume above the baseline")
    }
}
