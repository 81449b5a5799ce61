// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtTest
import Eccrine

// Contrast after WCAG 2.1, success criteria 1.4.3 (text, 4.5:1) and 1.4.11 (lines that carry meaning, 3:1).
TestCase {
    name: "Theme"

    function luminance(c) {
        const linear = v => v <= 0.03928 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4);
        return 0.2126 * linear(c.r) + 0.7152 * linear(c.g) + 0.0722 * linear(c.b);
    }
    function contrast(a, b) {
        const la = luminance(a);
        const lb = luminance(b);
        return (Math.max(la, lb) + 0.05) / (Math.min(la, lb) + 0.05);
    }
    function test_contrast_data() {
        return [{
                tag: "light"
            }, {
                tag: "dark"
            }];
    }
    function test_contrast(row) {
        Theme.mode = row.tag;
        compare(Theme.dark, row.tag === "dark");
        compare(Math.round(contrast(Qt.rgba(0, 0, 0, 1), Qt.rgba(1, 1, 1, 1))), 21);
        const text = [["ink", ["ground", "surface", "raised", "accentTint", "stimulus", "warningTint", "dangerTint", "goodTint"]], ["muted", ["ground", "surface", "raised", "accentTint"]], ["faint", ["surface", "raised"]], ["accent", ["surface", "accentTint"]], ["accentText", ["accent", "accentPressed"]], ["dangerText", ["danger", "dangerPressed"]], ["dangerInk", ["surface", "dangerTint"]], ["warningInk", ["surface", "warningTint"]], ["goodInk", ["surface", "goodTint"]], ["trainingText", ["training"]]];
        for (const [ink, grounds] of text)
            for (const ground of grounds)
                verify(contrast(Theme[ink], Theme[ground]) >= 4.5, ink + " on " + ground + ": " + contrast(Theme[ink], Theme[ground]).toFixed(2));
        for (let i = 0; i < 4; ++i)
            for (const ground of ["surface", "stimulus"])
                verify(contrast(Theme.siteInk(i), Theme[ground]) >= 4.5, "site " + i + " on " + ground + ": " + contrast(Theme.siteInk(i), Theme[ground]).toFixed(2));
        for (const line of ["edge", "focus"])
            verify(contrast(Theme[line], Theme.surface) >= 3, line + ": " + contrast(Theme[line], Theme.surface).toFixed(2));
    }
    function cleanup() {
        Theme.mode = "light";
    }
    function test_numbers() {
        compare(Format.number(NaN, 2), "–");
        compare(Format.number(-0.001, 2), Format.number(0, 2));
        compare(Format.clock(247.9), "4:07");
        compare(Format.clock(59.9999), "1:00");
        compare(Format.clock(NaN), "–");
        compare(Format.figures(262.4, 1), "262");
    }
}
