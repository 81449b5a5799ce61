// SPDX-License-Identifier: GPL-3.0-or-later
#include "acquisition/reading_rules.hpp"

#include <cmath>

namespace eccrine::acquisition {

using std::chrono::microseconds;

std::optional<Finding> ReadingRules::observe(const CurrentSample& sample, const Expected& expected) noexcept {
    const auto uncommanded = withoutCommand(sample, expected);
    const auto isFrozen = frozen(sample, expected);
    const auto isLeaking = leaks(sample);
    const auto isReversed = reversed(sample, expected);
    return uncommanded ? uncommanded : isFrozen ? isFrozen : isLeaking ? isLeaking : isReversed;
}

std::optional<Finding> ReadingRules::withoutCommand(const CurrentSample& sample,
                                                    const Expected& expected) noexcept {
    if (!expected.idle()) {
        idleMean_.clear();
        return std::nullopt;
    }
    if (!idleMean_.add(sample.at, {sample.current_uA}) || !idleMean_.whole()) return std::nullopt;
    const double mean = std::abs(idleMean_.means()[0]);
    if (mean <= threshold::idle_uA) return std::nullopt;
    return Finding{TripReason::CurrentWithoutCommand, mean, threshold::idle_uA};
}

std::optional<Finding> ReadingRules::frozen(const CurrentSample& sample, const Expected& expected) noexcept {
    const bool judged = expected.hold() && expected.set_uA >= threshold::frozenFrom_uA;
    const bool sameCurrents =
        sameCurrentsSince_ && sample.current_uA == sameCurrent_uA_ && sample.cathode_uA == sameCathode_uA_;
    const bool all = sameCurrents && sample.voltage_mV == sameVoltage_mV_;
    sameCurrent_uA_ = sample.current_uA;
    sameCathode_uA_ = sample.cathode_uA;
    sameVoltage_mV_ = sample.voltage_mV;
    if (!judged || !sameCurrents) sameCurrentsSince_ = sample.at;
    if (!judged || !all) sameSince_ = sample.at;
    const auto stuck = [&sample](DeviceTime since, microseconds atMost) {
        constexpr double usPerMs = 1000.0;
        const microseconds lasts = sample.at - since;
        return lasts <= atMost ? std::nullopt
                               : std::optional(Finding{TripReason::FrozenReading,
                                                       static_cast<double>(lasts.count()) / usPerMs,
                                                       static_cast<double>(atMost.count()) / usPerMs});
    };
    // of one converter alone the other one tells: what does not come back is a leak
    if (sample.cathode_uA)
        if (const auto found = stuck(*sameCurrentsSince_, threshold::currentsFrozenFor)) return found;
    return stuck(*sameSince_, threshold::frozenFor);
}

std::optional<Finding> ReadingRules::leaks(const CurrentSample& sample) noexcept {
    // the cathode's current has the other sign: what does not come back is the sum
    const double missing = std::abs(sample.current_uA + sample.cathode_uA.value_or(-sample.current_uA));
    if (!(missing > threshold::leakage_uA)) {
        leaksSince_.reset();
        return std::nullopt;
    }
    if (!leaksSince_) leaksSince_ = sample.at;
    if (sample.at - *leaksSince_ < threshold::leakageHold) return std::nullopt;
    return Finding{TripReason::Leakage, missing, threshold::leakage_uA};
}

std::optional<Finding> ReadingRules::reversed(const CurrentSample& sample,
                                              const Expected& expected) noexcept {
    const bool backwards = expected.most_uA > 0.0 && sample.current_uA < -threshold::reversed_uA;
    reversed_ = backwards ? reversed_ + 1 : 0;
    if (reversed_ < threshold::reversedSamples) return std::nullopt;
    return Finding{TripReason::Polarity, sample.current_uA, -threshold::reversed_uA};
}

std::optional<Finding> LostSamples::observe(DeviceTime at, std::chrono::microseconds missing) noexcept {
    if (missing <= std::chrono::microseconds{0}) return std::nullopt;
    const std::int64_t index = at.time_since_epoch() / binWidth;
    Bin& bin = bins_[static_cast<std::size_t>(index) % bins];
    if (bin.index != index) {
        bin = Bin{};
        bin.index = index;
    }
    const auto whole = missing / threshold::frameLength;
    const bool rest = missing % threshold::frameLength != std::chrono::microseconds{0};
    bin.frames += static_cast<unsigned>(whole + (rest ? 1 : 0));
    bin.missing += missing;
    unsigned frames = 0, framesOfASecond = 0;
    std::chrono::microseconds inTenSeconds{};
    for (const Bin& b : bins_) {
        if (b.index < 0 || b.index <= index - static_cast<std::int64_t>(bins)) continue;
        inTenSeconds += b.missing;
        frames += b.frames;
        if (b.index > index - static_cast<std::int64_t>(binsOfASecond)) framesOfASecond += b.frames;
    }
    const double share =
        static_cast<double>(inTenSeconds.count()) / static_cast<double>(threshold::lostWithin.count());
    if (framesOfASecond <= threshold::lostFrames && share <= threshold::lostShare) return std::nullopt;
    return Finding{TripReason::SamplesLost, static_cast<double>(frames),
                   static_cast<double>(threshold::lostFrames)};
}

} // namespace eccrine::acquisition
