// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/calendar.hpp"

#include <QtCore/QString>

#include <optional>

namespace eccrine::ui {

/// A date as people type it, in every field alike: "2026-01-10", "20260110", "10.1.2026". Empty: it is none.
[[nodiscard]] std::optional<Date> typedDate(const QString& text);

/// "15:20" of today, or "2026-02-07 15:20" with the day as typedDate() reads it.
[[nodiscard]] std::optional<Moment> typedMoment(const QString& text, const Date& today);

} // namespace eccrine::ui
