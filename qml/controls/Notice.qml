// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Eccrine

// Something to know now: a bar across the page with a sign, a short title and what to do.
Rectangle {
    id: root

    property string kind: "warning" // "warning", "danger", "good"
    property string title
    property string text

    readonly property color ink: kind === "danger" ? Theme.dangerInk : kind === "good" ? Theme.goodInk : Theme.warningInk

    implicitHeight: Math.max(Theme.target - 4, words.implicitHeight + 20)
    color: kind === "danger" ? Theme.dangerTint : kind === "good" ? Theme.goodTint : Theme.warningTint
    radius: Theme.radius
    border.width: 1
    border.color: ink
    Accessible.role: Accessible.AlertMessage
    Accessible.name: title + ". " + text

    Glyph {
        x: 16
        width: 24
        height: 24
        anchors.verticalCenter: parent.verticalCenter
        shape: root.kind === "good" ? Glyph.Check : Glyph.Warning
        color: root.ink
    }
    Text {
        id: words
        anchors.left: parent.left
        anchors.leftMargin: 52
        anchors.right: parent.right
        anchors.rightMargin: 16
        anchors.verticalCenter: parent.verticalCenter
        textFormat: Text.StyledText
        text: root.text === "" ? "<b>" + root.escaped(root.title) + "</b>" : "<b>" + root.escaped(root.title) + "</b>&nbsp;&nbsp;" + root.escaped(root.text)
        color: Theme.ink
        font.pixelSize: Theme.body
        wrapMode: Text.Wrap
        maximumLineCount: 3
        elide: Text.ElideRight
        Accessible.ignored: true
    }

    function escaped(words: string): string {
        return words.replace(/&/g, "&amp;").replace(/</g, "&lt;");
    }
}
