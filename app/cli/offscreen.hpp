// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QGuiApplication>

#include <string>

namespace eccrine::app {

/// Fonts need a GUI application; a screen is not needed. One at a time, for as long as something is drawn.
class Offscreen {
public:
    Offscreen();
    [[nodiscard]] QGuiApplication& application() { return application_; }

private:
    int count_ = 1;
    std::string name_ = "eccrine";
    char* words_[2]{name_.data(), nullptr};
    QGuiApplication application_;
};

} // namespace eccrine::app
