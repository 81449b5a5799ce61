// SPDX-License-Identifier: GPL-3.0-or-later
#include "acquisition/current_interlock.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace eccrine::acquisition {

namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using namespace threshold;

constexpr double currentFlows_uA = 50.0;
constexpr milliseconds heardWithin{100}; // host time; a command is with the device
constexpr microseconds goneHold{100'000};
constexpr milliseconds readingIsOld{1000}; // host time; twice the lease after which the device is at zero

// 1 mC = 1e6 nA · 1e6 µs
constexpr double nanoampereMicrosecondsPerMillicoulomb = 1e12;

double magnitude(std::int64_t charge) {
    return std::abs(static_cast<double>(charge));
}

bool isValid(const CurrentSample& s) { // written so that NaN is out of range
    if (!(std::abs(s.current_uA) <= outOfRange_uA)) return false;
    if (s.cathode_uA && !(std::abs(*s.cathode_uA) <= outOfRange_uA)) return false;
    return !s.voltage_mV || std::abs(*s.voltage_mV) <= outOfRange_mV;
}

/// The worse of two; an empty one is none.
std::optional<Finding> worse(const std::optional<Finding>& a, const std::optional<Finding>& b) {
    if (!a || !b) return a ? a : b;
    return b->reason < a->reason ? b : a;
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
    for (RippleWatch& ripple : ripple_)
        ripple.clear();
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
            site.targetTold = lastTick_.value_or(MonotonicTime{});
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

// By the device's clock since the first sample that was seen afterwards, and by the host's since it was told:
// a sample that had waited behind others may be of long before.
bool CurrentInterlock::settled(const Site& site, const CurrentSample& sample) const noexcept {
    const auto byHost = nanoseconds{100'000'000 + std::llround(500'000'000.0 / limits_.declaredSpeed)};
    return sample.at - site.targetSince >= settling() && sample.arrival - site.targetTold >= byHost;
}

// Seen to have gone, it need not be waited for: what flows from then on, nobody has asked for (F-19). A
// sample that was under way when the device was told counts for nothing.
void CurrentInterlock::watchGone(Site& site, const CurrentSample& sample) noexcept {
    const bool told = site.target_uA <= 0.0 && sample.arrival - site.targetTold >= heardWithin;
    const bool none = told && std::abs(sample.current_uA) <= idle_uA;
    if (!told) site.gone = false;
    if (!none) site.noneSince.reset();
    if (!none || site.gone) return;
    if (!site.noneSince) site.noneSince = sample.at;
    site.gone = sample.at - *site.noneSince >= goneHold;
}

void CurrentInterlock::follow(Site& site, const CurrentSample& sample, microseconds elapsed) noexcept {
    if (site.targetIsNew) {
        site.targetIsNew = false;
        site.targetSince = sample.at;
    }
    const bool settled = this->settled(site, sample);
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
    const auto missing = site.seen && elapsed > sample.period * 3 / 2 ? std::optional{elapsed - sample.period}
                                                                      : std::optional<microseconds>{};

    follow(site, sample, elapsed);
    watchGone(site, sample);
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

    const Expected expected = expectedAt(site, sample);
    std::optional<Finding> found;
    if (valid) {
        found = worse(site.readings.observe(sample, expected), site.contact.observe(sample, expected));
        found = worse(found, ripple_[sample.site].observe(sample, expected));
    }
    if (latched_) { // nothing is worse than that it does not help
        if (!found || found->reason != TripReason::CurrentWithoutCommand || latched_->reason == found->reason)
            return std::nullopt;
        return latch(*found, sample.site, sample.arrival);
    }
    if (missing && site.most_uA > 0.0) found = worse(found, site.lost.observe(sample.at, *missing));
    InterlockInput now = input(site, valid);
    if (deviceGap) now.readingAge = elapsed;
    if (const auto reason = check(limits_.sites[sample.site], limits_.readingAge, now))
        found = worse(found, evidence(*reason, sample.site, now));
    if (found) return latch(*found, sample.site, sample.arrival);
    noteWarnings(sample);
    return std::nullopt;
}

Expected CurrentInterlock::expectedAt(const Site& site, const CurrentSample& sample) const noexcept {
    return {.set_uA = site.target_uA,
            .most_uA = site.most_uA,
            .least_uA = site.least_uA,
            .voltageLimit_mV = limits_.sites[sample.site].voltage.value * 1000.0,
            .settled = settled(site, sample),
            .gone = site.gone};
}

InterlockInput CurrentInterlock::input(const Site& site, bool valid) const noexcept {
    InterlockInput now;
    if (!valid && site.invalidCount >= invalidSamples &&
        site.last - site.invalidAt[site.invalidCount % invalidSamples] <= invalidWithin)
        now.invalidReadings = invalidSamples;
    now.overFastLimit = static_cast<unsigned>(std::popcount(site.overFastHistory));
    now.overMaximum = site.overMaximum;
    now.mean500ms_uA = site.slowMean_uA;
    now.slowLimit_uA = site.slowLimit_uA;
    now.delivered_nA_us = site.delivered_nA_us;
    now.openFor = site.open ? site.last - site.openSince : microseconds{0};
    return now;
}

void CurrentInterlock::noteWarnings(const CurrentSample& sample) noexcept {
    const Site& site = sites_[sample.site];
    const RippleWatch& ripple = ripple_[sample.site];
    for (const auto& seen :
         {site.contact.drift(), site.contact.underCurrent(), ripple.ripple(), ripple.line()})
        if (seen) warnings_.note(*seen, sample.site, sample.at);
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
    const std::uint8_t site = *reason == TripReason::OperatorStop ? noSite : where;
    return latch(evidence(*reason, site, worst), site, now);
}

Finding CurrentInterlock::evidence(TripReason reason, std::uint8_t site,
                                   const InterlockInput& input) const noexcept {
    const Site* s = site < maxSites ? &sites_[site] : nullptr;
    switch (reason) {
    case TripReason::StaleReading:
        return {reason, std::chrono::duration<double, std::milli>(input.readingAge).count(),
                static_cast<double>(limits_.readingAge.count())};
    case TripReason::InvalidReading:
        return {reason, static_cast<double>(input.invalidReadings), invalidSamples};
    case TripReason::OverCurrent:
        return {reason, std::abs(s->lastValid_uA),
                input.overMaximum >= maximumSamples ? static_cast<double>(limits_.sites[site].current.value)
                                                    : fastFactor * s->most_uA + fastMargin_uA};
    case TripReason::SlowOverCurrent:
        return {reason, *input.mean500ms_uA, input.slowLimit_uA};
    case TripReason::OverCharge:
        return {reason, magnitude(input.delivered_nA_us) / nanoampereMicrosecondsPerMillicoulomb,
                chargeFactor * limits_.sites[site].charge.value};
    case TripReason::OpenCircuit:
        return {reason, std::abs(s->lastValid_uA), openFraction * s->least_uA};
    default: // STOP; the other rules bring their own
        return {reason, 0.0, 0.0};
    }
}

Trip CurrentInterlock::latch(const Finding& finding, std::uint8_t site, MonotonicTime now) noexcept {
    const Trip trip{.reason = finding.reason,
                    .site = site,
                    .at = latest_,
                    .noticed = now,
                    .value = finding.value,
                    .limit = finding.limit};
    latched_ = trip;
    zeroNeeded_ = true;
    for (Site& each : sites_) {
        if (each.target_uA > 0.0) each.targetTold = now;
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
        site.targetIsNew = true;
        site.readings.clear();
        site.contact.clear();
        site.lost.clear();
    }
    for (RippleWatch& ripple : ripple_)
        ripple.clear();
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

} // namespace eccrine::acquisition
