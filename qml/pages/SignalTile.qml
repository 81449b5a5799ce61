// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Controls.Basic
import Eccrine

// A site to test: tick it, see where the capsule goes and whether its sensors tell something plausible.
AbstractButton {
    id: root

    required property SiteView site
    required property bool connected
    property bool stale: false
    readonly property color inkColor: Theme.siteInk(site.index)

    implicitHeight: 146
    checkable: root.site.leftOut === ""
    checked: site.selected
    focusPolicy: Qt.StrongFocus
    onToggled: site.selected = checked
    Keys.onReturnPressed: if (checkable) {
        toggle();
        toggled();
    }
    Accessible.role: Accessible.CheckBox
    Accessible.name: site.title
    readonly property string about: site.leftOut === "" ? site.placement : qsTr("Closed until a physician has looked at it. %1").arg(site.leftOut)
    Accessible.description: about
    Accessible.checked: checked

    background: Rectangle {
        radius: Theme.radius
        color: root.checked ? Theme.surface : Theme.raised
        border.width: root.checked ? 2 : 1
        border.color: root.checked ? root.inkColor : Theme.line
        FocusRing {
            visible: root.visualFocus
        }
    }
    Item {
        anchors.fill: parent

        Rectangle {
            id: box
            x: 14
            y: 14
            width: 28
            height: 28
            radius: Theme.smallRadius
            color: root.checked ? root.inkColor : Theme.surface
            border.width: root.checked ? 0 : 2
            border.color: Theme.edge
            Glyph {
                anchors.fill: parent
                visible: root.checked
                shape: Glyph.Tick
                color: Theme.surface
            }
        }
        Row {
            id: name
            anchors.left: box.right
            anchors.leftMargin: 12
            anchors.right: parent.right
            anchors.rightMargin: 12
            anchors.verticalCenter: box.verticalCenter
            spacing: 8
            Glyph {
                width: 18
                height: 18
                anchors.verticalCenter: parent.verticalCenter
                shape: root.site.index
                color: root.inkColor
            }
            Text {
                text: root.site.title
                width: Math.min(implicitWidth, parent.width - 26)
                elide: Text.ElideRight
                font.pixelSize: Theme.strong
                font.weight: Font.DemiBold
                color: root.checked ? root.inkColor : Theme.muted
            }
        }
        Caption {
            anchors.left: name.left
            anchors.right: parent.right
            anchors.rightMargin: 12
            y: 44
            text: root.about
            color: root.site.leftOut === "" ? Theme.muted : Theme.warningInk
            wrapMode: Text.Wrap
            maximumLineCount: root.checked ? 2 : 4
            elide: Text.ElideRight
        }
        Row {
            visible: root.connected && root.checked
            anchors.left: parent.left
            anchors.leftMargin: 14
            anchors.right: parent.right
            anchors.rightMargin: 8
            anchors.bottom: parent.bottom
            anchors.bottomMargin: 10

            Readout {
                width: parent.width * 0.36
                label: qsTr("humidity")
                value: Format.number(root.site.humidityOutPct, 1)
                unit: qsTr("%RH")
                stale: root.stale
            }
            Readout {
                width: parent.width * 0.34
                label: qsTr("temperature")
                value: Format.number(root.site.temperatureC, 1)
                unit: qsTr("°C")
                stale: root.stale
            }
            Readout {
                width: parent.width * 0.3
                label: qsTr("flow")
                value: Format.number(root.site.flowSccm, 0)
                unit: qsTr("sccm")
                stale: root.stale
            }
        }
        Glyph {
            visible: root.connected && root.checked
            anchors.right: parent.right
            anchors.rightMargin: 14
            anchors.verticalCenter: box.verticalCenter
            width: 22
            height: 22
            shape: root.site.signalRemark === "" ? Glyph.Check : Glyph.Warning
            color: root.site.signalRemark === "" ? Theme.goodInk : Theme.warningInk
        }
    }
}
