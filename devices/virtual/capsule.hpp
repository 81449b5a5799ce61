// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quantity.hpp"
#include "devices/virtual/artefacts.hpp"
#include "devices/virtual/seeded_noise.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace eccrine::devices::virtual_instrument {

/// Dry gas, capsule and the tube to the outlet hygrometer.
struct CapsuleParameters {
    double flow_sccm = 0.0;       ///< reference 0 degC, 101.325 kPa
    double flowFluctuation = 0.0; ///< slow, as a part of the flow
    double flowNoise_sccm = 0.0;
    double volume_cm3 = 0.0;
    double tubeLength_m = 0.0;
    double tubeBore_mm = 0.0;
    double pressure_kPa = 0.0;
    double pressureNoise_kPa = 0.0;
    double inletHumidity_pct = 0.0;
    double inletTemperature_c = 0.0;
    double outletTemperature_c = 0.0;
    double temperatureFluctuation_c = 0.0; ///< slow

    [[nodiscard]] Seconds washout() const;        ///< first order, capsule volume over flow
    [[nodiscard]] Seconds transportDelay() const; ///< tube volume over flow
};

struct HygrometerParameters {
    double lag_s = 0.0;             ///< tau63 of the humidity element
    double humidityNoise_pct = 0.0; ///< white, per reading
    double temperatureNoise_c = 0.0;
    double slowNoise_nLPerMin = 0.0; ///< correlated, as a sweat rate
    double slowNoiseTime_s = 0.0;
};

/// What the person who starts the instrument may change about its noise.
struct NoiseChoice {
    double factor = 1.0;               ///< on every noise and fluctuation; 0 is an ideal instrument
    double slow_nLPerMin = -1.0;       ///< instead of the data file's slow noise; negative: the data file's
    double drift_nLPerMinPerMin = 0.0; ///< of the baseline
};

/// One 50 Hz reading of a site, as the six channels of EFP/1's humidity stream.
struct HumidityReading {
    double humidityIn_pct = 0.0;
    double temperatureIn_c = 0.0;
    double humidityOut_pct = 0.0;
    double temperatureOut_c = 0.0;
    double flow_sccm = 0.0;
    double pressure_kPa = 0.0;
};

/// From a sweat rate to hygrometer readings: evaporation into the dry gas (mass balance), mixing in the
/// capsule (first order), tube (pure delay), humidity element (first order), noise. In balance with `atRest`
/// at the start. Deterministic by seed and name.
class Capsule {
public:
    Capsule(const CapsuleParameters& gas, const HygrometerParameters& sensor, const NoiseChoice& noise,
            NanolitresPerMin atRest, Seconds period, std::uint64_t seed, std::string_view name);

    /// One reading `period` after the last; `sweat` is the whole rate, baseline included.
    [[nodiscard]] HumidityReading step(NanolitresPerMin sweat) { return step(sweat, {}); }
    [[nodiscard]] HumidityReading step(NanolitresPerMin sweat, const Artefacts& artefacts);
    /// Sweat that lies on the skin unevaporated.
    [[nodiscard]] double film_nL() const { return film_nL_; }

private:
    [[nodiscard]] double delayed(double mixingRatio);
    [[nodiscard]] double evaporated(double sweat_nLPerMin, const Artefacts& artefacts, double inletRatio,
                                    double flow, Celsius outlet);

    CapsuleParameters gas_;
    HygrometerParameters sensor_;
    NoiseChoice choice_;
    double period_s_;
    SeededNoise noise_;
    SeededNoise spikes_; ///< of its own: a spike changes no other reading
    WanderingNoise flowWander_, inletWander_, outletWander_, slow_;
    double elapsed_s_ = 0.0;
    double film_nL_ = 0.0;
    double inCapsule_ = 0.0; ///< mixing ratio above the inlet's
    std::vector<double> tube_;
    std::size_t head_ = 0;
    double delayFraction_ = 0.0;
    double element_pct_ = 0.0; ///< what the humidity element shows
};

} // namespace eccrine::devices::virtual_instrument
