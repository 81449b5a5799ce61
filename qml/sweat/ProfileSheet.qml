// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Eccrine

// The guideline profiles that hold for this collector.
Sheet {
    id: root

    required property SweatDesk desk

    title: qsTr("Profile: limits, sufficiency and wording")
    wide: 760
    firstFocus: cancel

    Column {
        width: parent.width
        spacing: 8
        Repeater {
            model: root.desk.profiles
            ActionButton {
                id: line
                required property var modelData
                objectName: "profile-" + modelData.id
                width: parent.width
                height: Theme.bigTarget
                text: modelData.id + (modelData.id === root.desk.profileId ? " ✓" : "")
                Accessible.name: modelData.id + ", " + modelData.title
                onClicked: {
                    root.desk.chooseProfile(modelData.id);
                    root.close();
                }
                contentItem: Column {
                    spacing: 2
                    BodyText {
                        width: parent.width
                        text: line.modelData.id + " · " + line.modelData.title
                        font.weight: line.modelData.id === root.desk.profileId ? Font.Bold : Font.Medium
                        elide: Text.ElideRight
                        wrapMode: Text.NoWrap
                    }
                    Caption {
                        width: parent.width
                        text: (line.modelData.id === root.desk.profileId ? qsTr("in use · ") : "") + line.modelData.edition + (line.modelData.verified ? "" : qsTr(" · limits not locally verified"))
                    }
                }
            }
        }
        BodyText {
            objectName: "unverifiedText"
            visible: root.unverified !== ""
            width: parent.width
            color: Theme.warningInk
            text: qsTr("Not locally verified: %1. Before the first patient whoever is responsible holds the limits against the laboratory's own copy of the guideline, and writes name and day (verified_by, verified_on) into the file of the profile. Until then every report says so.").arg(root.unverified)
        }
    }
    readonly property string unverified: {
        const names = [];
        for (let i = 0; i < root.desk.profiles.length; ++i)
            if (!root.desk.profiles[i].verified)
                names.push(root.desk.profiles[i].id);
        return names.join(", ");
    }
    buttons: [
        ActionButton {
            id: cancel
            kind: "quiet"
            text: qsTr("Close")
            onClicked: root.close()
        }
    ]
}
