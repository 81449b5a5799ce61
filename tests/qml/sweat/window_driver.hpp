// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>
#include <QtQuick/QQuickItem>
#include <QtQuick/QQuickWindow>
#include <QtTest/QTest>
#include <gtest/gtest.h>

#include <ostream>

namespace eccrine::ui {

/// Does to a window what a person does: with the mouse alone, or with the keyboard alone. In both, text
/// arrives as keys: a scanner types as well.
class WindowDriver {
public:
    enum class Hand { Mouse, Keyboard };
    WindowDriver(QQuickWindow& window, Hand hand) : window_(window), hand_(hand) {}

    [[nodiscard]] bool byKeyboard() const { return hand_ == Hand::Keyboard; }

    /// The item of this name that is seen; null if there is none.
    [[nodiscard]] QQuickItem* seen(const QString& name) const { return seenIn(window_.contentItem(), name); }

    void press(const QString& name) {
        SCOPED_TRACE(name.toStdString());
        QQuickItem* item = usable(name);
        ASSERT_NE(item, nullptr) << name.toStdString() << " cannot be pressed";
        pressItem(item);
    }
    /// The one of the choices in a row that is labelled so.
    void choose(const QString& row, const QString& label) {
        SCOPED_TRACE(row.toStdString());
        QQuickItem* all = usable(row);
        ASSERT_NE(all, nullptr) << row.toStdString() << " cannot be used";
        QQuickItem* choice = labelled(all, label);
        ASSERT_NE(choice, nullptr) << label.toStdString();
        pressItem(choice);
    }
    void type(const QString& field, const QString& text) {
        SCOPED_TRACE(field.toStdString());
        QQuickItem* item = usable(field);
        ASSERT_NE(item, nullptr) << field.toStdString() << " cannot be typed into";
        QQuickItem* line = item->inherits("QQuickTextInput") ? item : inherits(item, "QQuickTextInput");
        ASSERT_NE(line, nullptr);
        settle();
        if (byKeyboard())
            ASSERT_TRUE(focus(line));
        else
            QTest::mouseClick(&window_, Qt::LeftButton, {}, middle(line));
        if (!line->property("text").toString().isEmpty())
            QTest::keyClick(&window_, Qt::Key_A, Qt::ControlModifier);
        for (const QChar letter : text)
            QTest::keyClick(&window_, letter.toLatin1());
        EXPECT_EQ(line->property("text").toString().toStdString(), text.toStdString());
    }
    void key(int key) { QTest::keyClick(&window_, static_cast<Qt::Key>(key)); }

private:
    static QQuickItem* seenIn(QQuickItem* under, const QString& name) {
        for (QQuickItem* child : under->childItems()) {
            if (!child->isVisible()) continue;
            if (child->objectName() == name) return child;
            if (QQuickItem* found = seenIn(child, name)) return found;
        }
        return nullptr;
    }
    static QQuickItem* inherits(QQuickItem* under, const char* type) {
        for (QQuickItem* child : under->childItems()) {
            if (child->inherits(type)) return child;
            if (QQuickItem* found = inherits(child, type)) return found;
        }
        return nullptr;
    }
    static QQuickItem* labelled(QQuickItem* under, const QString& label) {
        for (QQuickItem* child : under->childItems()) {
            if (child->inherits("QQuickAbstractButton") && child->property("text").toString() == label)
                return child;
            if (QQuickItem* found = labelled(child, label)) return found;
        }
        return nullptr;
    }
    [[nodiscard]] QQuickItem* usable(const QString& name) const {
        QQuickItem* item = nullptr;
        static_cast<void>(QTest::qWaitFor(
            [&] {
                item = seen(name);
                return item != nullptr && item->isEnabled() && item->width() > 0;
            },
            5000));
        return item != nullptr && item->isEnabled() ? item : nullptr;
    }
    /// What has just appeared is put in its place before it can be hit.
    static void settle() {
        constexpr int twoFramesMs = 34;
        QTest::qWait(twoFramesMs);
    }
    [[nodiscard]] static QPoint middle(const QQuickItem* item) {
        return item->mapToScene(QPointF(item->width() / 2.0, item->height() / 2.0)).toPoint();
    }
    void pressItem(QQuickItem* item) {
        if (byKeyboard()) {
            ASSERT_TRUE(focus(item));
            QTest::keyClick(&window_, Qt::Key_Space);
        } else {
            settle();
            const QPoint at = middle(item);
            EXPECT_TRUE(QRect(QPoint(0, 0), window_.size()).contains(at)) << "outside the window";
            QTest::mouseClick(&window_, Qt::LeftButton, {}, at);
        }
    }
    /// Tab until the item has the focus: nothing is out of the keyboard's reach.
    [[nodiscard]] bool focus(QQuickItem* item) {
        constexpr int mostTabs = 150;
        for (int i = 0; i < mostTabs; ++i) {
            if (item->hasActiveFocus()) return true;
            QTest::keyClick(&window_, Qt::Key_Tab);
        }
        return item->hasActiveFocus();
    }

    QQuickWindow& window_;
    Hand hand_;
};

/// As GoogleTest names a test by its parameter.
inline void PrintTo(WindowDriver::Hand hand, std::ostream* out) {
    *out << (hand == WindowDriver::Hand::Mouse ? "mouse" : "keyboard");
}

} // namespace eccrine::ui
