// SPDX-License-Identifier: GPL-3.0-or-later
#include "acquisition/ripple_watch.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <numeric>

namespace eccrine::acquisition {
namespace {

using std::chrono::microseconds;

constexpr microseconds tick{1000};
// A gap in the samples, or in the contact, that is no reason to stop keeps the last current; after a longer
// one the second begins anew.
constexpr microseconds longestGap{60'000};
constexpr std::array<std::size_t, 2> lines_hz{50, 60};
constexpr std::size_t lineHalfWidth_hz = 2; // a line between two coefficients falls on both
// Half a second of a sine has at least so much of its rms: half a period of 1 Hz, from zero to zero.
constexpr double inAHalf = 0.43;

} // namespace

RippleWatch::RippleWatch() = default;

void RippleWatch::clear() noexcept {
    filled_ = 0;
    summed_ = 0;
    sum_uA_ = 0.0;
    last_.reset();
    rippleWarning_.reset();
    lineWarning_.reset();
}

std::optional<Finding> RippleWatch::observe(const CurrentSample& sample, const Expected& expected) noexcept {
    const bool judged = expected.hold() && expected.set_uA >= threshold::openFromSetPoint_uA &&
                        sample.period > microseconds{0} && sample.period <= tick;
    if (!judged) {
        clear();
        return std::nullopt;
    }
    // An electrode that loses contact for some milliseconds is not ripple; see the open circuit.
    const bool open = sample.current_uA < threshold::openFraction * expected.least_uA;
    if (open && filled_ == 0) return std::nullopt;
    const microseconds since = last_ ? sample.at - *last_ : sample.period;
    if (since > longestGap) clear();
    if (open) return std::nullopt;
    const auto missing = last_ && since <= longestGap ? (since - sample.period / 2) / tick : 0;
    last_ = sample.at;
    std::optional<Finding> found;
    const auto take = [&](double uA) {
        signal_[filled_++ % window] = uA;
        if (filled_ < window || filled_ % every != 0) return;
        const auto now = judge(expected.set_uA);
        if (now) found = now;
    };
    for (auto i = missing; i > 0 && filled_ > 0; --i)
        take(signal_[(filled_ - 1) % window]);
    sum_uA_ += sample.current_uA;
    summed_ += 1;
    if (summed_ * sample.period < tick) return found;
    take(sum_uA_ / summed_);
    sum_uA_ = 0.0;
    summed_ = 0;
    return found;
}

double RippleWatch::rmsOf(std::size_t from, std::size_t length) const noexcept {
    double sum = 0.0, squares = 0.0;
    for (std::size_t i = from; i < from + length; ++i)
        sum += signal_[i % window];
    const double mean = sum / static_cast<double>(length);
    for (std::size_t i = from; i < from + length; ++i) {
        const double off = signal_[i % window] - mean;
        squares += off * off;
    }
    return std::sqrt(squares / static_cast<double>(length));
}

// The table's row has two halves: "rms of 1–500 Hz > 5 %, or 50/60 Hz > 1 %" as condition, "warn 2 %, pause
// 5 %" as reaction. Taken together: everything that alternates warns above 2 % and pauses above 5 %; a mains
// line alone warns from 1 % on, because it says that there is a path to the mains, and pauses when it makes
// 5 % of everything. So a line of 3 % warns and one of 8 % pauses, as the fault catalogue has it (F-22).
std::optional<Finding> RippleWatch::judge(double set_uA) noexcept {
    // A step, however large, is in one half of the second only, and is a matter of other rules.
    const std::size_t oldest = filled_ % window;
    const double steady =
        std::min(rmsOf(oldest, window / 2), rmsOf(oldest + window / 2, window / 2)) / inAHalf;
    const double mean = std::accumulate(signal_.begin(), signal_.end(), 0.0) / static_cast<double>(window);
    std::transform(signal_.begin(), signal_.end(), alternating_.begin(),
                   [mean](double uA) { return uA - mean; });
    std::fill(powers_.begin(), powers_.end(), 0.0);
    transform_.addPowers(alternating_, powers_);
    // One-sided: each coefficient but that of 500 Hz stands for two.
    const auto rms = [&](std::size_t from, std::size_t to) {
        double power = 0.0;
        for (std::size_t k = from; k <= to; ++k)
            power += (k == window / 2 ? 1.0 : 2.0) * powers_[k];
        return std::sqrt(power) / static_cast<double>(window);
    };
    const auto limit = [&](double share) { return std::max(share * set_uA, threshold::rippleFloor_uA); };
    const double all = rms(1, window / 2);
    double line = 0.0;
    for (const std::size_t f : lines_hz)
        line = std::max(line, rms(f - lineHalfWidth_hz, f + lineHalfWidth_hz));
    rippleWarning_.reset();
    lineWarning_.reset();
    const double warns = limit(threshold::rippleWarns), lineWarns = limit(threshold::lineWarns);
    if (all > warns && steady > warns) rippleWarning_ = WarningFinding{WarningReason::Ripple, all, warns};
    if (line > lineWarns) lineWarning_ = WarningFinding{WarningReason::MainsLine, line, lineWarns};
    const double pauses = limit(threshold::ripplePauses);
    if (!(all > pauses && steady > pauses)) return std::nullopt;
    return Finding{TripReason::Ripple, all, pauses};
}

} // namespace eccrine::acquisition
