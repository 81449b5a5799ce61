// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/site_signals.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace eccrine::analysis {

/// Gas readings at a high rate as means over blocks of samples. Behind capsule and hygrometer there is
/// nothing above some tenths of a hertz; what is faster is noise, which the mean takes away without bias.
/// Block after block from the first sample, so that a recording read in pieces gives the same bits as the
/// whole.
class Thinning {
public:
    /// \param most_hz blocks are as long as leaves at least so many a second [Hz]
    explicit Thinning(double most_hz) : most_hz_(most_hz) {}

    /// How many samples become one; from the rate of the first eleven. Empty while there are fewer.
    [[nodiscard]] std::optional<std::size_t> factor(const HumiditySignals& h) const;
    /// Appends the blocks of `from` that are complete and were not taken before. A block ends early at a
    /// hole. A missing sample does not count in its block's mean. Returns false at a time that does not rise;
    /// `refusedAt()` then tells which sample it is.
    [[nodiscard]] bool extend(const HumiditySignals& from, std::size_t factor, HumiditySignals& to);
    [[nodiscard]] std::size_t refusedAt() const { return next_; }

private:
    bool blocks(std::span<const double> time_s, std::size_t factor, std::vector<std::size_t>& ends);

    double most_hz_;
    std::size_t next_ = 0; ///< first sample that is not in a block yet
};

} // namespace eccrine::analysis
