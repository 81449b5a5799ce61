// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/parameters.hpp"
#include "analysis/sweat_rate.hpp"
#include "core/site_signals.hpp"

#include <array>
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

/// Means of one second each, bin k covers [k, k+1) s on the curve's time axis; NaN where a bin has no sample.
/// One streaming pass; the same for live and stored curves.
struct SecondMeans {
    std::int64_t first = 0; ///< number of the first bin
    std::vector<double> mean;

    void add(double time_s, double value);
    void finish(); ///< closes the last bin
    [[nodiscard]] double timeOf(std::size_t i) const {
        return static_cast<double>(first) + static_cast<double>(i) + 0.5;
    }

private:
    bool begun_ = false;
    std::int64_t bin_ = 0;
    /// In four lanes, sample by sample in turn: a processor adds four at once, and the bits are the same.
    std::array<double, 4> sum_{};
    std::size_t inBin_ = 0, count_ = 0;
    void enter(std::int64_t bin);
    void close();
    friend SecondMeans secondMeansOf(std::span<const double> time_s, std::span<const double> values,
                                     double origin_s);
};
[[nodiscard]] SecondMeans secondMeans(const RateCurve& curve, double origin_s);
/// The same of any column: what add() makes of the samples one after another, some ten times as fast. Times
/// rising.
[[nodiscard]] SecondMeans secondMeansOf(std::span<const double> time_s, std::span<const double> values,
                                        double origin_s);

/// Trapezoid over raw time stamps in a window, sample by sample; holes are bridged by a straight line and
/// counted. nL/min over seconds gives µL. Incremental and whole-record use are the same code.
class VolumeIntegral {
public:
    VolumeIntegral(double from_s, double to_s, double gap_s) : from_(from_s), to_(to_s), gap_(gap_s) {}
    /// Times rising; a NaN value is a missing sample.
    void add(double time_s, double net_nl_per_min) noexcept;
    [[nodiscard]] double microlitres() const noexcept { return sum_ / 60.0 / 1000.0; }
    [[nodiscard]] double gaps_s() const noexcept { return gaps_; } ///< bridged within the window
    [[nodiscard]] double covered_s() const noexcept { return covered_; }

private:
    double from_, to_, gap_;
    double sum_ = 0.0, gaps_ = 0.0, covered_ = 0.0;
    std::optional<double> lastTime_;
    double lastValue_ = 0.0;
};

} // namespace eccrine::analysis
