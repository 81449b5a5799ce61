// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace eccrine::acquisition {

/// Shortest text that reads back as the same number; the same in every locale.
[[nodiscard]] std::string decimal(double value);
/// A JSON string; control characters become spaces.
[[nodiscard]] std::string jsonString(std::string_view text);
/// The detail of a recorded event: a JSON object. Names as they are, values already JSON (decimal,
/// jsonString).
[[nodiscard]] std::string detailOf(std::initializer_list<std::pair<const char*, std::string>> fields);

} // namespace eccrine::acquisition
