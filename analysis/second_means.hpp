// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace eccrine::analysis {

struct RateCurve;

/// Means of one second each, bin k covers [k, k+1) s on the curve's time axis; NaN where a bin has no sample.
/// One streaming pass; the same for live and stored curves.
struct SecondMeans {
    std::int64_t first = 0; ///< number of the first bin
    std::vector<double> mean;

    void add(double time_s, double value) {
        if (!(time_s >= from_s_ && time_s < to_s_)) enter(time_s);
        const std::size_t lane = inBin_++ % sum_.size();
        if (value != value) return;
        sum_[lane] += value;
        ++count_;
    }
    void finish(); ///< closes the last bin
    [[nodiscard]] double timeOf(std::size_t i) const {
        return static_cast<double>(first) + static_cast<double>(i) + 0.5;
    }

private:
    bool begun_ = false;
    std::int64_t bin_ = 0;
    double from_s_ = 0.0, to_s_ = 0.0; ///< of the bin; the same before the first
    /// In four lanes, sample by sample in turn: a processor adds four at once, and the bits are the same.
    std::array<double, 4> sum_{};
    std::size_t inBin_ = 0, count_ = 0;
    void enter(double time_s);
    void close();
};

/// Which samples of a time base belong to which second: found once for all columns of that base.
class SecondBins {
public:
    /// For a time base that comes in pieces.
    explicit SecondBins(double origin_s) : origin_s_(origin_s) {}
    /// \param time_s rising
    SecondBins(std::span<const double> time_s, double origin_s);
    /// Takes the seconds that follow those it has and end before `time_s` does, the last one when all is
    /// known. \return samples in seconds by now
    std::size_t extend(std::span<const double> time_s, bool all);
    /// What SecondMeans::add() makes of the samples one after another, some ten times as fast.
    /// \param values as long as the time base
    [[nodiscard]] SecondMeans means(std::span<const double> values) const;
    struct Column {
        const double* values;        ///< as long as the time base
        std::vector<double>* filled; ///< means of the seconds with samples, as far as they are known
    };
    /// In pieces: appends the means of the seconds that are not known yet, which are the same of all columns.
    void append(std::span<const Column> columns) const;
    /// Such means, with those of the seconds without samples between them.
    [[nodiscard]] SecondMeans spread(std::vector<double> filled) const;

private:
    double origin_s_;
    std::int64_t first_ = 0, last_ = 0;
    std::size_t length_ = 0;
    std::size_t usual_ = 1;          ///< samples in the last second: the next one has about as many
    std::vector<std::size_t> ends_;  ///< of the bins that have samples
    std::vector<std::size_t> place_; ///< of these in the means; empty: one after another
};

[[nodiscard]] SecondMeans secondMeans(const RateCurve& curve, double origin_s);

} // namespace eccrine::analysis
