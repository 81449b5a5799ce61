// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Eccrine

// Every key of the review.
Sheet {
    id: root

    title: qsTr("Keys")
    wide: 760
    firstFocus: done

    readonly property var keys: [[qsTr("1 … 8, ↑ ↓"), qsTr("choose a site")], [qsTr("O, B, E"), qsTr("take the onset, the baseline (again: its other end), the end of the window")], [qsTr("← →"), qsTr("move the marker by 1 s; with Shift 10 s, with Ctrl 0.1 s; without a marker: along the time")], [qsTr("N"), qsTr("no onset at this site")], [qsTr("Delete"), qsTr("give the marker back to the analysis")], [qsTr("+ −, wheel, pinch"), qsTr("zoom from 60 s to the whole test")], [qsTr("0"), qsTr("the whole test")], [qsTr("V"), qsTr("one below the other, overlaid, one site large")], [qsTr("Y"), qsTr("one scale for all sites, or one for each")], [qsTr("R"), qsTr("signals as recorded, of the chosen site")], [qsTr("L"), qsTr("lay an earlier recording beside, and take it away")], [qsTr("Ctrl+Z, Ctrl+Y"), qsTr("undo, redo")], [qsTr("Ctrl+S"), qsTr("save")], [qsTr("Ctrl+C, Ctrl+Shift+C"), qsTr("copy the numbers, the picture")], [qsTr("Esc"), qsTr("let go of the marker; back to the result")]]

    Column {
        width: parent.width
        spacing: 6
        Repeater {
            model: root.keys
            Row {
                id: line
                required property var modelData
                width: parent.width
                spacing: 12
                BodyText {
                    width: 200
                    text: line.modelData[0]
                    font.weight: Font.DemiBold
                }
                BodyText {
                    width: parent.width - 212
                    wrapMode: Text.Wrap
                    text: line.modelData[1]
                }
            }
        }
    }
    buttons: [
        ActionButton {
            id: done
            kind: "primary"
            text: qsTr("Close")
            onClicked: root.close()
        }
    ]
}
