// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/soak/soak_run.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

namespace eccrine::tests {
namespace {

using namespace std::chrono_literals;
using acquisition::DeliveryState;
using devices::virtual_instrument::FaultKind;

constexpr std::uint8_t sites = 0b0011;
constexpr std::int32_t current_uA = 2000;
constexpr double target_mC = 30.0;
constexpr std::uint32_t rise = 500, fall = 1000; // µA/s
constexpr double fallShare_mC = 0.5 * current_uA * (static_cast<double>(current_uA) / fall) / 1000.0;
constexpr double longest_s = 60.0;

// What has to hold (SR-1, SR-3, SR-11, INV1 to INV4).
constexpr double probe_uA = 25.0;       // 20 µA and the noise of the source
constexpr double lastOfIt_s = 0.6;      // STOP by ramp, or the lease
constexpr double buttonRamp_s = 0.4;    // of the device
constexpr double most_uA = 2600.0;      // hard maximum, and noise
constexpr double noticedWithin_s = 2.5; // current without command: after STOP may have ended, the mean of 1 s
constexpr double mostCharge_mC = 1.02 * target_mC + 0.5 * current_uA / 1000.0 + 0.1;
constexpr double mostChargeOfABadSource_mC = 1.05 * target_mC + 15.0; // the lease at the source's own maximum
constexpr double faultAtOnce_s = 0.15;

acquisition::RunLimits limits() {
    acquisition::RunLimits run;
    run.device.nonce = 4711;
    run.device.time_ms = 120'000;
    run.device.voltage_mV = 60'000;
    run.device.slope_uA_per_s = rise * 21 / 20;
    run.fall_uA_per_s = fall;
    run.siteMask = sites;
    run.conditions = {true, true, true, true, true, true, true, true, true};
    for (std::size_t i = 0; i < maxSites; ++i) {
        if (((unsigned{sites} >> i) & 1U) == 0) continue;
        run.device.current_uA[i] = current_uA * 21 / 20;
        run.device.charge_uC[i] = static_cast<std::uint32_t>(1050.0 * target_mC);
        run.host.sites[i] = {{2500}, {target_mC}, {60.0}};
    }
    return run;
}

bool flows(DeliveryState s) {
    return s == DeliveryState::RampUp || s == DeliveryState::Hold || s == DeliveryState::RampDown;
}
bool latched(DeliveryState s) {
    return s == DeliveryState::Fault || s == DeliveryState::EmergencyStop;
}

} // namespace

SoakRun::SoakRun(std::uint64_t seed, Schedule schedule)
    : schedule_(std::move(schedule)), bedside_(schedule_.scenario, seed), left_(schedule_.acts) {
    std::sort(left_.begin(), left_.end(), [](const Act& a, const Act& b) { return a.at_s < b.at_s; });
    bedside_.observe([this](DeviceTime at) { judge(at); });
}

void SoakRun::violated(const std::string& what) {
    if (!violation_.empty()) return;
    std::array<char, 24> at{};
    static_cast<void>(std::snprintf(at.data(), at.size(), " at %.3f s", bedside_.seconds()));
    violation_ = what + at.data();
}

void SoakRun::judge(DeviceTime) {
    const double now = bedside_.seconds();
    if (flows(bedside_.state) && !hostDead_) allowedAt_s_ = now;
    if (latched(bedside_.state) && latchedAt_s_ < 0.0) latchedAt_s_ = now;
    double most = 0.0;
    for (std::size_t i = 0; i < maxSites; ++i) {
        most = std::max(most, std::abs(bedside_.through_uA(i)));
        const double limit = schedule_.sourceDisobeys() ? mostChargeOfABadSource_mC : mostCharge_mC;
        const bool alone = schedule_.has(FaultKind::WeldedRelay) || schedule_.has(FaultKind::LyingStatus);
        if (!alone && bedside_.flowed_mC(i) > limit)
            violated("site " + std::to_string(i + 1) + " got " + std::to_string(bedside_.flowed_mC(i)) +
                     " mC");
    }
    const bool ownWay = schedule_.has(FaultKind::WeldedRelay) || schedule_.has(FaultKind::LyingStatus);
    if (most > most_uA && !ownWay) {
        if (tooMuchSince_s_ < 0.0) tooMuchSince_s_ = now;
        if (now - tooMuchSince_s_ > lastOfIt_s)
            violated("more than the hard maximum for longer than the lease");
    } else {
        tooMuchSince_s_ = -1.0;
    }
    // a button that is pressed within the lease of a host that has died ramps down after it
    const double last_s = schedule_.has(FaultKind::PatientButton) ? lastOfIt_s + buttonRamp_s : lastOfIt_s;
    const bool strays = most > probe_uA && now - allowedAt_s_ > last_s;
    if (!strays) {
        strayedSince_s_ = -1.0;
    } else if (!schedule_.sourceDisobeys()) {
        violated(std::to_string(most) + " µA where none is allowed");
    } else {
        if (strayedSince_s_ < 0.0) strayedSince_s_ = now;
        const bool sensesLie =
            schedule_.has(FaultKind::ImpossibleValue) || schedule_.has(FaultKind::FrozenCurrent);
        const bool noticed =
            latched(bedside_.state) || bedside_.linkLost || hostDead_ || began_s_ < 0.0 || sensesLie;
        if (now - strayedSince_s_ > noticedWithin_s && !noticed) violated("stray current was not noticed");
    }
    if (latchedAt_s_ >= 0.0 && now - latchedAt_s_ > faultAtOnce_s && most > probe_uA &&
        !schedule_.sourceDisobeys() && !bedside_.linkLost)
        violated("current after a fault");
    if (bedside_.pauses > 3) violated("more than three pauses");
}

bool SoakRun::over() const {
    return bedside_.linkLost || latched(bedside_.state) || bedside_.state == DeliveryState::Complete;
}

void SoakRun::turn() {
    if (hostDead_) {
        bedside_.stall(10ms);
        return;
    }
    if (!bedside_.turn()) bedside_.stall(10ms); // the link is lost: nothing waits for it any more
}

void SoakRun::until(bool (SoakRun::*there)() const, double atMost_s) {
    const double end = bedside_.seconds() + atMost_s;
    while (!(this->*there)() && bedside_.seconds() < end && violation_.empty())
        turn();
}

void SoakRun::run() {
    if (!bedside_.connect()) return;
    static_cast<void>(bedside_.loop->selfTest());
    until(&SoakRun::tested, 12.0);
    if (bedside_.selfTestPassed) deliver();
    afterTheEnd();
}

void SoakRun::deliver() {
    static_cast<void>(bedside_.loop->begin(limits()));
    for (std::size_t i = 0; i < maxSites; ++i)
        wanted_[i] = ((unsigned{sites} >> i) & 1U) != 0 ? current_uA : 0;
    int tries = 0;
    const double end = bedside_.seconds() + longest_s;
    while (!over() && bedside_.seconds() < end && violation_.empty()) {
        turn();
        if (std::exchange(bedside_.armed, false)) {
            pausedAt_s_ = -1.0;
            if (began_s_ < 0.0) began_s_ = bedside_.seconds();
            static_cast<void>(bedside_.loop->demand({wanted_, rise}));
        }
        const bool waits = bedside_.state == DeliveryState::Paused || std::exchange(bedside_.refused, false);
        if (waits && pausedAt_s_ < 0.0) pausedAt_s_ = bedside_.seconds();
        if (pausedAt_s_ >= 0.0 && bedside_.seconds() - pausedAt_s_ > schedule_.patience_s) {
            pausedAt_s_ = -1.0;
            if (++tries > 5) break; // the person gives up
            static_cast<void>(bedside_.loop->resume({limits().conditions, sites}));
        }
        demand();
        act();
    }
    static_cast<void>(bedside_.loop->end());
}

/// As the protocol's engine does it: by the charge that the host has counted, less what the ramp down brings.
void SoakRun::demand() {
    if (!flows(bedside_.state)) return;
    bool changed = false;
    for (std::size_t i = 0; i < maxSites; ++i)
        if (wanted_[i] != 0 && bedside_.hostCharge_mC[i] >= target_mC - fallShare_mC) {
            wanted_[i] = 0;
            changed = true;
        }
    if (changed) static_cast<void>(bedside_.loop->demand({wanted_, fall}));
}

void SoakRun::act() {
    while (!left_.empty() && began_s_ >= 0.0 && bedside_.seconds() - began_s_ >= left_.front().at_s) {
        const Act act = left_.front();
        left_.erase(left_.begin());
        switch (act.kind) {
        case Act::Kind::Pause:
            static_cast<void>(bedside_.loop->pause());
            break;
        case Act::Kind::Stop:
            bedside_.loop->stop();
            break;
        case Act::Kind::EmergencyStop:
            bedside_.loop->emergencyStop();
            break;
        case Act::Kind::SessionDies:
            bedside_.sessionLives = false;
            break;
        case Act::Kind::HostStalls:
            bedside_.stall(std::chrono::nanoseconds{std::llround(act.length_s * 1e9)});
            break;
        case Act::Kind::HostDies:
            hostDead_ = true;
            break;
        }
    }
}

/// Nothing starts by itself; and what is latched stays so, also when a new run is asked for.
void SoakRun::afterTheEnd() {
    const auto wait = [this](double length_s) {
        for (const double end = bedside_.seconds() + length_s;
             bedside_.seconds() < end && violation_.empty();)
            turn();
    };
    wait(4.0);
    if (!latched(bedside_.state) || bedside_.linkLost || hostDead_) return;
    bedside_.armed = false;
    static_cast<void>(bedside_.loop->begin(limits()));
    wait(3.0);
    if (bedside_.armed) violated("armed although latched");
}

} // namespace eccrine::tests
