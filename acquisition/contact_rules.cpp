// SPDX-License-Identifier: GPL-3.0-or-later
#include "acquisition/contact_rules.hpp"

#include <cmath>

namespace eccrine::acquisition {
namespace {

constexpr double ohmPerMillivoltByMicroampere = 1000.0;

double ohms(double mV, double uA) {
    return ohmPerMillivoltByMicroampere * std::abs(mV) / std::abs(uA);
}

} // namespace

std::optional<Finding> ContactRules::observe(const CurrentSample& sample, const Expected& expected) noexcept {
    const auto isBridged = bridged(sample);
    const auto hasDrifted = drifts(sample, expected);
    const auto isTooLittle = tooLittle(sample, expected);
    return isBridged ? isBridged : hasDrifted ? hasDrifted : isTooLittle;
}

std::optional<Finding> ContactRules::bridged(const CurrentSample& sample) noexcept {
    const double current = std::abs(sample.current_uA);
    if (!sample.voltage_mV || current < threshold::shortFrom_uA ||
        ohms(*sample.voltage_mV, current) >= threshold::short_ohm) {
        shortSince_.reset();
        return std::nullopt;
    }
    if (!shortSince_) shortSince_ = sample.at;
    if (sample.at - *shortSince_ < threshold::shortHold) return std::nullopt;
    return Finding{TripReason::ShortCircuit, ohms(*sample.voltage_mV, current), threshold::short_ohm};
}

void ContactRules::leaveHold() noexcept {
    bin_ = -1;
    samples_ = 0;
    loads_ohm_ = {};
    least_ohm_ = 0.0;
    driftWarning_.reset();
}

// A load that is half as much again within 1 s is an electrode that lifts; one that gets there slowly is an
// electrode that dries. The safety file names 10 s for the slow one, and wants a warning also where it takes
// minutes (F-16): so it is held against the least load since the set-point was reached.
std::optional<Finding> ContactRules::drifts(const CurrentSample& sample, const Expected& expected) noexcept {
    if (!expected.hold() || expected.set_uA < threshold::driftFrom_uA || !sample.voltage_mV) {
        leaveHold();
        return std::nullopt;
    }
    const std::int64_t bin = sample.at.time_since_epoch() / threshold::driftBinWidth;
    std::optional<Finding> found;
    if (bin != bin_) {
        if (binIsWhole_ && bin_ >= 0 && samples_ > 0) {
            const double load = ohms(voltage_mV_, current_uA_);
            for (const double before : loads_ohm_)
                if (before > 0.0 && load >= threshold::driftFactor * before &&
                    (!found || threshold::driftFactor * before < found->limit))
                    found = Finding{TripReason::ContactDrift, load, threshold::driftFactor * before};
            loads_ohm_[next_++ % loads_ohm_.size()] = load;
            if (least_ohm_ == 0.0 || load < least_ohm_) least_ohm_ = load;
            driftWarning_.reset();
            if (load >= threshold::driftFactor * least_ohm_)
                driftWarning_ =
                    WarningFinding{WarningReason::ContactDrift, load, threshold::driftFactor * least_ohm_};
        }
        binIsWhole_ = bin_ >= 0;
        bin_ = bin;
        current_uA_ = voltage_mV_ = 0.0;
        samples_ = 0;
    }
    // Where the contact is open, or the electrodes are bridged, the load means nothing; that has rules of its
    // own, which let moments pass.
    const double current = std::abs(sample.current_uA), voltage = std::abs(*sample.voltage_mV);
    const bool open = current < threshold::openFraction * expected.least_uA ||
                      voltage >= threshold::openVoltageFraction * expected.voltageLimit_mV;
    if (open || ohms(voltage, current) < threshold::short_ohm) return found;
    current_uA_ += sample.current_uA;
    voltage_mV_ += *sample.voltage_mV;
    ++samples_;
    return found;
}

std::optional<Finding> ContactRules::tooLittle(const CurrentSample& sample,
                                               const Expected& expected) noexcept {
    if (expected.set_uA <= 0.0) {
        mean_.clear();
        underSince_.reset();
        underWarning_.reset();
        return std::nullopt;
    }
    const double limit = threshold::underFactor * expected.least_uA - threshold::underMargin_uA;
    const bool renewed =
        mean_.add(sample.at, {sample.current_uA, limit, std::abs(sample.voltage_mV.value_or(0.0))});
    if (!renewed || !mean_.whole()) return std::nullopt;
    const auto [current, least, voltage] = mean_.means();
    const bool toSpare = voltage < threshold::underVoltageFraction * expected.voltageLimit_mV;
    if (!(toSpare && current < least)) {
        underSince_.reset();
        underWarning_.reset();
        return std::nullopt;
    }
    if (!underSince_) underSince_ = sample.at;
    underWarning_ = WarningFinding{WarningReason::UnderCurrent, current, least};
    if (sample.at - *underSince_ < threshold::underPauses) return std::nullopt;
    return Finding{TripReason::UnderCurrent, current, least};
}

} // namespace eccrine::acquisition
