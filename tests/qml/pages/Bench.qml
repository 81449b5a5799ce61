// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtTest
import Eccrine
import EccrineRig

// The whole window on a rig; the tests press what a person would press.
TestCase {
    id: bench

    property Rig rig: null
    property var window: null

    when: windowShown

    Component {
        id: rigMaker
        Rig {}
    }
    Component {
        id: windowMaker
        Main {}
    }

    function init() {
        rig = rigMaker.createObject(bench);
        window = windowMaker.createObject(null, {
            session: rig.session,
            themeMode: "light"
        });
        verify(window !== null);
        window.requestActivate();
        tryVerify(() => window.active);
    }
    function cleanup() {
        clear();
    }
    function clear() {
        window.destroy();
        rig.destroy();
        wait(0);
    }
    function part(name: string): var {
        // what a repeater has made is seen, but is no child of what it is seen in
        const found = findChild(window, name) ?? all(window.contentItem, item => item.objectName === name)[0] ?? null;
        verify(found !== null, name);
        return found;
    }
    function press(name: string): void {
        const button = part(name);
        tryVerify(() => button.visible && button.enabled, 2000, name + " can be pressed");
        // A button that has just appeared is put in its place with the next polish of its row.
        if (isPolishScheduled(button.parent))
            verify(waitForItemPolished(button.parent, 2000));
        mouseClick(button);
    }
    function typeInto(name: string, text: string): void {
        const field = part(name);
        mouseClick(field, field.width / 2, field.height - 30);
        for (const letter of text)
            keyClick(letter);
    }
    // Every item below `item` for which `test` holds
    function all(item, test) {
        let found = [];
        for (let i = 0; i < item.children.length; ++i) {
            const child = item.children[i];
            if (!child.visible)
                continue;
            if (test(child))
                found.push(child);
            found = found.concat(all(child, test));
        }
        return found;
    }
}
