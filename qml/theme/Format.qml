// SPDX-License-Identifier: GPL-3.0-or-later
pragma Singleton

import QtQuick

// Numbers as text, in the user's way of writing them. What is not known is an en dash, never a zero.
QtObject {
    readonly property string none: "–"

    function number(value: real, decimals: int): string {
        if (!isFinite(value))
            return none;
        const size = Number(Math.abs(value)).toLocaleString(Qt.locale(), "f", decimals);
        const zero = Number(0).toLocaleString(Qt.locale(), "f", decimals);
        return size === zero ? zero : Number(value).toLocaleString(Qt.locale(), "f", decimals); // no "-0.00"
    }
    // As many decimals as it takes for three figures, at most `decimals`.
    function figures(value: real, decimals: int): string {
        if (!isFinite(value))
            return none;
        const size = Math.abs(value);
        const enough = size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
        return number(value, Math.min(decimals, enough));
    }
    // Minutes and seconds: 4:07
    function clock(seconds: real): string {
        if (!isFinite(seconds))
            return none;
        const whole = Math.max(0, Math.floor(seconds + 0.001));
        const s = whole % 60;
        return Math.floor(whole / 60) + ":" + (s < 10 ? "0" : "") + s;
    }
}
