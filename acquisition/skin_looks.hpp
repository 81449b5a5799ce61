// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quantity.hpp"
#include "core/sample.hpp"

#include <optional>

namespace eccrine::acquisition {

/// When somebody is to look at skin that does not feel: again and again while current flows.
class SkinLooks {
public:
    static constexpr const char* sentence = "The skin does not feel: look at it at every electrode now. At "
                                            "redness that spreads, or a blister, press STOP.";

    /// `interval` > 0; without one nobody is asked to look.
    void setInterval(std::optional<Seconds> interval) { interval_ = interval; }

    /// Whether a look falls due. `now` does not go back; a pause begins the interval anew.
    [[nodiscard]] bool due(TestTime now, bool currentFlows) {
        if (!interval_ || !currentFlows) {
            next_.reset();
            return false;
        }
        const auto step = std::chrono::duration_cast<TestTime::duration>(*interval_);
        if (!next_) next_ = now + step;
        if (now < *next_) return false;
        next_ = now + step;
        return true;
    }

private:
    std::optional<Seconds> interval_;
    std::optional<TestTime> next_;
};

} // namespace eccrine::acquisition
