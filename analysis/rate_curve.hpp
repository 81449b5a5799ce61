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

/// A curve that lies elsewhere.
struct CurveView {
    std::span<const double> time_s; ///< strictly rising
    std::span<const double> rate_nl_per_min;
    CurveView(std::span<const double> time, std::span<const double> rate)
        : time_s(time), rate_nl_per_min(rate) {}
    CurveView(const RateCurve& curve) // NOLINT(google-explicit-constructor): as a span of a vector
        : CurveView(curve.time_s, curve.rate_nl_per_min) {}
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
    SiteRate(std::optional<RateConverter> converter, const AnalysisParameters& p)
        : converter_(converter), plausible_{{p.leastPressure_kpa, p.mostPressure_kpa},
                                            {p.leastFlow_sccm, p.mostFlow_sccm},
                                            {-p.mostRate, p.mostRate}} {}
    [[nodiscard]] const std::vector<double>& flowOf(const HumiditySignals& h) const noexcept {
        return byVolume_ ? h.flow_ml_per_min : h.flow_sccm;
    }

    std::optional<RateConverter> converter_; ///< empty: the rate was imported
    bool byVolume_ = false;
    PlausibleRanges plausible_;
};

/// That the times do not rise, and where.
[[nodiscard]] Failure fallingTimes(const SiteSignals& site);
[[nodiscard]] Result<RateCurve> rateCurve(const SiteSignals& site, const AnalysisParameters& parameters);

} // namespace eccrine::analysis
