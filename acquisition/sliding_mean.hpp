// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace eccrine::acquisition {

/// Means of some values over the last `Bins` bins of device time, renewed with each bin that is complete.
/// Nothing allocates.
template <std::size_t Values, std::size_t Bins>
class SlidingMean {
public:
    using Row = std::array<double, Values>;

    explicit SlidingMean(std::chrono::microseconds binWidth) : width_(binWidth) {}

    /// Times do not go back. True: a bin has been completed, and means() is new; this row is not in it.
    bool add(DeviceTime at, const Row& row) noexcept {
        const std::int64_t index = at.time_since_epoch() / width_;
        if (first_ < 0) first_ = index;
        Bin& bin = bins_[static_cast<std::size_t>(index) % Bins];
        const bool completed = bin.index != index;
        if (completed) {
            average(index);
            bin = Bin{};
            bin.index = index;
        }
        for (std::size_t i = 0; i < Values; ++i)
            bin.sums[i] += row[i];
        bin.samples += 1;
        return completed;
    }
    void clear() noexcept {
        if (first_ < 0) return;
        first_ = -1;
        bins_ = {};
        whole_ = false;
    }
    /// The means cover the whole window.
    [[nodiscard]] bool whole() const noexcept { return whole_; }
    [[nodiscard]] const Row& means() const noexcept { return means_; }

private:
    struct Bin {
        std::int64_t index = -1;
        Row sums{};
        unsigned samples = 0;
    };
    void average(std::int64_t index) noexcept {
        Row sums{};
        unsigned samples = 0;
        for (const Bin& b : bins_) {
            if (b.index < index - static_cast<std::int64_t>(Bins) || b.index >= index) continue;
            for (std::size_t i = 0; i < Values; ++i)
                sums[i] += b.sums[i];
            samples += b.samples;
        }
        // the first bin need not have been seen from its beginning
        whole_ = index - first_ > static_cast<std::int64_t>(Bins) && samples > 0;
        for (std::size_t i = 0; whole_ && i < Values; ++i)
            means_[i] = sums[i] / samples;
    }
    std::chrono::microseconds width_;
    std::int64_t first_ = -1;
    std::array<Bin, Bins> bins_{};
    Row means_{};
    bool whole_ = false;
};

} // namespace eccrine::acquisition
