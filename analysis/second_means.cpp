// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/second_means.hpp"

#include "analysis/block_means.hpp"
#include "analysis/rate_curve.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace eccrine::analysis {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();
// A hole longer than this is not bridged by empty bins; the next sample starts far away all the same.
constexpr std::int64_t mostEmptyBins = 86400;

/// Bins without samples between two that have some.
std::size_t emptyBetween(std::int64_t bin, std::int64_t next) {
    return static_cast<std::size_t>(std::clamp<std::int64_t>(next - bin - 1, 0, mostEmptyBins));
}

} // namespace

void SecondMeans::enter(std::int64_t bin) {
    if (!begun_) {
        begun_ = true;
        first = bin;
        bin_ = bin;
    }
    if (bin == bin_) return;
    close();
    mean.insert(mean.end(), emptyBetween(bin_, bin), missing);
    bin_ = bin;
}

void SecondMeans::add(double time_s, double value) {
    enter(static_cast<std::int64_t>(std::floor(time_s)));
    const std::size_t lane = inBin_++ % sum_.size();
    if (std::isnan(value)) return;
    sum_[lane] += value;
    ++count_;
}

void SecondMeans::close() {
    const double sum = (sum_[0] + sum_[1]) + (sum_[2] + sum_[3]);
    mean.push_back(count_ > 0 ? sum / static_cast<double>(count_) : missing);
    sum_ = {};
    inBin_ = count_ = 0;
}

void SecondMeans::finish() {
    if (begun_) close();
    begun_ = false;
}

SecondBins::SecondBins(std::span<const double> time, double origin_s) {
    std::int64_t last = 0;
    std::size_t usual = 1; // samples in the last second: the next one has about as many
    for (std::size_t i = 0; i < time.size();) {
        const double bin = std::floor(time[i] - origin_s);
        const auto within = [&](std::size_t k) { return k < time.size() && time[k] - origin_s < bin + 1.0; };
        std::size_t end = std::min(i + usual, time.size());
        while (within(end))
            ++end;
        while (end > i + 1 && !within(end - 1))
            --end;
        const auto number = static_cast<std::int64_t>(bin);
        if (ends_.empty()) first_ = number;
        const std::size_t empty = ends_.empty() ? 0 : emptyBetween(last, number);
        if (empty > 0 && place_.empty())
            for (std::size_t k = 0; k < ends_.size(); ++k)
                place_.push_back(k);
        if (empty > 0 || !place_.empty()) place_.push_back(length_ + empty);
        length_ += empty + 1;
        ends_.push_back(end);
        last = number;
        usual = end - i;
        i = end;
    }
}

SecondMeans SecondBins::means(std::span<const double> values) const {
    SecondMeans out;
    out.first = first_;
    out.mean.resize(length_, missing);
    if (place_.empty()) {
        blockMeans(values.data(), ends_.data(), ends_.size(), out.mean.data());
        return out;
    }
    std::vector<double> filled(ends_.size());
    blockMeans(values.data(), ends_.data(), ends_.size(), filled.data());
    for (std::size_t k = 0; k < filled.size(); ++k)
        out.mean[place_[k]] = filled[k];
    return out;
}

SecondMeans secondMeans(const RateCurve& curve, double origin_s) {
    return SecondBins(curve.time_s, origin_s).means(curve.rate_nl_per_min);
}

} // namespace eccrine::analysis
