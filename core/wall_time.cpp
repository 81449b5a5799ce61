// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/wall_time.hpp"

#include <array>
#include <ctime>

namespace eccrine {
namespace {

std::time_t secondsOf(WallTime t) {
    return std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(t));
}

} // namespace

std::string utcText(WallTime t) {
    const std::time_t seconds = secondsOf(t);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text.data();
}

std::string localDateText(WallTime t) {
    const std::time_t seconds = secondsOf(t);
    std::tm parts{};
    ::localtime_r(&seconds, &parts);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%d", &parts);
    return text.data();
}

} // namespace eccrine
