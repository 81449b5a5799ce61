// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/site_signals.hpp"

#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

namespace eccrine::analysis {

/// What one pass over a site's delivered current finds. The current is the longest column of a recording; who
/// looks for something in it later can leave out the blocks that cannot hold it.
class CurrentLook {
public:
    /// \param current has to outlive it
    explicit CurrentLook(const CurrentSignals& current);

    [[nodiscard]] const CurrentSignals& current() const { return current_; }
    [[nodiscard]] bool timesRise() const { return timesRise_; }
    /// Negative infinity without a reading.
    [[nodiscard]] double highest_ma() const { return highest_ma_; }
    /// Everything above the probe limit counts, the ramps' feet included; the noise of an idle source does
    /// not. Nothing is booked over a hole. Of no meaning when the times do not rise.
    [[nodiscard]] double charge_mc() const { return charge_mc_; }
    /// First reading of at least so much, and the one behind the last; both the number of readings without.
    [[nodiscard]] std::size_t firstFrom(double least_ma) const;
    [[nodiscard]] std::size_t behindLastFrom(double least_ma) const;
    /// The end of the readings from `begin` on of which none is below the limit or missing, as far as whole
    /// blocks tell; `begin` itself when its block may hold one.
    [[nodiscard]] std::size_t noneBelowUntil(std::size_t begin, double limit_ma) const;
    /// Stretches of readings in which current flows, rising: numbers of the first and of the one behind the
    /// last. It has stopped where it stays below the limit for `patience_s`; missing readings end nothing.
    /// \param first, last the readings to look at, the second one behind them
    [[nodiscard]] std::vector<std::pair<std::size_t, std::size_t>>
    stretchesFrom(double least_ma, double patience_s, std::size_t first, std::size_t last) const;

private:
    struct Block {
        double lowest_ma = std::numeric_limits<double>::infinity(), highest_ma = -lowest_ma;
    };
    const CurrentSignals& current_;
    std::vector<Block> blocks_;
    double highest_ma_ = -std::numeric_limits<double>::infinity(), charge_mc_ = 0.0;
    bool timesRise_ = true;
};

} // namespace eccrine::analysis
