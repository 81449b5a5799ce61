// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/baseline.hpp"
#include "analysis/onset.hpp"
#include "analysis/parameters.hpp"
#include "analysis/rate_curve.hpp"
#include "analysis/spike_filter.hpp"
#include "analysis/thinning.hpp"
#include "analysis/volume_integral.hpp"
#include "core/failure.hpp"
#include "core/site_signals.hpp"

#include <cstddef>
#include <optional>

namespace eccrine::analysis {

/// One site while it is recorded: rate, one-second means and running volume grow sample by sample, by the
/// functions that the whole recording is analysed with. In whatever pieces the samples come, baseline, volume
/// and onset end with the bits of the result. One thread.
class LiveCurve {
public:
    explicit LiveCurve(const AnalysisParameters& parameters = {})
        : parameters_(parameters), spikes_(parameters), thinning_(parameters.mostHz) {}

    /// Takes the samples that `recorded` has beyond those taken before. Fails when no rate can be made of
    /// them; then nothing was taken. The first ten samples wait for the eleventh, and one that may be a spike
    /// for the next one.
    [[nodiscard]] Done extend(const SiteSignals& recorded);
    /// From now on the volume is counted. \param testTime_s of the stimulus start
    void startStimulus(double testTime_s);

    [[nodiscard]] const RateCurve& curve() const { return curve_; }   ///< times as recorded
    [[nodiscard]] const SecondMeans& means() const { return means_; } ///< full seconds of test time
    [[nodiscard]] const std::optional<Baseline>& baseline() const { return baseline_; }
    /// Above the baseline, from the stimulus start to now or to the end of the window. Empty before the
    /// stimulus, and without a baseline.
    [[nodiscard]] std::optional<Microlitres> volume() const;
    /// The onset as far as it can be seen by now; provisional until the window is over. Costs about as much
    /// as the final one.
    [[nodiscard]] std::optional<Onset> onset(const CapsuleConstants& capsule) const;

private:
    void reserve(const HumiditySignals& gas);
    void count();

    AnalysisParameters parameters_;
    SpikeFilter spikes_;
    Thinning thinning_;
    SiteSignals thinned_;
    std::optional<std::size_t> factor_; ///< of the thinning, once it is known
    std::optional<SiteRate> rate_;
    RateCurve curve_;
    SecondMeans means_;
    std::optional<double> start_s_;
    std::optional<Baseline> baseline_;
    std::optional<VolumeIntegral> integral_;
    std::size_t counted_ = 0; ///< samples of `curve_` in the volume
};

} // namespace eccrine::analysis
