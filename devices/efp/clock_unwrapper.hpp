// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

namespace eccrine::devices::efp {

/// Device time from the microseconds in the device's frames. A counter of 32 bits begins again every 71.6
/// min and is continued; one that goes back in any other way belongs to a device that began anew.
class ClockUnwrapper {
public:
    static constexpr std::int64_t turn_us = std::int64_t{1} << 32U;
    static constexpr std::int64_t late_us = 10'000'000;    ///< what a frame may be behind the newest one
    static constexpr std::int64_t unseen_us = 600'000'000; ///< before and after the wrap together

    /// Empty: the counter has gone back.
    [[nodiscard]] std::optional<DeviceTime> unwrap(std::uint64_t microseconds) noexcept {
        const auto raw = static_cast<std::int64_t>(std::min<std::uint64_t>(microseconds, most));
        std::int64_t at = turns_us_ + raw;
        if (!newest_us_) newest_us_ = at;
        const std::int64_t ahead = at - *newest_us_;
        if (turns_us_ > 0 && ahead >= turn_us - late_us && ahead < turn_us)
            at -= turn_us; // of before the wrap
        else if (ahead < -late_us && raw < turn_us && *newest_us_ - turns_us_ < turn_us &&
                 ahead + turn_us <= unseen_us)
            at = (turns_us_ += turn_us) + raw;
        else if (ahead < -late_us)
            return std::nullopt;
        newest_us_ = std::max(*newest_us_, at);
        return DeviceTime{std::chrono::microseconds{at}};
    }

    /// Of something that is told again until it was heard, however old: judges nothing.
    [[nodiscard]] DeviceTime ofThePast(std::uint64_t microseconds) const noexcept {
        std::int64_t at = turns_us_ + static_cast<std::int64_t>(std::min<std::uint64_t>(microseconds, most));
        if (turns_us_ > 0 && newest_us_ && at - *newest_us_ > late_us) at -= turn_us;
        return DeviceTime{std::chrono::microseconds{at}};
    }

private:
    static constexpr std::uint64_t most = std::uint64_t{1} << 62U; ///< 146 000 years
    std::optional<std::int64_t> newest_us_;
    std::int64_t turns_us_ = 0;
};

} // namespace eccrine::devices::efp
