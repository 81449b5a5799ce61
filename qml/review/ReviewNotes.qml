// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Eccrine

// Below the curves: what has to be known about the chosen site, and the pattern of all sites in words.
Row {
    id: root

    required property ReviewDesk desk
    property var site: null
    property bool roomy: false

    height: roomy ? 132 : 84
    spacing: 24

    Column {
        width: parent.width * 0.52
        spacing: 2
        Caption {
            text: root.site ? qsTr("%1: remarks").arg(root.site.title) : ""
            font.weight: Font.DemiBold
            color: Theme.ink
            width: parent.width
        }
        Repeater {
            model: root.site ? root.site.flags.slice(0, root.roomy ? 5 : 3) : []
            Caption {
                required property var modelData
                required property int index
                readonly property int more: (root.site ? root.site.flags.length : 0) - (root.roomy ? 5 : 3)
                width: parent.width
                elide: Text.ElideRight
                text: modelData.text + (index === (root.roomy ? 4 : 2) && more > 0 ? " " + qsTr("(and %1 more)").arg(more) : "")
                color: modelData.voids ? Theme.dangerInk : Theme.warningInk
            }
        }
        Caption {
            visible: root.site !== null && root.site.flags.length === 0
            text: qsTr("no remarks on the signal")
            color: Theme.goodInk
        }
    }
    Column {
        width: parent.width * 0.48 - parent.spacing
        spacing: 2
        Caption {
            text: root.desk.normSources !== "" ? qsTr("Pattern (norms: %1)").arg(root.desk.normSources) : qsTr("Pattern")
            font.weight: Font.DemiBold
            color: Theme.ink
            width: parent.width
            elide: Text.ElideRight
        }
        Repeater {
            model: root.desk.normSources !== "" ? root.desk.pattern : [root.site ? root.site.normAside : ""]
            Caption {
                required property string modelData
                required property int index
                visible: index < (root.roomy ? 5 : 3)
                width: parent.width
                text: modelData
                elide: Text.ElideRight
                color: Theme.ink
            }
        }
        Caption {
            visible: root.desk.earlierTitle !== ""
            text: qsTr("grey: %1").arg(root.desk.earlierTitle)
            width: parent.width
            elide: Text.ElideRight
        }
    }
}
