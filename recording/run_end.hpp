// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.hpp"
#include "core/sample.hpp"

#include <cstdint>

namespace eccrine::recording {

/// Where a run of ticks of one stream ends, and whether the next block says the same as if it were part of
/// it: the index goes on, device time and test time to the microsecond, and the device lost nothing between.
/// One rule for what is decoded, joined and hashed in one piece.
class RunEnd {
public:
    explicit RunEnd(std::uint32_t rateMilliHz) {
        constexpr std::int64_t milliHertz_us = 1'000'000'000;
        if (rateMilliHz > 0 && milliHertz_us % rateMilliHz == 0) period_us_ = milliHertz_us / rateMilliHz;
    }

    [[nodiscard]] bool continuedBy(const BlockPosition& next, TestTime at) const noexcept {
        return begun_ && !repeats_ && !next.overrunBefore && next.firstIndex == index_ &&
               next.first.time_since_epoch().count() == device_us_ &&
               at.time_since_epoch().count() == test_us_;
    }

    /// The block is the last one now.
    void after(const BlockPosition& block, TestTime at) noexcept {
        const std::int64_t at_us = at.time_since_epoch().count();
        // what a device repeats is left out block by block, and must not take new ticks with it
        repeats_ = at_us < furthest_us_;
        begun_ = period_us_ > 0; // of a period that is no whole number of microseconds nothing is the same
        const std::int64_t length_us = block.ticks * period_us_;
        index_ = block.firstIndex + block.ticks;
        device_us_ = block.first.time_since_epoch().count() + length_us;
        test_us_ = at_us + length_us;
        furthest_us_ = test_us_ > furthest_us_ ? test_us_ : furthest_us_;
    }

private:
    std::int64_t period_us_ = 0;
    std::uint64_t index_ = 0;
    std::int64_t device_us_ = 0, test_us_ = 0;
    std::int64_t furthest_us_ = INT64_MIN;
    bool begun_ = false, repeats_ = false;
};

} // namespace eccrine::recording
