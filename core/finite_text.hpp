// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <charconv>
#include <cmath>
#include <string>

namespace eccrine {

/// For command lines: empty when the text is a finite number, else what is wrong. "nan" passes every test for
/// a range, since it is neither below nor above anything.
[[nodiscard]] inline std::string finiteText(const std::string& text) {
    double value = 0.0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc{} && end == text.data() + text.size() && std::isfinite(value)) return {};
    return "\"" + text + "\" is no number that can be used here";
}

} // namespace eccrine
