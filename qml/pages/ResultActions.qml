// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Eccrine

// What can be done with the result: the curves, the details, its exports, its report.
Row {
    id: root

    required property ResultView result
    property bool free: true // no sheet is open
    signal reviewAsked
    signal detailsAsked
    signal newAsked

    spacing: 12

    ActionButton {
        objectName: "reviewButton"
        enabled: root.free && !root.result.busy
        height: Theme.bigTarget
        text: qsTr("Review curves")
        onClicked: root.reviewAsked()
    }
    ActionButton {
        enabled: root.free
        height: Theme.bigTarget
        text: qsTr("Details")
        onClicked: root.detailsAsked()
    }
    ActionButton {
        objectName: "csvButton"
        enabled: root.free && !root.result.busy
        height: Theme.bigTarget
        text: qsTr("Export CSV")
        onClicked: root.result.exportCsv()
    }
    ActionButton {
        objectName: "jsonButton"
        enabled: root.free && !root.result.busy
        height: Theme.bigTarget
        text: qsTr("Export JSON")
        onClicked: root.result.exportJson()
    }
    ActionButton {
        objectName: "newTestButton"
        enabled: root.free
        height: Theme.bigTarget
        text: qsTr("New test")
        onClicked: root.newAsked()
    }
    ActionButton {
        objectName: "reportButton"
        enabled: root.free && !root.result.busy
        kind: "primary"
        width: 230
        height: Theme.bigTarget
        font.pixelSize: 20
        text: qsTr("Save report (PDF)")
        onClicked: root.result.saveReport()
    }
}
