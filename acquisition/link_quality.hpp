// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>

namespace eccrine::acquisition {

/// How many of the last ten thousand frames (about a minute) came damaged or not at all. What SR-18 lets pass
/// is still a cable that gives way: it is told before it costs a test (F-32). Pure: counts come in.
class LinkQuality {
public:
    // Proposals of this program: half of the error rate of F-32, and never for a single disturbance.
    static constexpr double poorShare = 0.0005, goodShare = 0.00025;
    static constexpr std::uint64_t leastBad = 3;

    /// Frames so far that came whole, and that did not. \return whether the link has become poor with this
    bool add(std::uint64_t good, std::uint64_t bad) noexcept {
        Bin& bin = bins_[at_];
        bin.good += good - std::exchange(good_, good);
        bin.bad += bad - std::exchange(bad_, bad);
        if (bin.good + bin.bad >= binFrames) {
            at_ = (at_ + 1) % bins_.size();
            bins_[at_] = {};
        }
        const double frames = static_cast<double>(sum(&Bin::good) + sum(&Bin::bad));
        const bool poor = this->bad() >= leastBad && static_cast<double>(this->bad()) >= poorShare * frames;
        if (poor) return !std::exchange(poor_, true);
        if (static_cast<double>(this->bad()) < goodShare * frames) poor_ = false;
        return false;
    }
    /// Among the frames that are looked at.
    [[nodiscard]] std::uint64_t bad() const noexcept { return sum(&Bin::bad); }
    [[nodiscard]] std::uint64_t frames() const noexcept { return sum(&Bin::good) + bad(); }

private:
    static constexpr std::uint64_t binFrames = 500;
    struct Bin {
        std::uint64_t good = 0, bad = 0;
    };
    [[nodiscard]] std::uint64_t sum(std::uint64_t Bin::*count) const noexcept {
        return std::accumulate(bins_.begin(), bins_.end(), std::uint64_t{0},
                               [count](std::uint64_t so, const Bin& b) { return so + b.*count; });
    }
    std::array<Bin, 20> bins_{};
    std::size_t at_ = 0;
    std::uint64_t good_ = 0, bad_ = 0;
    bool poor_ = false;
};

} // namespace eccrine::acquisition
