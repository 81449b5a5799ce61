// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/parameters.hpp"

#include <limits>
#include <optional>
#include <span>

namespace eccrine::analysis {

/// A stretch over which a sensor repeats one reading.
struct Repetition {
    double from_s = 0.0, to_s = 0.0; ///< from the stimulus start
    bool stuck = false;      ///< the sensor elsewhere shows that it would have changed; else it may be coarse
    bool throughout = false; ///< nothing else was ever read
};

/// Watches a column, block by block, for a reading that stays the same. Most columns never have one, and need
/// no closer look.
class StayWatch {
public:
    explicit StayWatch(double least_s) : least_s_(least_s) {}
    /// \param time_s rising; missing values are passed over
    void add(std::span<const double> time_s, std::span<const double> values);
    [[nodiscard]] bool stays() const { return stays_; }

private:
    double least_s_, value_ = std::numeric_limits<double>::quiet_NaN(), since_s_ = 0.0;
    bool stays_ = false;
};
/// The watch for what repeatedReading() would find.
[[nodiscard]] StayWatch watchForRepetition(const AnalysisParameters& parameters);

/// The first stretch of at least `frozen.s`, counted between `from_s` and `to_s`, on which the sensor is
/// stuck; else the longest one. A sensor that rounds to more than its noise repeats itself where the signal
/// rests, and is not stuck: even in the quietest tenth of the other stretches of that length its noise,
/// changes to and fro of more than one step, has to show so often that the repetition cannot be chance; or
/// the sensor has to come back with a jump of some steps. \param time_s rising; missing values are passed
/// over \param mostJump above this the signal itself jumped, which says nothing about the sensor before
[[nodiscard]] std::optional<Repetition>
repeatedReading(std::span<const double> time_s, std::span<const double> values, double origin_s,
                double from_s, double to_s, const AnalysisParameters& parameters,
                double mostJump = std::numeric_limits<double>::infinity());

} // namespace eccrine::analysis
