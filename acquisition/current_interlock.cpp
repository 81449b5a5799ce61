// SPDX-License-Identifier: GPL-3.0-or-later
#include "acquisition/current_interlock.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>

namespace eccrine::acquisition {

namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

// The rules' numbers; device time unless said otherwise.
constexpr double fastFactor = 1.25;
constexpr double fastMargin_uA = 50.0;
constexpr unsigned fastSamples = 2; // of 3
constexpr unsigned maximumSamples = 2;
constexpr double slowFactor = 1.05;
constexpr double slowMargin_uA = 20.0;
constexpr microseconds slowBinWidth{10'000};
constexpr double chargeFactor = 1.02;
constexpr double openFraction = 0.20;
constexpr double openFromSetPoint_uA = 50.0;
constexpr double openVoltageFraction = 0.98;
constexpr microseconds openHold{50'000};
constexpr double outOfRange_uA = 30'000.0;
constexpr double outOfRange_mV = 120'000.0;
constexpr unsigned invalidSamples = 3;
constexpr microseconds invalidWithin{100'000};
constexpr double currentFlows_uA = 50.0;
constexpr milliseconds readingIsOld{1000}; // host time; twice the lease after which the device is at zero

// 1 mC = 1e6 nA · 1e6 µs
constexpr double nanoampereMicrosecondsPerMillicoulomb = 1e12;

double magnitude(std::int64_t charge) {
    return std::abs(static_cast<double>(charge));
}

bool isValid(const CurrentSample& s) {
    if (!(std::abs(s.current_uA) <= outOfRange_uA)) return false; // written so that NaN is out of range
    return !s.voltage_mV || std::abs(*s.voltage_mV) <= outOfRange_mV;
}

Microamperes clamped(std::int32_t wanted, Microamperes limit) {
    return {std::clamp(wanted, std::int32_t{0}, std::min(limit, hard::current).value)};
}

} // namespace

std::optional<TripReason> check(const SiteLimits& limit, nanoseconds age,
                                const InterlockInput& now) noexcept {
    if (now.stopPressed) return TripReason::OperatorStop;
    if (now.readingAge > age) return TripReason::StaleReading;
    if (now.invalidReadings >= invalidSamples) return TripReason::InvalidReading;
    if (now.overFastLimit >= fastSamples || now.overMaximum >= maximumSamples) return TripReason::OverCurrent;
    if (now.mean500ms_uA && !(*now.mean500ms_uA <= now.slowLimit_uA)) return TripReason::SlowOverCurrent;
    if (magnitude(now.delivered_nA_us) >
        chargeFactor * limit.charge.value * nanoampereMicrosecondsPerMillicoulomb)
        return TripReason::OverCharge;
    if (now.openFor >= openHold) return TripReason::OpenCircuit;
    return std::nullopt;
}

// ---- limits and set-points ----

Done CurrentInterlock::configure(const InterlockLimits& limits) {
    if (latched_)
        return failed("the current interlock has tripped and has not been cleared", "", "clear it first");
    for (const Site& site : sites_)
        if (site.target_uA > 0.0)
            return failed("limits cannot change while current is commanded", "", "stop the current first");
    for (std::size_t i = 0; i < maxSites; ++i) {
        const SiteLimits& s = limits.sites[i];
        const std::string where = "site " + std::to_string(i + 1);
        if (s.current.value < 0 || s.current > hard::current)
            return failed("a current limit of " + std::to_string(s.current.value) +
                              " µA is outside what this program ever allows (0 to " +
                              std::to_string(hard::current.value) + " µA)",
                          where, "correct the protocol");
        if (!(s.charge.value >= 0.0 && s.charge <= hard::charge))
            return failed("a charge of " + std::to_string(s.charge.value) +
                              " mC is outside what this program ever allows (0 to " +
                              std::to_string(static_cast<int>(hard::charge.value)) + " mC)",
                          where, "correct the protocol");
        if (!(s.voltage.value >= 0.0 && s.voltage <= hard::voltage))
            return failed("a voltage limit of " + std::to_string(s.voltage.value) +
                              " V is outside what this program ever allows (0 to " +
                              std::to_string(static_cast<int>(hard::voltage.value)) + " V)",
                          where, "correct the protocol");
    }
    if (limits.readingAge <= milliseconds{0} || limits.readingAge > hard::readingAge)
        return failed("a reading age of " + std::to_string(limits.readingAge.count()) +
                          " ms is outside what this program ever allows (1 to " +
                          std::to_string(hard::readingAge.count()) + " ms)",
                      "", "correct the settings");
    if (!(limits.declaredSpeed >= 1.0 && limits.declaredSpeed <= 1000.0))
        return failed("an instrument speed of " + std::to_string(limits.declaredSpeed) +
                          " makes no sense (1 is real time)",
                      "", "check the instrument");
    limits_ = limits;
    sites_ = {};
    watchedSince_.reset();
    return {};
}

devices::SetPoint CurrentInterlock::permit(devices::SetPoint wanted) noexcept {
    bool anything = false;
    for (std::size_t i = 0; i < maxSites; ++i) {
        const bool addressed = ((unsigned{wanted.siteMask} >> i) & 1U) != 0;
        std::int32_t& current = wanted.current_uA[i];
        // A site without a charge or voltage limit has no limits: it may not deliver.
        const SiteLimits& limit = limits_.sites[i];
        const bool mayDeliver = addressed && limit.charge.value > 0.0 && limit.voltage.value > 0.0;
        current = mayDeliver ? clamped(current, limit.current).value : 0;
        anything = anything || current > 0;
    }
    if (!anything && !latched_) zeroNeeded_ = false;
    if (latched_ || zeroNeeded_) wanted.current_uA = {};
    for (std::size_t i = 0; i < maxSites; ++i) {
        Site& site = sites_[i];
        const auto target = static_cast<double>(wanted.current_uA[i]);
        if (target != site.target_uA) {
            site.target_uA = target;
            site.targetIsNew = true;
            site.mayEnd = false;
            if (target > 0.0) site.started = true;
        }
        site.slope_uA_per_s = static_cast<double>(wanted.ramp_uA_per_s);
    }
    return wanted;
}

void CurrentInterlock::mayEnd() noexcept {
    for (Site& site : sites_)
        site.mayEnd = true;
}

void CurrentInterlock::reported(const devices::FrontEndStatus& status) noexcept {
    for (std::size_t i = 0; i < maxSites; ++i)
        sites_[i].least_uA =
            std::min(sites_[i].least_uA, static_cast<double>(std::max(status.sites[i].set_uA, 0)));
}

// The device hears a command within 100 ms of host time and may take 500 ms of its own to ramp down fast.
microseconds CurrentInterlock::settling() const noexcept {
    return microseconds{500'000 + static_cast<std::int64_t>(100'000.0 * limits_.declaredSpeed)};
}

void CurrentInterlock::follow(Site& site, DeviceTime at, microseconds elapsed) noexcept {
    if (site.targetIsNew) {
        site.targetIsNew = false;
        site.targetSince = at;
    }
    const bool settled = at - site.targetSince >= settling();
    const double step = site.slope_uA_per_s > 0.0
                            ? site.slope_uA_per_s * static_cast<double>(elapsed.count()) * 1e-6
                            : static_cast<double>(hard::current.value);
    if (site.most_uA < site.target_uA)
        site.most_uA = std::min(site.target_uA, site.most_uA + step);
    else if (settled)
        site.most_uA = std::max(site.target_uA, site.most_uA - step);
    if (site.least_uA > site.target_uA)
        site.least_uA = std::max(site.target_uA, site.least_uA - step);
    else if (settled)
        site.least_uA = std::min(site.target_uA, site.least_uA + step);
    if (site.mayEnd) site.least_uA = 0.0;
}

bool CurrentInterlock::delivering() const noexcept {
    return std::any_of(sites_.begin(), sites_.end(),
                       [](const Site& s) { return s.target_uA > 0.0 || s.most_uA > 0.0; });
}

// ---- samples ----

void CurrentInterlock::integrate(Site& site, const CurrentSample& sample, bool valid,
                                 microseconds elapsed) noexcept {
    if (!site.started) return;
    // While current is commanded its magnitude counts, so that a reversed polarity does not cancel; with none
    // commanded the sign stays, so that noise around zero does.
    const bool commanded = site.most_uA > 0.0;
    const auto counted = [&](double uA) { return commanded ? std::abs(uA) : uA; };
    const double worst =
        std::max({std::abs(site.lastValid_uA), site.most_uA, valid ? std::abs(sample.current_uA) : 0.0});
    const auto nanoamperes = [](double uA) { return static_cast<std::int64_t>(std::llround(uA * 1000.0)); };
    const auto measuredFor =
        std::min(elapsed, sample.period > microseconds{0} ? sample.period * 3 / 2 : elapsed);
    site.delivered_nA_us += nanoamperes(valid ? counted(sample.current_uA) : worst) * measuredFor.count();
    site.delivered_nA_us += nanoamperes(worst) * (elapsed - measuredFor).count();
}

void CurrentInterlock::average(Site& site, DeviceTime at) noexcept {
    const std::int64_t index = at.time_since_epoch() / slowBinWidth;
    SlowBin& bin = site.slow[static_cast<std::size_t>(index) % slowBins];
    if (bin.index == index) return;
    // A bin has just been completed: the mean over the 500 ms before this one.
    SlowBin total;
    for (const SlowBin& b : site.slow) {
        if (b.index < index - static_cast<std::int64_t>(slowBins) || b.index >= index) continue;
        total.current_uA += b.current_uA;
        total.limit_uA += b.limit_uA;
        total.samples += b.samples;
    }
    if (site.slowFirst < 0) site.slowFirst = index;
    site.slowMean_uA.reset();
    if (index - site.slowFirst >= static_cast<std::int64_t>(slowBins) && total.samples > 0) {
        site.slowMean_uA = std::abs(total.current_uA) / total.samples;
        site.slowLimit_uA = total.limit_uA / total.samples;
    }
    bin = SlowBin{.index = index};
}

std::optional<Trip> CurrentInterlock::observe(const CurrentSample& sample) noexcept {
    if (sample.site >= maxSites) return std::nullopt;
    Site& site = sites_[sample.site];
    const microseconds elapsed = site.seen ? sample.at - site.last : sample.period;
    if (site.seen && elapsed <= microseconds{0}) return std::nullopt;
    const bool deviceGap = site.seen && site.most_uA > 0.0 && elapsed > limits_.readingAge;

    follow(site, sample.at, elapsed);
    const bool valid = isValid(sample);
    integrate(site, sample, valid, elapsed);
    average(site, sample.at);

    if (valid) {
        const double current = std::abs(sample.current_uA);
        const bool overFast = current > fastFactor * site.most_uA + fastMargin_uA;
        site.overFastHistory =
            static_cast<std::uint8_t>(((unsigned{site.overFastHistory} << 1U) | (overFast ? 1U : 0U)) & 7U);
        const auto maximum = std::min(limits_.sites[sample.site].current, hard::current).value;
        site.overMaximum = maximum > 0 && current > static_cast<double>(maximum) ? site.overMaximum + 1 : 0;

        SlowBin& bin =
            site.slow[static_cast<std::size_t>(sample.at.time_since_epoch() / slowBinWidth) % slowBins];
        bin.current_uA += sample.current_uA;
        bin.limit_uA += slowFactor * site.most_uA + slowMargin_uA;
        bin.samples += 1;

        const double voltageLimit_mV = limits_.sites[sample.site].voltage.value * 1000.0;
        const bool tooLittle = site.least_uA >= openFromSetPoint_uA && current < openFraction * site.least_uA;
        const bool atCompliance = site.most_uA > 0.0 && sample.voltage_mV &&
                                  std::abs(*sample.voltage_mV) >= openVoltageFraction * voltageLimit_mV;
        if (!(tooLittle || atCompliance)) {
            site.open = false;
        } else if (!site.open) {
            site.open = true;
            site.openSince = sample.at;
        }
        site.lastValid_uA = sample.current_uA;
        site.lastValidArrival = sample.arrival;
    } else {
        site.invalidAt[site.invalidCount % invalidSamples] = sample.at;
        site.invalidCount += 1;
    }
    site.seen = true;
    site.last = sample.at;
    latest_ = std::max(latest_, sample.at);
    if (latched_) return std::nullopt;

    InterlockInput input;
    if (deviceGap) input.readingAge = elapsed;
    if (!valid && site.invalidCount >= invalidSamples &&
        sample.at - site.invalidAt[site.invalidCount % invalidSamples] <= invalidWithin)
        input.invalidReadings = invalidSamples;
    input.overFastLimit = static_cast<unsigned>(std::popcount(site.overFastHistory));
    input.overMaximum = site.overMaximum;
    input.mean500ms_uA = site.slowMean_uA;
    input.slowLimit_uA = site.slowLimit_uA;
    input.delivered_nA_us = site.delivered_nA_us;
    input.openFor = site.open ? sample.at - site.openSince : microseconds{0};
    const auto reason = check(limits_.sites[sample.site], limits_.readingAge, input);
    if (!reason) return std::nullopt;
    return latch(*reason, sample.site, sample.arrival, input);
}

std::optional<Trip> CurrentInterlock::tick(MonotonicTime now, bool stopPressed) noexcept {
    stopPressed_ = stopPressed;
    const bool watching = delivering();
    if (watching && !watchedSince_) watchedSince_ = now;
    if (!watching) watchedSince_.reset();
    const auto unwatched =
        watching && lastTick_ && *lastTick_ >= *watchedSince_ ? now - *lastTick_ : nanoseconds{0};
    lastTick_ = now;
    if (latched_) return std::nullopt;

    InterlockInput worst;
    worst.stopPressed = stopPressed;
    worst.readingAge = unwatched;
    std::uint8_t where = noSite;
    for (std::size_t i = 0; watching && i < maxSites; ++i) {
        const Site& site = sites_[i];
        if (site.target_uA <= 0.0 && site.most_uA <= 0.0) continue;
        const auto age = now - std::max(*watchedSince_, site.lastValidArrival);
        if (age <= worst.readingAge) continue;
        worst.readingAge = age;
        where = static_cast<std::uint8_t>(i);
    }
    const auto reason = check(SiteLimits{}, limits_.readingAge, worst);
    if (!reason) return std::nullopt;
    return latch(*reason, *reason == TripReason::OperatorStop ? noSite : where, now, worst);
}

std::optional<Trip> CurrentInterlock::latch(TripReason reason, std::uint8_t site, MonotonicTime now,
                                            const InterlockInput& input) noexcept {
    Trip trip{.reason = reason, .site = site, .at = latest_, .noticed = now};
    const Site* s = site < maxSites ? &sites_[site] : nullptr;
    switch (reason) {
    case TripReason::OperatorStop:
        break;
    case TripReason::StaleReading:
        trip.value = std::chrono::duration<double, std::milli>(input.readingAge).count();
        trip.limit = static_cast<double>(limits_.readingAge.count());
        break;
    case TripReason::InvalidReading:
        trip.value = input.invalidReadings;
        trip.limit = invalidSamples;
        break;
    case TripReason::OverCurrent:
        trip.value = std::abs(s->lastValid_uA);
        trip.limit = input.overMaximum >= maximumSamples
                         ? static_cast<double>(limits_.sites[site].current.value)
                         : fastFactor * s->most_uA + fastMargin_uA;
        break;
    case TripReason::SlowOverCurrent:
        trip.value = *input.mean500ms_uA;
        trip.limit = input.slowLimit_uA;
        break;
    case TripReason::OverCharge:
        trip.value = magnitude(input.delivered_nA_us) / nanoampereMicrosecondsPerMillicoulomb;
        trip.limit = chargeFactor * limits_.sites[site].charge.value;
        break;
    case TripReason::ShortCircuit:
    case TripReason::OpenCircuit:
        trip.value = std::abs(s->lastValid_uA);
        trip.limit = openFraction * s->least_uA;
        break;
    }
    latched_ = trip;
    zeroNeeded_ = true;
    for (Site& each : sites_) {
        each.targetIsNew = each.targetIsNew || each.target_uA > 0.0;
        each.target_uA = 0.0;
    }
    return trip;
}

CurrentInterlock::Clearing CurrentInterlock::clear(std::string_view by) noexcept {
    if (!latched_) return Clearing::NothingLatched;
    if (by.find_first_not_of(' ') == std::string_view::npos) return Clearing::NoName;
    if (stopPressed_) return Clearing::StopStillPressed;
    for (const Site& site : sites_) {
        const bool recent = lastTick_ && *lastTick_ - site.lastValidArrival <= readingIsOld;
        if (recent && std::abs(site.lastValid_uA) > currentFlows_uA) return Clearing::CurrentStillFlows;
    }
    latched_.reset();
    // Old evidence must not trip again; charge stays, it has been delivered.
    for (Site& site : sites_) {
        site.overFastHistory = 0;
        site.overMaximum = 0;
        site.invalidCount = 0;
        site.open = false;
        site.most_uA = 0.0;
        site.least_uA = 0.0;
        site.slow = {};
        site.slowFirst = -1;
        site.slowMean_uA.reset();
    }
    watchedSince_.reset();
    return Clearing::Cleared;
}

std::int64_t CurrentInterlock::deliveredNanoampereMicroseconds(std::uint8_t site) const noexcept {
    return site < maxSites ? sites_[site].delivered_nA_us : 0;
}

Millicoulombs CurrentInterlock::delivered(std::uint8_t site) const noexcept {
    return {static_cast<double>(deliveredNanoampereMicroseconds(site)) /
            nanoampereMicrosecondsPerMillicoulomb};
}

std::string describe(const Trip& trip, std::string_view siteName) {
    const std::string where = trip.site == noSite ? std::string("the instrument")
                              : siteName.empty()  ? "site " + std::to_string(trip.site + 1)
                                                  : std::string(siteName);
    const auto number = [](double value, int decimals, const char* unit) {
        std::array<char, 48> text{};
        const auto end =
            std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, decimals);
        return std::string(text.data(), end.ec == std::errc{} ? end.ptr : text.data()) + " " + unit;
    };
    switch (trip.reason) {
    case TripReason::OperatorStop:
        return "Current stopped: STOP was pressed; look at the skin, then confirm before going on.";
    case TripReason::StaleReading:
        return "Current stopped: no current reading from " + where + " for " + number(trip.value, 0, "ms") +
               " (allowed " + number(trip.limit, 0, "ms") + "); check the cable to the instrument.";
    case TripReason::InvalidReading:
        return "Current stopped: the readings of current or voltage at " + where +
               " make no sense; take the instrument out of use until it has been checked.";
    case TripReason::OverCurrent:
    case TripReason::SlowOverCurrent:
        return "Current stopped: " + number(trip.value / 1000.0, 3, "mA") + " at " + where +
               (trip.reason == TripReason::OverCurrent ? ", more than the "
                                                       : " over half a second, more than the ") +
               number(trip.limit / 1000.0, 3, "mA") +
               " allowed; take the electrodes off, look at the skin and have the current source checked.";
    case TripReason::OverCharge:
        return "Current stopped: " + number(trip.value, 1, "mC") + " delivered at " + where +
               ", more than the " + number(trip.limit, 1, "mC") +
               " allowed; take the electrodes off and look at the skin.";
    case TripReason::ShortCircuit:
        return "Current stopped: the electrodes at " + where +
               " are bridged; look for gel or sweat between them.";
    case TripReason::OpenCircuit:
        if (trip.value >= trip.limit)
            return "Current stopped: the voltage at " + where +
                   " is at its limit, the contact is too poor; check electrode, gel and cable.";
        return "Current stopped: no contact at " + where + " (" + number(trip.value / 1000.0, 3, "mA") +
               " flowing); check electrode, gel and cable.";
    }
    return "Current stopped for a reason this version does not know; do not go on.";
}

} // namespace eccrine::acquisition
