// SPDX-License-Identifier: GPL-3.0-or-later
#include "acquisition/event_detail.hpp"

#include <array>
#include <charconv>

namespace eccrine::acquisition {

std::string decimal(double value) {
    std::array<char, 32> digits{};
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    return {digits.data(), error == std::errc{} ? end : digits.data()};
}

std::string jsonString(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    return out + "\"";
}

std::string detailOf(std::initializer_list<std::pair<const char*, std::string>> fields) {
    std::string out = "{";
    for (const auto& [name, value] : fields)
        out += (out.size() == 1 ? "\"" : ",\"") + std::string(name) + "\":" + value;
    return out + "}";
}

} // namespace eccrine::acquisition
