// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/site_signals.hpp"
#include "recording/recording_keys.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace eccrine::recording {

/// Values (times and readings of all sites together) that a recording may hold in memory: 512 MiB. That is
/// more than any test at full rate (four sites with all columns at 1 kHz for half an hour, one site for two
/// hours), and far less than the 28 thousand million of four sites over a day at 5 kHz.
inline constexpr std::size_t mostValuesHeld = std::size_t{64} << 20U;

/// What readings are never averaged beyond, in rows a second: the analysis rests on means of one second and
/// on the order of what happened within it.
inline constexpr double leastReduced_hz = 4.0;

/// Curves of a recording of any length in bounded memory. Up to `mostValues` every sample is kept as it
/// comes. Beyond, rows become means over blocks of 2, 4, 8, ... samples, which removes what would alias, on
/// the kind of signal (gas, current) that holds most; rows of the fastest sites first. A block ends at a
/// hole. A missing sample does not count in its block's mean; a mean of none is missing. Sites are passed to
/// each call because they belong to the recording that is being read.
class BoundedCurves {
public:
    explicit BoundedCurves(std::size_t mostValues = mostValuesHeld) : most_(mostValues) {}

    /// The columns of a site on one time base, all gas or all current. Returns its number.
    std::size_t addBase(std::size_t site, std::vector<KnownColumn> columns);
    /// Rows in order of time, later than those before. \param columns in the order of addBase(), each as long
    /// as `time_s`
    void add(std::vector<SiteSignals>& sites, std::size_t base, std::span<const double> time_s,
             std::span<const std::span<const double>> columns);
    /// One row. \param values as many as the base has columns
    void addRow(std::vector<SiteSignals>& sites, std::size_t base, double time_s, const double* values);
    /// After rows were appended to the recording itself, which is allowed while nothing is reduced.
    void grew(std::vector<SiteSignals>& sites, std::size_t base);
    /// The last blocks; `samplesPerRow` of the signals. Once, after all rows.
    void finish(std::vector<SiteSignals>& sites);

    [[nodiscard]] bool reduced(std::size_t base) const { return bases_[base].samplesPerRow > 1; }
    /// Not even at `leastReduced_hz` does the recording fit: what follows is not taken.
    [[nodiscard]] bool tooLong() const { return tooLong_; }
    /// Values in memory now; never more than `mostValues` and what one call adds.
    [[nodiscard]] std::size_t held() const { return held_; }
    /// One sentence for each kind of signal of a site that was reduced; after finish().
    [[nodiscard]] std::vector<std::string> remarks(const std::vector<SiteSignals>& sites) const;

private:
    /// Samples of the block that is not complete.
    struct Pending {
        std::size_t samples = 0;
        double begin_s = 0.0;
        double time = 0.0; ///< sum of what lies beyond the begin
        std::vector<double> sum, count;
    };
    struct Base {
        std::size_t site = 0;
        bool gas = false;
        std::vector<KnownColumn> columns;
        std::size_t samplesPerRow = 1;
        std::uint64_t samples = 0;
        std::size_t rows = 0;
        double first_s = 0.0, last_s = 0.0;
        std::optional<double> period_s; ///< of the samples; once there are enough to tell
        Pending pending;

        [[nodiscard]] std::size_t width() const { return columns.size() + 1; }
        [[nodiscard]] double rowPeriod_s() const {
            return period_s.value_or(0.0) * static_cast<double>(samplesPerRow);
        }
    };
    static std::vector<double>& timeOf(std::vector<SiteSignals>& sites, const Base& base);
    static std::vector<double>& valuesOf(std::vector<SiteSignals>& sites, const Base& base, std::size_t c);
    void account(std::vector<SiteSignals>& sites, Base& base);
    void reduce(std::vector<SiteSignals>& sites);
    [[nodiscard]] bool halveFastest(std::vector<SiteSignals>& sites, bool gas);
    static void halve(std::vector<SiteSignals>& sites, Base& base);
    static void toPending(std::vector<SiteSignals>& sites, Base& base, std::size_t row);
    static void flush(std::vector<SiteSignals>& sites, Base& base);

    std::size_t most_;
    std::size_t held_ = 0;
    bool tooLong_ = false;
    std::vector<Base> bases_;
};

} // namespace eccrine::recording
