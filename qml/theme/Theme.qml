// SPDX-License-Identifier: GPL-3.0-or-later
pragma Singleton

import QtQuick

// The look of the application in one place. Every text colour keeps at least 4.5:1 on the surfaces it is used on
// (tests/qml/tst_theme.qml computes it), every line that carries meaning at least 3:1.
QtObject {
    id: theme

    // "system", "light" or "dark"
    property string mode: "system"
    readonly property SystemPalette systemPalette: SystemPalette {}
    readonly property bool dark: mode === "dark" || (mode === "system" && systemPalette.window.hslLightness < 0.5)

    // Surfaces, from the back to the front
    readonly property color veil: dark ? "#C0060B0E" : "#8C12222B" // over what a sheet waits for
    readonly property color ground: dark ? "#0E161B" : "#EEF2F3"
    readonly property color surface: dark ? "#172228" : "#FFFFFF"
    readonly property color raised: dark ? "#213038" : "#F5F8F8"
    readonly property color line: dark ? "#2F414B" : "#D5DEE1"
    readonly property color edge: dark ? "#6F8793" : "#75868F"

    // Text
    readonly property color ink: dark ? "#E8EFF2" : "#12222B"
    readonly property color muted: dark ? "#A3B5BE" : "#4C5F6A"
    readonly property color faint: dark ? "#8FA2AC" : "#5E717B"

    // The one accent: where to act next
    readonly property color accent: dark ? "#4CC2C4" : "#08686E"
    readonly property color accentPressed: dark ? "#7AD6D7" : "#064E53"
    readonly property color accentText: dark ? "#04272A" : "#FFFFFF"
    readonly property color accentTint: dark ? "#14343A" : "#E0F0F0"
    readonly property color focus: dark ? "#8BE0E1" : "#0A8A91"

    // States; always with a shape and a word beside them
    readonly property color danger: dark ? "#C8322A" : "#B3231C"
    readonly property color dangerPressed: dark ? "#A3231C" : "#8C1812"
    readonly property color dangerText: "#FFFFFF"
    readonly property color dangerInk: dark ? "#FF9C93" : "#A3201A"
    readonly property color dangerTint: dark ? "#3D1B1A" : "#FCE8E6"
    readonly property color warningInk: dark ? "#F3C26B" : "#7A4A00"
    readonly property color warningTint: dark ? "#3A2D12" : "#FFF3DA"
    readonly property color goodInk: dark ? "#7FD39A" : "#1B6637"
    readonly property color goodTint: dark ? "#15321F" : "#E3F3E8"
    readonly property color training: dark ? "#F3C26B" : "#FFD98A"
    readonly property color trainingText: "#33240A"

    // Lamps of the alarms: the colours of IEC 60601-1-8
    readonly property color alarmHigh: danger
    readonly property color alarmMedium: "#FFC61A"
    readonly property color alarmLow: "#2FC6DC"

    // Sites; told apart by marker and label as well
    readonly property list<color> siteInks: dark
        ? ["#6FB1FF", "#FFA366", "#E69AD0", "#5FD0A4"]
        : ["#0B5CAD", "#A9480A", "#8C3273", "#0B6B4F"]
    readonly property color stimulus: dark ? "#223842" : "#E2ECF0"

    // Type scale (pixels at 100 %)
    readonly property int caption: 14
    readonly property int body: 16
    readonly property int strong: 18
    readonly property int title: 22
    readonly property int headline: 30
    readonly property int figure: 34
    readonly property int unit: 15

    // Measures
    readonly property int target: 52 // smallest thing to press
    readonly property int bigTarget: 68
    readonly property int gap: 8
    readonly property int pad: 16
    readonly property int radius: 10
    readonly property int smallRadius: 6

    function siteInk(index: int): color {
        return siteInks[index % siteInks.length];
    }
}
