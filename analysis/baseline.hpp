// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/parameters.hpp"
#include "analysis/rate_curve.hpp"
#include "analysis/reader_marks.hpp"
#include "core/quantity.hpp"

#include <boost/circular_buffer.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <string>

namespace eccrine::analysis {

/// The resting rate under the response, b(t) = level + slope · t, t in s from the stimulus start.
/// Constant (median of the last seconds) while the slope is within the limit, else extrapolated from the
/// longer fit: a baseline of 60 s with a drift of 1 nL/min² fakes or erases a foot response, one of 180 s
/// does not (docs/analysis.md).
struct Baseline {
    NanolitresPerMin level{};       ///< at the stimulus start
    double slope_nl_per_min2 = 0.0; ///< of the fit; used when `drifting`
    bool drifting = false;
    NanolitresPerMin restingOutput{}; ///< median of the last 60 s
    NanolitresPerMin noise{};         ///< standard deviation of 1 s means about the fit
    Seconds from{}, to{};             ///< where the samples it rests on begin and end
    Seconds length{};                 ///< of the time it rests on, gaps left out
    Microlitres volumeUncertainty{};  ///< standard uncertainty that it brings into the volume of the window

    [[nodiscard]] double at(double time_s) const {
        return level.value + (drifting ? slope_nl_per_min2 * time_s / 60.0 : 0.0);
    }
};

/// From the 1 s means before the stimulus start (time axis: 0 at that start). Empty with less than 10 s of
/// samples. From the span that a reader chose, when there is one: the same with its whole length in place of
/// both times of the parameters.
[[nodiscard]] std::optional<Baseline> estimateBaseline(const SecondMeans& means,
                                                       const AnalysisParameters& parameters,
                                                       const std::optional<BaselineSpan>& chosen = {});

/// Limits of the readiness traffic light. Values come from the protocol file.
struct SettlingLimits {
    Seconds atLeast{};                   ///< recorded before readiness is judged
    Seconds window{};                    ///< over which spread, range and slope are judged
    double slopeLimit_nl_per_min2 = 0.0; ///< |slope| above: not ready
    NanolitresPerMin spreadLimit{};      ///< standard deviation of 1 s means
    NanolitresPerMin rangeLimit{};       ///< highest minus lowest 1 s mean
    Celsius temperatureDriftPerMin{};    ///< K/min at the outlet sensor
    double flowTolerance = 0.0;          ///< relative, from its mean
};

/// Watches one site's baseline while it is recorded. One thread.
class BaselineMonitor {
public:
    explicit BaselineMonitor(const SettlingLimits& limits);
    /// Times rising; a missing value is NaN. Temperature and flow may be absent for imported rates.
    void add(double time_s, double rate_nl_per_min, std::optional<double> temperature_c,
             std::optional<double> flow_sccm);

    struct Verdict {
        bool settled = false;
        std::string remark; ///< plain words: what is still missing, or "settled"
    };
    [[nodiscard]] Verdict verdict() const;

private:
    struct Second {
        double rate = 0.0, temperature = 0.0, flow = 0.0; ///< means; NaN when missing
    };
    SettlingLimits limits_;
    boost::circular_buffer<Second> window_;
    std::optional<double> began_;
    double last_ = 0.0;
    std::int64_t bin_ = 0;
    Second sum_;
    std::array<std::size_t, 3> counts_{};
};

} // namespace eccrine::analysis
