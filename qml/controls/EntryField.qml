// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Controls.Basic
import Eccrine

// A labelled line of text with, below it, what is still wrong with it.
FocusScope {
    id: root

    property string label
    property string remark // why the entry does not do yet; empty: fine
    property bool showRemark: false // only once somebody has been here
    property string hint
    property int reserve: 0 // so many lines of a remark have their place before it comes: nothing below jumps
    property string aside // at the right end of the label: a value worked out from the entry
    property alias text: field.text
    property alias placeholderText: field.placeholderText
    property alias inputMethodHints: field.inputMethodHints
    property alias readOnly: field.readOnly
    signal edited(text: string)
    signal accepted

    function selectAll(): void {
        field.selectAll();
    }

    readonly property bool wrong: showRemark && remark !== ""

    implicitHeight: column.implicitHeight
    implicitWidth: 240

    Column {
        id: column
        width: parent.width
        spacing: 4

        Item {
            width: parent.width
            height: Math.max(name.height, value.height)

            Caption {
                id: name
                text: root.label
                width: parent.width - value.width - 8
            }
            Caption {
                id: value
                text: root.aside
                anchors.right: parent.right
                color: Theme.ink
                font.weight: Font.Medium
            }
        }
        TextField {
            id: field
            width: parent.width
            height: Theme.target
            focus: true
            leftPadding: 14
            rightPadding: 14
            font.pixelSize: Theme.body
            color: Theme.ink
            placeholderTextColor: Theme.faint
            selectionColor: Theme.accent
            selectedTextColor: Theme.accentText
            selectByMouse: true
            Accessible.name: root.label
            Accessible.description: root.wrong ? root.remark : root.hint
            onTextEdited: root.edited(text)
            onAccepted: root.accepted()
            onActiveFocusChanged: if (!activeFocus)
                root.showRemark = true
            background: Rectangle {
                radius: Theme.smallRadius
                color: field.readOnly ? Theme.raised : Theme.surface
                border.width: field.activeFocus ? 2 : 1
                border.color: root.wrong ? Theme.dangerInk : field.activeFocus ? Theme.focus : Theme.edge
            }
        }
        Row {
            spacing: 6
            visible: root.wrong || root.hint !== "" || root.reserve > 0
            width: parent.width

            Glyph {
                visible: root.wrong
                width: 16
                height: 16
                anchors.verticalCenter: parent.verticalCenter
                shape: Glyph.Warning
                color: Theme.dangerInk
            }
            Caption {
                text: root.wrong ? root.remark : root.hint
                color: root.wrong ? Theme.dangerInk : Theme.faint
                width: column.width - (root.wrong ? 22 : 0)
                height: Math.max(implicitHeight, root.reserve * 17) // of a caption
                wrapMode: Text.Wrap
            }
        }
    }
}
