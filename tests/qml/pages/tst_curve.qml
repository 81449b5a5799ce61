// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtTest
import Eccrine

Item {
    id: bench
    width: 860
    height: 200

    Component {
        id: panelMaker
        CurvePanel {
            width: 852 // 800 for the plot: one pixel a second
            height: 200
            startS: -200
            spanS: 800
        }
    }
    TestCase {
        name: "CurvePanel"
        when: windowShown

        function shades(panel): var {
            return Array.from(panel.children).filter(item => item.visible && Qt.colorEqual(item.color ?? "transparent", Theme.stimulus));
        }
        function test_shadesWhereCurrentFlowedAndNotItsPause() {
            const panel = createTemporaryObject(panelMaker, bench, {
                stimulus: [{fromS: 0, toS: 100}, {fromS: 160, toS: 360}]
            });
            const found = shades(panel).sort((a, b) => a.x - b.x);
            compare(found.map(item => [item.x - panel.gutter, item.width]), [[200, 100], [360, 200]]);
        }
        function test_shadesNothingWhereNoneFlowed() {
            compare(shades(createTemporaryObject(panelMaker, bench)).length, 0);
        }
        function test_shadesOneThatIsRunning() {
            const panel = createTemporaryObject(panelMaker, bench, {
                stimulusFromS: 0,
                stimulusToS: 40
            });
            compare(shades(panel).map(item => item.width), [40]);
        }
    }
}
