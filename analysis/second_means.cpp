// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/second_means.hpp"

#include "analysis/block_means.hpp"
#include "analysis/rate_curve.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

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

void SecondMeans::enter(double time_s) {
    from_s_ = std::floor(time_s);
    to_s_ = from_s_ + 1.0;
    const auto bin = static_cast<std::int64_t>(from_s_);
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

void SecondMeans::close() {
    const double sum = (sum_[0] + sum_[1]) + (sum_[2] + sum_[3]);
    mean.push_back(count_ > 0 ? sum / static_cast<double>(count_) : missing);
    sum_ = {};
    inBin_ = count_ = 0;
}

void SecondMeans::finish() {
    if (begun_) close();
    begun_ = false;
    from_s_ = to_s_ = 0.0;
}

SecondBins::SecondBins(std::span<const double> time, double origin_s) : SecondBins(origin_s) {
    extend(time, true);
}

std::size_t SecondBins::extend(std::span<const double> time, bool all) {
    std::size_t i = ends_.empty() ? 0 : ends_.back();
    while (i < time.size()) {
        const double bin = std::floor(time[i] - origin_s_);
        const auto within = [&](std::size_t k) { return k < time.size() && time[k] - origin_s_ < bin + 1.0; };
        std::size_t end = std::min(i + usual_, time.size());
        while (within(end))
            ++end;
        if (end == time.size() && !all && within(end - 1)) break; // it may go on
        while (end > i + 1 && !within(end - 1))
            --end;
        const auto number = static_cast<std::int64_t>(bin);
        if (ends_.empty()) first_ = number;
        const std::size_t empty = ends_.empty() ? 0 : emptyBetween(last_, number);
        if (empty > 0 && place_.empty())
            for (std::size_t k = 0; k < ends_.size(); ++k)
                place_.push_back(k);
        if (empty > 0 || !place_.empty()) place_.push_back(length_ + empty);
        length_ += empty + 1;
        ends_.push_back(end);
        last_ = number;
        usual_ = end - i;
        i = end;
    }
    return i;
}

SecondMeans SecondBins::means(std::span<const double> values) const {
    std::vector<double> filled;
    const std::array columns{Column{values.data(), &filled}};
    append(columns);
    return spread(std::move(filled));
}

void SecondBins::append(std::span<const Column> columns) const {
    constexpr std::size_t together = 4;
    while (!columns.empty()) {
        const auto some = columns.first(std::min(together, columns.size()));
        columns = columns.subspan(some.size());
        const std::size_t known = some[0].filled->size();
        std::array<const double*, together> from{};
        std::array<double*, together> to{};
        for (std::size_t c = 0; c < some.size(); ++c) {
            from[c] = some[c].values;
            some[c].filled->resize(ends_.size());
            to[c] = some[c].filled->data() + known;
        }
        blockMeans(from.data(), some.size(), known == 0 ? 0 : ends_[known - 1], ends_.data() + known,
                   ends_.size() - known, to.data());
    }
}

SecondMeans SecondBins::spread(std::vector<double> filled) const {
    SecondMeans out;
    out.first = first_;
    if (place_.empty()) {
        out.mean = std::move(filled);
        return out;
    }
    out.mean.resize(length_, missing);
    for (std::size_t k = 0; k < filled.size(); ++k)
        out.mean[place_[k]] = filled[k];
    return out;
}

SecondMeans secondMeans(const RateCurve& curve, double origin_s) {
    return SecondBins(curve.time_s, origin_s).means(curve.rate_nl_per_min);
}

} // namespace eccrine::analysis
