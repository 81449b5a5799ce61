// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/calendar.hpp"
#include "core/decimal.hpp"

#include <QString>

#include <cmath>
#include <optional>
#include <string>

/// Times and texts as a report of a sweat test prints them.
namespace eccrine::records {

inline QString qstring(const std::string& s) {
    return QString::fromStdString(s);
}

/// "2026-03-02T14:05:10Z" is "2026-03-02 14:05:10 UTC".
inline QString utcText(const std::string& stamp) {
    QString when = qstring(stamp);
    return when.replace(QLatin1Char('T'), QLatin1Char(' ')).replace(QLatin1Char('Z'), QStringLiteral(" UTC"));
}

inline QString momentText(const std::optional<Moment>& moment) {
    return moment ? qstring(moment->text()).replace(QLatin1Char('T'), QLatin1Char(' ')) : QString();
}

/// "30:00" of minutes with a fraction.
inline QString clockText(const Decimal& minutes) {
    const auto seconds = static_cast<long>(std::lround(minutes.toDouble() * 60.0));
    return QStringLiteral("%1:%2").arg(seconds / 60).arg(seconds % 60, 2, 10, QLatin1Char('0'));
}

} // namespace eccrine::records
