// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.hpp"
#include "core/quantity.hpp"

#include <optional>

namespace eccrine::acquisition {

/// Sees the stimulus in the delivered current, to the sample: it starts with the first sample of any site at
/// or above a part of the set current, and has stopped when every site has been below for a second. One
/// thread; time comes in.
class StimulusWatch {
public:
    explicit StimulusWatch(Milliamperes threshold) : threshold_(threshold) {}
    /// Per tick: the highest current of the sites that take part. Times rising; NaN counts as no current.
    void add(TestTime at, Milliamperes highest) {
        if (highest >= threshold_) {
            if (!start_) start_ = at;
            stop_.reset();
            belowSince_.reset();
            return;
        }
        if (!start_ || stop_) return;
        if (!belowSince_) belowSince_ = at;
        if (at - *belowSince_ >= std::chrono::seconds{1}) stop_ = belowSince_;
    }
    [[nodiscard]] std::optional<TestTime> start() const { return start_; }
    [[nodiscard]] std::optional<TestTime> stop() const { return stop_; }

private:
    Milliamperes threshold_;
    std::optional<TestTime> start_, stop_, belowSince_;
};

} // namespace eccrine::acquisition
