// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Eccrine

// Below the curves: what was placed by hand at the chosen site and what has to be known about it, and the pattern of
// all sites in words. Nothing is cut: what does not fit is scrolled to.
Row {
    id: root

    required property ReviewDesk desk
    property var site: null
    property bool roomy: false
    property bool onset: false // an onset is in hand

    readonly property var marks: {
        const all = desk.marks;
        const here = [];
        for (let i = 0; site && i < all.length; ++i)
            if (all[i].site === site.key)
                here.push(all[i]);
        return here;
    }

    height: roomy ? 132 : 92
    spacing: 24

    Flickable {
        id: left
        width: parent.width * 0.52
        height: parent.height
        contentHeight: remarks.height
        clip: true
        boundsBehavior: Flickable.StopAtBounds
        ScrollBar.vertical: ScrollBar {
            policy: left.contentHeight > left.height ? ScrollBar.AlwaysOn : ScrollBar.AlwaysOff
        }
        Column {
            id: remarks
            width: parent.width - 14
            spacing: 2
            Caption {
                objectName: "lagSentence"
                visible: text !== ""
                width: parent.width
                wrapMode: Text.Wrap
                text: root.site && (root.onset || root.site.onsetPlaced) ? root.desk.onsetLagText(root.site.index) : ""
                color: Theme.warningInk
            }
            Repeater {
                model: root.marks
                Caption {
                    required property var modelData
                    objectName: "markSentence"
                    width: parent.width
                    wrapMode: Text.Wrap
                    text: modelData.text
                    color: Theme.ink
                }
            }
            Caption {
                text: root.site ? qsTr("%1: remarks").arg(root.site.title) : ""
                font.weight: Font.DemiBold
                color: Theme.ink
                width: parent.width
            }
            Repeater {
                model: root.site ? root.site.flags : []
                Caption {
                    required property var modelData
                    width: parent.width
                    wrapMode: Text.Wrap
                    text: modelData.text
                    color: modelData.voids ? Theme.dangerInk : Theme.warningInk
                }
            }
            Caption {
                visible: root.site !== null && root.site.flags.length === 0
                text: qsTr("no remarks on the signal")
                color: Theme.goodInk
            }
        }
    }
    Flickable {
        id: right
        width: parent.width * 0.48 - parent.spacing
        height: parent.height
        contentHeight: pattern.height
        clip: true
        boundsBehavior: Flickable.StopAtBounds
        ScrollBar.vertical: ScrollBar {
            policy: right.contentHeight > right.height ? ScrollBar.AlwaysOn : ScrollBar.AlwaysOff
        }
        Column {
            id: pattern
            width: parent.width - 14
            spacing: 2
            Caption {
                objectName: "earlierLegend"
                visible: root.desk.earlierTitle !== ""
                text: qsTr("grey: %1").arg(root.desk.earlierTitle) + (root.desk.earlierCaution === "" ? "" : ". " + root.desk.earlierCaution)
                color: root.desk.earlierCaution === "" ? Theme.muted : Theme.warningInk
                font.weight: root.desk.earlierCaution === "" ? Font.Normal : Font.DemiBold
                width: parent.width
                wrapMode: Text.Wrap
            }
            Caption {
                text: root.desk.normSources !== "" ? qsTr("Pattern (norms: %1)").arg(root.desk.normSources) : qsTr("Pattern")
                font.weight: Font.DemiBold
                color: Theme.ink
                width: parent.width
                wrapMode: Text.Wrap
            }
            Repeater {
                model: root.desk.normSources !== "" ? root.desk.pattern : [root.site ? root.site.normAside : ""]
                Caption {
                    required property string modelData
                    width: parent.width
                    wrapMode: Text.Wrap
                    text: modelData
                    color: Theme.ink
                }
            }
        }
    }
}
