// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/virtual/capsule.hpp"

#include "devices/virtual/mass_balance.hpp"

#include <cmath>
#include <numbers>
#include <string>

namespace eccrine::devices::virtual_instrument {

namespace {
// Correlation times of what wanders: not clinical, only slow against the sensor.
constexpr double flowTime_s = 30.0;
constexpr double temperatureTime_s = 60.0;
constexpr double filmDries_s = 60.0;        // proposal: a film is gone after some minutes
constexpr double brokenSensor_pct = -100.0; // no hygrometer reads that
} // namespace

Seconds CapsuleParameters::washout() const {
    return Seconds{60.0 * volume_cm3 / flow_sccm};
}

Seconds CapsuleParameters::transportDelay() const {
    const double bore_cm = tubeBore_mm / 10.0;
    const double volume = 0.25 * std::numbers::pi * bore_cm * bore_cm * tubeLength_m * 100.0;
    return Seconds{60.0 * volume / flow_sccm};
}

Capsule::Capsule(const CapsuleParameters& gas, const HygrometerParameters& sensor, const NoiseChoice& noise,
                 NanolitresPerMin atRest, Seconds period, std::uint64_t seed, std::string_view name)
    : gas_(gas), sensor_(sensor), choice_(noise), period_s_(period.count()), noise_(seed, name),
      spikes_(seed, std::string{name} + ".spikes"),
      flowWander_(noise_, noise.factor * gas.flowFluctuation * gas.flow_sccm, flowTime_s),
      inletWander_(noise_, noise.factor * gas.temperatureFluctuation_c, temperatureTime_s),
      outletWander_(noise_, noise.factor * gas.temperatureFluctuation_c, temperatureTime_s),
      slow_(noise_,
            noise.factor * (noise.slow_nLPerMin < 0.0 ? sensor.slowNoise_nLPerMin : noise.slow_nLPerMin),
            sensor.slowNoiseTime_s) {
    inCapsule_ = mixingRatioOfSweat(atRest, {gas_.flow_sccm});
    const double samples = gas_.transportDelay().count() / period_s_;
    const auto whole = static_cast<std::size_t>(samples);
    delayFraction_ = samples - static_cast<double>(whole);
    tube_.assign(whole + 2, inCapsule_);
    const Pascals pressure = pascalsOfKilopascals(gas_.pressure_kPa);
    const double inlet = mixingRatioOf({gas_.inletHumidity_pct}, {gas_.inletTemperature_c}, pressure);
    element_pct_ =
        humidityOf(inlet + inCapsule_, {gas_.outletTemperature_c + outletWander_.value()}, pressure).value;
}

double Capsule::delayed(double mixingRatio) {
    const std::size_t n = tube_.size();
    tube_[head_] = mixingRatio;
    // tube_[head_ + 1] is the oldest, whole + 1 readings ago; the one after it whole readings ago.
    const double older = tube_[(head_ + 1) % n];
    const double newer = tube_[(head_ + 2) % n];
    head_ = (head_ + 1) % n;
    return newer + delayFraction_ * (older - newer);
}

double Capsule::evaporated(double sweat_nLPerMin, const Artefacts& artefacts, double inletRatio, double flow,
                           Celsius outlet) {
    const double period_min = period_s_ / 60.0;
    film_nL_ += sweat_nLPerMin * period_min;
    // what dries off now: all that there is, unless the gas takes up no more
    double off_nL = film_nL_;
    if (artefacts.evaporationLimit_pct) {
        const Pascals pressure = pascalsOfKilopascals(gas_.pressure_kPa);
        const double most = mixingRatioOf({*artefacts.evaporationLimit_pct}, outlet, pressure) - inletRatio;
        const double perUnit = mixingRatioOfSweat({1.0}, {flow}); // of 1 nL/min
        const double fresh = sweat_nLPerMin * period_min;
        const double drying = (film_nL_ - fresh) * (1.0 - std::exp(-period_s_ / filmDries_s));
        off_nL = std::min(fresh + drying, std::max(0.0, most / perUnit) * period_min);
    }
    film_nL_ -= off_nL;
    return artefacts.seen * off_nL / period_min;
}

HumidityReading Capsule::step(NanolitresPerMin sweat, const Artefacts& artefacts) {
    elapsed_s_ += period_s_;
    const double factor = choice_.factor;
    const double flow = gas_.flow_sccm + flowWander_.step(noise_, period_s_);
    const Celsius inletT{gas_.inletTemperature_c + inletWander_.step(noise_, period_s_)};
    const Celsius outletT{gas_.outletTemperature_c + outletWander_.step(noise_, period_s_)};
    const Pascals pressure = pascalsOfKilopascals(gas_.pressure_kPa);

    const double keep = std::exp(-period_s_ / gas_.washout().count());
    const double inlet = mixingRatioOf({gas_.inletHumidity_pct}, inletT, pressure);
    const double rate = evaporated(sweat.value + artefacts.burst_nLPerMin, artefacts, inlet, flow, outletT);
    inCapsule_ = keep * inCapsule_ + (1.0 - keep) * mixingRatioOfSweat({rate}, {flow});
    const double atSensor = inlet + delayed(inCapsule_);
    const double keepElement = std::exp(-period_s_ / sensor_.lag_s);
    element_pct_ =
        keepElement * element_pct_ + (1.0 - keepElement) * humidityOf(atSensor, outletT, pressure).value;

    // Slow noise and drift belong to the sensor, so they come after its lag; expressed as a sweat rate.
    const double apparent = slow_.step(noise_, period_s_) + choice_.drift_nLPerMinPerMin * elapsed_s_ / 60.0;
    const double shown =
        mixingRatioOf({element_pct_}, outletT, pressure) + mixingRatioOfSweat({apparent}, {flow});

    HumidityReading r;
    r.humidityIn_pct = gas_.inletHumidity_pct + factor * sensor_.humidityNoise_pct * noise_.normal();
    r.temperatureIn_c = inletT.value + factor * sensor_.temperatureNoise_c * noise_.normal();
    r.humidityOut_pct =
        humidityOf(shown, outletT, pressure).value + factor * sensor_.humidityNoise_pct * noise_.normal();
    r.humidityOut_pct += artefacts.humidityStep_pct;
    if (artefacts.spikeProbability > 0.0 && spikes_.uniform() < artefacts.spikeProbability)
        r.humidityOut_pct *= 1.0 + artefacts.spike;
    if (artefacts.saturated) r.humidityOut_pct = 100.0;
    if (artefacts.dropout) r.humidityOut_pct = brokenSensor_pct;
    r.temperatureOut_c = outletT.value + factor * sensor_.temperatureNoise_c * noise_.normal();
    r.flow_sccm = flow + factor * gas_.flowNoise_sccm * noise_.normal();
    r.pressure_kPa = gas_.pressure_kPa + factor * gas_.pressureNoise_kPa * noise_.normal();
    return r;
}

} // namespace eccrine::devices::virtual_instrument
