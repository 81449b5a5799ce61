// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/parameters.hpp"
#include "core/site_signals.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace eccrine::analysis {

/// Finds spikes of one reading in the outlet humidity and puts the mean of their neighbours in their place.
///
/// A spike is a reading that leaves both neighbours to the same side by more than `spikes.least_pct` and, on
/// the way there, by more than `spikes.noise_factor` times the median change from reading to reading before
/// it; whose neighbours agree with each other to a quarter of its height; and which falls, before or behind
/// it, faster than a hygrometer could in perfectly dry gas, which leaves exp(-Δt/τ) of a reading after the
/// time Δt (τ: `spikes.response_s`). A reading that is repeated, because it was recorded more often than the
/// sensor delivers, is one reading if those before it were repeated as well. Neither a step, a rise nor an
/// excursion of two readings is a spike, and none is looked for where readings are further apart than τ, at
/// missing neighbours, or among the first 64 rows, before which no noise is known.
///
/// What is found depends on the rows before a spike and the reading behind it alone, so that a recording in
/// pieces gives the same bits as the whole. One thread.
class SpikeFilter {
public:
    explicit SpikeFilter(const AnalysisParameters& parameters)
        : least_pct_(parameters.spikeLeast_pct), noiseFactor_(parameters.spikeNoiseFactor),
          response_s_(parameters.spikeResponse_s) {}

    /// Takes the rows that `recorded` has beyond those taken before. \return all rows without spikes:
    /// `recorded` itself while there was none, then a copy. A last reading that may be a spike waits until
    /// the next one is there; its row is not in the copy yet.
    [[nodiscard]] const HumiditySignals& extend(const HumiditySignals& recorded);
    /// The same of the whole recording, once: behind the last reading nothing comes. Empty: there are no
    /// spikes.
    [[nodiscard]] std::optional<HumiditySignals> whole(const HumiditySignals& recorded);

    /// Numbers of the rows whose outlet humidity was replaced, rising.
    [[nodiscard]] const std::vector<std::size_t>& rows() const { return rows_; }

private:
    /// What a reading that jumps turns out to be.
    struct Verdict {
        std::size_t next = 0;                  ///< row to go on with; the same row: it waits
        std::optional<double> replacement_pct; ///< of a spike, for the rows before `next`
    };
    /// Takes rows until one waits. \return the first that was not taken
    std::size_t take(const HumiditySignals& recorded, bool all);
    std::size_t takeOne(const HumiditySignals& recorded, std::size_t row, bool all);
    [[nodiscard]] Verdict judge(const HumiditySignals& recorded, std::span<const double> before,
                                bool all) const;
    void copyUntil(const HumiditySignals& recorded, std::size_t end);

    double least_pct_, noiseFactor_, response_s_;
    std::size_t next_ = 0; ///< first row that was not taken
    std::optional<HumiditySignals> copy_;
    std::vector<std::size_t> rows_;
};

} // namespace eccrine::analysis
