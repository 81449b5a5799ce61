// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/offscreen.hpp"

#include <cstdlib>

namespace eccrine::app {
namespace {

/// Before Qt looks for a screen.
int& withoutScreen(int& count) {
    ::setenv("QT_QPA_PLATFORM", "offscreen", 1);
    return count;
}

} // namespace

Offscreen::Offscreen() : application_(withoutScreen(count_), words_) {}

} // namespace eccrine::app
