// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace eccrine::ui {

/// What lies in one pixel column. `count` 0: no sample there.
struct ColumnExtent {
    std::size_t count = 0; ///< samples in the column; 0 when none of them has a value
    float minimum = std::numeric_limits<float>::quiet_NaN();
    float maximum = std::numeric_limits<float>::quiet_NaN();
    float first = std::numeric_limits<float>::quiet_NaN();
    float last = std::numeric_limits<float>::quiet_NaN();
    bool gap = false; ///< at least one missing sample (NaN) lies in the column
};

/// Samples of one curve with minima and maxima of runs of 8, 64, 512, ... beside them, so that any span of
/// time gives its exact extent after a few dozen comparisons, whatever the sample rate. Grows at the end
/// only; append is O(1) amortised. Time in seconds, never falling; a missing sample is NaN. One thread.
class MinMaxPyramid {
public:
    static constexpr std::size_t fanOut = 8;

    void append(double time_s, float value) {
        times_.push_back(time_s);
        values_.push_back(value);
        std::size_t filled = values_.size();
        for (std::size_t level = 0; filled % fanOut == 0; ++level) {
            // The run that this sample completes: summarise it one level up, and see whether that completes
            // one.
            const std::size_t begin = filled - fanOut;
            Extent run;
            for (std::size_t i = begin; i < filled; ++i)
                take(run, extentAt(level, i));
            if (levels_.size() <= level) levels_.emplace_back();
            levels_[level].push_back(run);
            filled = levels_[level].size();
        }
    }

    void clear() {
        times_.clear();
        values_.clear();
        levels_.clear();
    }
    void reserve(std::size_t samples) {
        times_.reserve(samples);
        values_.reserve(samples);
    }

    [[nodiscard]] std::size_t size() const { return values_.size(); }
    [[nodiscard]] bool empty() const { return values_.empty(); }
    [[nodiscard]] double time(std::size_t i) const { return times_[i]; }
    [[nodiscard]] float value(std::size_t i) const { return values_[i]; }

    /// Index of the first sample at or after `time_s`. A `hint` near the answer makes it a few steps.
    [[nodiscard]] std::size_t indexAt(double time_s, std::size_t hint = 0) const {
        const std::size_t n = times_.size();
        hint = std::min(hint, n);
        std::size_t step = 1;
        if (hint < n && times_[hint] < time_s) { // gallop forwards
            std::size_t low = hint;
            while (low + step < n && times_[low + step] < time_s) {
                low += step;
                step *= 2;
            }
            return lowerBound(low + 1, std::min(n, low + step), time_s);
        }
        std::size_t high = hint; // everything from here on is at or after time_s
        while (high >= step && times_[high - step] >= time_s) {
            high -= step;
            step *= 2;
        }
        return lowerBound(high >= step ? high - step : 0, high, time_s);
    }

    /// Exact extent of the samples with indices [begin, end).
    [[nodiscard]] ColumnExtent extent(std::size_t begin, std::size_t end) const {
        ColumnExtent column;
        end = std::min(end, values_.size());
        if (begin >= end) return column;
        Extent e;
        walk(begin, end, e);
        column.gap = e.gap;
        if (e.low > e.high) return column;
        column.minimum = e.low;
        column.maximum = e.high;
        column.count = end - begin;
        std::size_t i = begin;
        while (std::isnan(values_[i]))
            ++i;
        column.first = values_[i];
        std::size_t j = end - 1;
        while (std::isnan(values_[j]))
            --j;
        column.last = values_[j];
        return column;
    }

    /// Exact extent of the samples with times in [from_s, to_s).
    [[nodiscard]] ColumnExtent extentOfTime(double from_s, double to_s) const {
        const std::size_t begin = indexAt(from_s);
        return extent(begin, indexAt(to_s, begin));
    }

private:
    struct Extent {
        float low = std::numeric_limits<float>::infinity(); // nothing yet: low above high
        float high = -std::numeric_limits<float>::infinity();
        bool gap = false;
    };

    [[nodiscard]] Extent extentAt(std::size_t level, std::size_t i) const {
        if (level == 0) return {values_[i], values_[i], std::isnan(values_[i])};
        return levels_[level - 1][i];
    }
    static void take(Extent& into, const Extent& e) {
        into.low = e.low < into.low ? e.low : into.low; // NaN is never less
        into.high = e.high > into.high ? e.high : into.high;
        into.gap = into.gap || e.gap;
    }
    void walk(std::size_t begin, std::size_t end, Extent& into) const {
        for (std::size_t level = 0; begin < end; ++level) {
            const bool higher = level < levels_.size();
            while (begin < end && (!higher || begin % fanOut != 0))
                take(into, extentAt(level, begin++));
            while (higher && begin < end && end % fanOut != 0)
                take(into, extentAt(level, --end));
            begin /= fanOut;
            end /= fanOut;
        }
    }
    [[nodiscard]] std::size_t lowerBound(std::size_t low, std::size_t high, double time_s) const {
        return static_cast<std::size_t>(std::lower_bound(times_.begin() + static_cast<std::ptrdiff_t>(low),
                                                         times_.begin() + static_cast<std::ptrdiff_t>(high),
                                                         time_s) -
                                        times_.begin());
    }

    std::vector<double> times_;
    std::vector<float> values_;
    std::vector<std::vector<Extent>> levels_;
};

} // namespace eccrine::ui
