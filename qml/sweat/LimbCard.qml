// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Eccrine

// A card of one limb, with its side in large letters. Void, it says so and why.
Card {
    id: root

    required property SweatSiteModel site
    property bool asked: false // it is this limb's turn

    border.width: asked ? 3 : 1
    border.color: site.burned ? Theme.dangerInk : asked ? Theme.accent : Theme.line
    title: site.sideName + " · " + site.title
    aside: [
        StateMark {
            visible: root.site.burned || root.site.voidReason !== "" || root.asked
            state_: root.site.burned || root.site.voidReason !== "" ? "bad" : "wait"
            pixelSize: Theme.body
            text: root.site.burned ? qsTr("burn: site void") : root.site.voidReason !== "" ? qsTr("site void") : qsTr("now")
        }
    ]
}
