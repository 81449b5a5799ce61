// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace eccrine::ui {

/// Inter for the whole application, with what every desktop has behind it. Call once, after the application
/// object.
void useApplicationFont();

} // namespace eccrine::ui
