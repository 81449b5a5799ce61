// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/calendar.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace eccrine::ui {

/// What a barcode on a package says.
struct LotScan {
    std::string number;
    std::optional<Date> expiry;
};

/// Reads GS1 element strings as scanners send them, plain ("01…17…10…", variable fields ended by GS) or with
/// brackets ("(17)270331(10)A1"). Anything else is taken as a lot number alone. A day 00 is the last of its
/// month, as GS1 has it.
[[nodiscard]] LotScan readLotScan(std::string_view text);

/// A date of expiry as it is printed and typed: a date like any other, or "2027-03" or "3.2027", which means
/// the last day of the month.
[[nodiscard]] std::optional<Date> expiryOf(std::string_view text);

} // namespace eccrine::ui
