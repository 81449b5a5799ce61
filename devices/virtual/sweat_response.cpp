// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/virtual/sweat_response.hpp"

#include <algorithm>
#include <cmath>

namespace eccrine::devices::virtual_instrument {

double SweatResponse::riseAfter(double driven_s) const {
    const double s = driven_s - shape_.latency.count();
    if (s <= 0.0) return 0.0;
    return -std::expm1(-std::pow(s / shape_.rise.count(), shape_.exponent));
}

void SweatResponse::step(Milliamperes delivered, Seconds dt) {
    const double i = std::abs(delivered.value);
    const bool active = i >= rule_.onsetFraction * rule_.nominal.value;
    const double h = dt.count();
    charge_mC_ += i * h;
    if (!started_) {
        if (!active) return;
        started_ = driven_ = true; // t0 is now: nothing has elapsed yet
        return;
    }
    since_s_ += h;
    if (active) {
        if (!driven_) { // current again after a pause: go on from the level that is left
            const double level = std::min(levelAtOff_ * std::exp(-decaying_s_ / shape_.decay.count()), 0.999);
            if (level > 0.0)
                driven_s_ = shape_.latency.count() +
                            shape_.rise.count() * std::pow(-std::log1p(-level), 1.0 / shape_.exponent);
            driven_ = true;
        }
        hangover_s_ = 0.0;
        active_s_ += h;
    }
    if (!driven_) {
        decaying_s_ += h;
        return;
    }
    driven_s_ += h;
    if (active) return;
    hangover_s_ += h;
    if (hangover_s_ < rule_.afterEffect.count()) return;
    driven_ = false;
    levelAtOff_ = riseAfter(driven_s_);
    decaying_s_ = 0.0;
}

NanolitresPerMin SweatResponse::rate() const {
    if (!started_ || active_s_ <= 0.0) return {0.0};
    const double counted_s =
        rule_.drugStays ? rule_.duration.count() : std::min(active_s_, rule_.duration.count());
    const double nominalCharge = rule_.nominal.value * counted_s;
    const double dose = std::min(charge_mC_ / nominalCharge, 1.0);
    const double level =
        driven_ ? riseAfter(driven_s_) : levelAtOff_ * std::exp(-decaying_s_ / shape_.decay.count());
    return {amplitude_.value * dose * level};
}

std::optional<Seconds> SweatResponse::sinceStimulus() const {
    if (!started_) return std::nullopt;
    return Seconds{since_s_};
}

void SweatResponse::recover() {
    *this = SweatResponse{shape_, amplitude_, rule_};
}

void ResponseMeter::observe(const SweatResponse& response, Seconds dt) {
    const auto since = response.sinceStimulus();
    if (!since || complete()) return;
    const double rate = response.rate().value;
    if (started_) volume_nL_ += 0.5 * (rate + last_) * dt.count() / 60.0;
    started_ = true;
    since_ = *since;
    last_ = rate;
    charge_ = response.charge();
    if (rate > peak_) {
        peak_ = rate;
        peakTime_ = since_;
    }
}

ResponseMeasure ResponseMeter::measure(Seconds latency) const {
    ResponseMeasure m;
    if (peak_ > 0.0) m.latency = latency;
    m.peak = {peak_};
    m.peakTime = peakTime_;
    m.volume = {volume_nL_ / 1000.0};
    m.charge = charge_;
    return m;
}

ResponseMeasure nominalResponse(const ResponseShape& shape, NanolitresPerMin amplitude,
                                const StimulusRule& rule) {
    constexpr Seconds dt{0.05};
    SweatResponse response{shape, amplitude, rule};
    ResponseMeter meter{rule.window};
    const auto steps = static_cast<long>(std::lround(rule.window.count() / dt.count()));
    const auto stimulated = static_cast<long>(std::lround(rule.duration.count() / dt.count()));
    for (long k = 0; k <= steps; ++k) {
        response.step(k <= stimulated ? rule.nominal : Milliamperes{}, dt);
        meter.observe(response, dt);
    }
    return meter.measure(shape.latency);
}

NanolitresPerMin amplitudeFor(Microlitres volume, const ResponseShape& shape, const StimulusRule& rule) {
    constexpr NanolitresPerMin unit{1000.0};
    return {unit.value * volume.value / nominalResponse(shape, unit, rule).volume.value};
}

} // namespace eccrine::devices::virtual_instrument
