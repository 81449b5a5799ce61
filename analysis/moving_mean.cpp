// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/moving_mean.hpp"

#include "analysis/four.hpp"
#include "analysis/vector_clones.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

namespace eccrine::analysis {
namespace {

/// Usual time between two samples that are there: the median of the first ones; 0 of fewer than two.
double usualInterval(std::span<const double> time_s, std::span<const double> value) {
    constexpr std::size_t most = 1000;
    std::vector<double> steps;
    std::optional<double> last;
    for (std::size_t i = 0; i < time_s.size() && steps.size() < most; ++i) {
        if (std::isnan(value[i])) continue;
        if (last) steps.push_back(time_s[i] - *last);
        last = time_s[i];
    }
    if (steps.empty()) return 0.0;
    const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
    std::nth_element(steps.begin(), middle, steps.end());
    return *middle;
}

/// Where a run of windows stands: each lies one sample behind the one before, or one sample off that, as
/// rounded times have it.
struct Run {
    const double* middle;           ///< times of the windows' middles
    const double *from, *fromValue; ///< first samples of the windows, if all were one sample apart
    const double *to, *toValue;     ///< the samples behind them
    double half_s, count;
};

/// What each window differs by from the one that lies one sample behind its predecessor, and how many samples
/// it holds. `n` is a multiple of four.
/// \param unusual set when some window is off by more than a sample or a value is missing
ECCRINE_VECTOR_CLONES void differences(const Run& run, std::size_t n, double* step, double* off,
                                       double* counts, bool* unusual) noexcept {
    const Four none{}, one = none + 1.0;
    FourTruths found{};
    for (std::size_t k = 0; k < n; k += lanesOfFour) {
        const double *const from = run.from + k, *const to = run.to + k;
        const Four begin = fourAt(run.middle + k) - run.half_s, end = fourAt(run.middle + k) + run.half_s;
        const Four left = fourAt(run.fromValue + k - 1), leaves = fourAt(run.fromValue + k);
        const Four entered = fourAt(run.toValue + k - 1), enters = fourAt(run.toValue + k);
        const FourTruths more = fourAt(to) <= end, fewer = fourAt(to - 1) > end;
        const FourTruths later = fourAt(from) < begin, earlier = fourAt(from - 1) >= begin;
        found |= (fourAt(to + 1) <= end) | (fourAt(to - 2) > end) | (fourAt(from + 1) < begin) |
                 (fourAt(from - 2) >= begin) | (enters != enters) | (entered != entered);
        fourAt(step + k) = entered - left;
        fourAt(off + k) = (more ? enters : none) - (fewer ? entered : none) - (later ? leaves : none) +
                          (earlier ? left : none);
        fourAt(counts + k) = run.count + (more ? one : none) - (fewer ? one : none) - (later ? one : none) +
                             (earlier ? one : none);
    }
    *unusual = anyOf(found);
}

struct Share {
    double front_s, back_s, half_s, perSecond, least;
};

ECCRINE_VECTOR_CLONES void divide(const double* time, const double* sums, const double* counts, std::size_t n,
                                  const Share& share, double* means) noexcept {
    const Share s = share;
    const double always = s.perSecond > 0.0 ? 1.0 : 0.0;
    for (std::size_t k = 0; k < n; ++k) {
        const double end = time[k] + s.half_s, begin = time[k] - s.half_s;
        const double covered = (end < s.back_s ? end : s.back_s) - (begin > s.front_s ? begin : s.front_s);
        const double expected = covered * s.perSecond + always;
        const bool enough = (counts[k] > 0.5) & (counts[k] >= s.least * expected);
        means[k] = enough ? sums[k] / counts[k] : std::numeric_limits<double>::quiet_NaN();
    }
}

} // namespace

MovingMean::MovingMean(std::span<const double> time, std::span<const double> values, double width_s,
                       double leastShare)
    : time_(time), value_(values), half_(0.5 * width_s), leastShare_(leastShare) {
    const double interval_s = usualInterval(time, values);
    perSecond_ = interval_s > 0.0 ? 1.0 / interval_s : 0.0;
}

void MovingMean::start(std::size_t first) {
    from_ = to_ = static_cast<std::size_t>(
        std::lower_bound(time_.begin(), time_.end(), time_[first] - half_) - time_.begin());
    begun_ = true;
}

/// Moves the window's ends sample by sample.
void MovingMean::step(std::size_t sample) {
    const double begin = time_[sample] - half_, end = time_[sample] + half_;
    for (; to_ < time_.size() && time_[to_] <= end; ++to_) {
        const bool there = value_[to_] == value_[to_];
        sum_ += there ? value_[to_] : 0.0;
        count_ += there ? 1.0 : 0.0;
    }
    for (; time_[from_] < begin; ++from_) {
        const bool there = value_[from_] == value_[from_];
        sum_ -= there ? value_[from_] : 0.0;
        count_ -= there ? 1.0 : 0.0;
    }
}

/// The windows behind the last one in one go, into the arrays from `at` on. \return false: they are not all
/// one sample apart, or nearly so; then nothing was done
bool MovingMean::evenly(std::size_t first, std::size_t n, std::size_t at) {
    const std::size_t held = to_ - from_;
    const bool complete = count_ == static_cast<double>(held);
    if (!complete || held < 2 || n % lanesOfFour != 0 || from_ < 1 || to_ + n + 1 >= time_.size())
        return false;
    std::array<double, block> steps, offs; // NOLINT(cppcoreguidelines-pro-type-member-init): filled below
    bool unusual = false;
    const Run run{time_.data() + first,
                  time_.data() + from_ + 1,
                  value_.data() + from_ + 1,
                  time_.data() + to_ + 1,
                  value_.data() + to_ + 1,
                  half_,
                  count_};
    differences(run, n, steps.data(), offs.data(), counts_.data() + at, &unusual);
    if (unusual) return false;
    double sum = sum_;
    for (std::size_t k = 0; k < n; ++k) {
        sum += steps[k];
        sums_[at + k] = sum + offs[k];
    }
    from_ += n;
    to_ += n;
    sum_ = sum;
    // the last one may be off itself: to where it stands
    step(first + n - 1);
    while (from_ > 0 && time_[from_ - 1] >= time_[first + n - 1] - half_) {
        --from_;
        sum_ += value_[from_];
        count_ += 1.0;
    }
    while (time_[to_ - 1] > time_[first + n - 1] + half_) {
        --to_;
        sum_ -= value_[to_];
        count_ -= 1.0;
    }
    return true;
}

void MovingMean::means(std::size_t first, std::span<double> out) {
    if (!begun_) start(first);
    const std::size_t n = out.size();
    constexpr std::size_t run = 128;
    for (std::size_t k = 0; k < n;) {
        const std::size_t end = std::min(k + run, n);
        if (evenly(first + k, end - k, k)) {
            k = end;
            continue;
        }
        for (; k < end; ++k) {
            step(first + k);
            sums_[k] = sum_;
            counts_[k] = count_;
        }
    }
    divide(time_.data() + first, sums_.data(), counts_.data(), n,
           {time_.front(), time_.back(), half_, perSecond_, leastShare_}, out.data());
}

} // namespace eccrine::analysis
