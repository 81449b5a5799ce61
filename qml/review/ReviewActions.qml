// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Eccrine

// What can be done with the curves under review. After each the keys are those of the curves again.
Row {
    id: root

    required property ReviewDesk desk
    required property ReviewPage page
    property bool free: true // no sheet is open
    signal keysAsked
    signal earlierAsked
    signal leaveAsked
    signal saveAsked

    spacing: 12

    ActionButton {
        objectName: "keysButton"
        enabled: root.free
        height: Theme.bigTarget
        text: qsTr("Keys (F1)")
        onClicked: root.keysAsked()
    }
    ActionButton {
        objectName: "pictureButton"
        enabled: root.free && root.desk.available
        height: Theme.bigTarget
        text: qsTr("Copy picture")
        onClicked: {
            root.page.copyPicture();
            root.page.forceActiveFocus();
        }
    }
    ActionButton {
        objectName: "rawButton"
        enabled: root.free && root.desk.available
        height: Theme.bigTarget
        text: root.page.raw ? qsTr("Curves only") : qsTr("Raw signals")
        onClicked: {
            root.page.raw = !root.page.raw;
            root.page.forceActiveFocus();
        }
    }
    ActionButton {
        objectName: "earlierButton"
        enabled: root.free && root.desk.available
        height: Theme.bigTarget
        text: root.desk.earlierTitle === "" ? qsTr("Earlier test …") : qsTr("Hide earlier")
        onClicked: {
            if (root.desk.earlierTitle === "") {
                root.earlierAsked();
            } else {
                root.desk.compareWithNothing();
                root.page.forceActiveFocus();
            }
        }
    }
    ActionButton {
        objectName: "leaveReviewButton"
        enabled: root.free
        height: Theme.bigTarget
        text: qsTr("Back")
        onClicked: root.leaveAsked()
    }
    ActionButton {
        objectName: "saveReviewButton"
        enabled: root.free && root.desk.available
        kind: "primary"
        width: 200
        height: Theme.bigTarget
        font.pixelSize: 20
        text: qsTr("Save review")
        onClicked: root.saveAsked()
    }
}
