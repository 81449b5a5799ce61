// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/psychrometrics.hpp"
#include "core/failure.hpp"
#include "core/quantity.hpp"
#include "core/site_signals.hpp"

#include <cstddef>
#include <limits>
#include <optional>
#include <span>

namespace eccrine::analysis {

/// Humidity that a sensor can read; a sample outside is missing, not clipped.
inline constexpr double leastHumidity_pct = -5.0, mostHumidity_pct = 105.0;

/// One humidity reading pair of a ventilated capsule.
struct HumidityReading {
    RelativeHumidity humidityIn{}; ///< dry gas before the capsule
    Celsius temperatureIn{};       ///< at that sensor
    RelativeHumidity humidityOut{};
    Celsius temperatureOut{};
    Pascals pressure{101325.0}; ///< absolute, at the outlet sensor
    StandardCm3PerMin flow{};   ///< of dry gas, at the flow reference
};

/// The exact dry-gas mass balance with every intermediate value:
///   e = RH/100 · f(P) · es(T),  w = e/(P − e),  n = sccm · 1e-6 · Pref/(R·Tref),  rate = n · Mw · (w_out −
///   w_in) / rho(20 °C)
/// Molar form: no gas constant of air, valid for nitrogen and air alike. Density fixed at 20 °C so that a
/// volume means a mass.
struct SweatRate {
    Pascals saturationIn{}, saturationOut{};
    double enhancement = 1.0;
    Pascals vapourIn{}, vapourOut{};
    double ratioIn = 0.0, ratioOut = 0.0; ///< mol water per mol dry gas
    double molarFlow_mol_per_min = 0.0;   ///< dry gas
    double mass_g_per_min = 0.0;
    NanolitresPerMin rate{};
};

/// For bench checks. Refused with the reason: RH outside −5..105 %, temperature outside 0..80 °C, a flow that
/// is not positive, vapour pressure at or above the total pressure, anything that is not a number.
[[nodiscard]] Result<SweatRate> sweatRateOf(const HumidityReading& reading, const FlowReference& reference,
                                            bool enhancement,
                                            SaturationFormula formula = SaturationFormula::Iapws);

/// The dry gas behind a meter that reads moist gas by volume, in mL/min at its own temperature and pressure;
/// `vapour` is the partial pressure of water in it.
[[nodiscard]] StandardCm3PerMin standardFlowOf(double wetFlow_ml_per_min, Kelvins meter, Pascals pressure,
                                               Pascals vapour, const FlowReference& reference);

/// Standard uncertainties of the sensors, from their data sheets (a stated accuracy of ±a is a/√3).
struct SensorUncertainty {
    double humidity_pct = 0.0;  ///< %RH, inlet and outlet each
    double humidityGain = 0.0;  ///< relative, of a change of the outlet humidity
    double temperature_k = 0.0; ///< at both
    double pressure_pa = 0.0;
    double flow_relative = 0.0;
};
/// Standard uncertainty of one rate. Offsets that stay the same through a test leave net rates and volumes
/// with the baseline; a gain does not.
[[nodiscard]] Result<NanolitresPerMin> rateUncertainty(const HumidityReading& reading,
                                                       const FlowReference& reference, bool enhancement,
                                                       const SensorUncertainty& sensors);
/// Relative standard uncertainty of the difference of two rates of one channel, which the sensors' errors
/// leave in it although they are the same in both: what a baseline that is subtracted does not take away.
/// \param rest, response two readings with different outlet humidity; refused as by sweatRateOf()
[[nodiscard]] Result<double> gainUncertainty(const HumidityReading& rest, const HumidityReading& response,
                                             const FlowReference& reference, bool enhancement,
                                             const SensorUncertainty& sensors);

/// A range of values; a missing one (NaN) is not outside.
struct Range {
    double least = -std::numeric_limits<double>::infinity(), most = -least;
    [[nodiscard]] bool excludes(double v) const noexcept { return v < least || v > most; }
};
/// What is plausible of the columns as they are recorded, and of the rate.
struct PlausibleRanges {
    Range pressure_kpa, flow, rate_nl_per_min;
};

/// The same formulas for streams of samples; sweatRateOf(), single samples and blocks all go through the same
/// arithmetic and give the same bits, whatever vector instructions the processor has.
class RateConverter {
public:
    RateConverter(const FlowReference& reference, bool enhancement,
                  SaturationFormula formula = SaturationFormula::Iapws) noexcept;
    /// NaN when the reading is invalid (a missing sample stays missing, it is never clipped).
    [[nodiscard]] double nanolitresPerMin(const HumidityReading& reading) const noexcept;
    /// For a meter that reads moist gas by volume: the samples of `humidity` are those of `flow_ml_per_min`,
    /// converted to dry gas with the temperature, the vapour and the pressure where the meter stands.
    void readsVolumeAt(VolumeMeter meter) noexcept { meter_ = meter; }
    /// The samples of `humidity` from number `first` on, as many as `out` holds. Outlet humidity, outlet
    /// temperature and flow must be there; an absent inlet is taken as dry gas at the outlet's temperature,
    /// a pressure that is missing, throughout or in single samples, as 101.325 kPa.
    /// Where pressure, flow or rate are outside `plausible` the sample is missing.
    void convert(const HumiditySignals& humidity, std::size_t first, std::span<double> out,
                 const PlausibleRanges& plausible = {}) const noexcept;

private:
    void standardFlow(const HumiditySignals& humidity, std::size_t first,
                      std::span<double> out) const noexcept;

    FlowReference reference_;
    std::optional<VolumeMeter> meter_;
    double gain_ = 0.0; ///< nL/min per sccm and mol/mol
    bool enhancement_ = true;
    SaturationFormula formula_ = SaturationFormula::Iapws;
};

} // namespace eccrine::analysis
