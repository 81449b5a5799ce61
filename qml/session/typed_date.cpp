// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/session/typed_date.hpp"

#include <QtCore/QDate>
#include <QtCore/QTime>

namespace eccrine::ui {

namespace {
constexpr int minutesPerHour = 60;
}

std::optional<Date> typedDate(const QString& text) {
    for (const char* format : {"yyyy-MM-dd", "yyyyMMdd", "d.M.yyyy"})
        if (const QDate date = QDate::fromString(text.trimmed(), QLatin1String(format)); date.isValid())
            return Date{date.year(), date.month(), date.day()};
    return std::nullopt;
}

std::optional<Moment> typedMoment(const QString& text, const Date& today) {
    const QString typed = text.trimmed();
    const QTime time = QTime::fromString(typed.section(QLatin1Char(' '), -1), QStringLiteral("H:mm"));
    if (!time.isValid()) return std::nullopt;
    Moment at{today, time.hour() * minutesPerHour + time.minute()};
    if (!typed.contains(QLatin1Char(' '))) return at;
    const auto day = typedDate(typed.section(QLatin1Char(' '), 0, 0));
    if (!day) return std::nullopt;
    at.date = *day;
    return at;
}

} // namespace eccrine::ui
