// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/parameters.hpp"
#include "analysis/second_means.hpp"
#include "analysis/sweat_rate.hpp"
#include "core/site_signals.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace eccrine::analysis {

/// Sweat rate of one capsule over time; a missing sample is NaN.
struct RateCurve {
    std::vector<double> time_s; ///< strictly rising
    std::vector<double> rate_nl_per_min;
};

/// Why a sample is left out although it is there.
enum class Implausible : std::uint8_t { No, Pressure, Flow, Rate };

/// The rate of a site's sample `i`: from its humidity columns, or the imported rate. What is not recorded is
/// taken as: inlet dry (0 %RH), pressure 101.325 kPa; SiteReader flags both. A sample whose pressure, flow or
/// rate is outside the plausible range is missing. The live view and the whole-record analysis both go
/// through here, so they give the same bits.
class SiteRate {
public:
    /// Refused: a flow without a stated reference; neither humidity, temperature and flow at the outlet nor a
    /// rate.
    [[nodiscard]] static Result<SiteRate> forSite(const SiteSignals& site,
                                                  const AnalysisParameters& parameters);
    [[nodiscard]] double at(const HumiditySignals& humidity, std::size_t i) const noexcept;
    /// The samples from number `first` on, as many as `out` holds: for the live view, which gets them in
    /// blocks.
    void convert(const HumiditySignals& humidity, std::size_t first, std::span<double> out) const noexcept;
    /// Whether a sample is left out for what it says, and not because something of it is missing.
    [[nodiscard]] Implausible implausible(const HumiditySignals& humidity, std::size_t i) const noexcept;

private:
    struct Range {
        double least = 0.0, most = 0.0;
        /// A missing value is not outside.
        [[nodiscard]] bool excludes(double v) const noexcept { return v < least || v > most; }
    };
    SiteRate(std::optional<RateConverter> converter, const AnalysisParameters& p)
        : converter_(converter), pressure_kpa_{p.leastPressure_kpa, p.mostPressure_kpa},
          flow_sccm_{p.leastFlow_sccm, p.mostFlow_sccm}, rate_{-p.mostRate, p.mostRate} {}
    void rates(const HumiditySignals& humidity, std::size_t first, std::span<double> out) const noexcept;

    [[nodiscard]] const std::vector<double>& flowOf(const HumiditySignals& h) const noexcept {
        return byVolume_ ? h.flow_ml_per_min : h.flow_sccm;
    }

    std::optional<RateConverter> converter_; ///< empty: the rate was imported
    bool byVolume_ = false;
    Range pressure_kpa_, flow_sccm_, rate_;
};

[[nodiscard]] Result<RateCurve> rateCurve(const SiteSignals& site, const AnalysisParameters& parameters);

} // namespace eccrine::analysis
