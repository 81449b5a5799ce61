// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/qsart_analysis.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace eccrine::analysis {

/// The stimulus as the whole test has it.
struct TestStimulus {
    double start_s = 0.0;         ///< test time, stated or seen in the current
    std::optional<double> stop_s; ///< the same
    bool startStated = false, stopStated = false;
    std::optional<double> planned_mc;   ///< charge that was to be delivered, if anybody says
    std::optional<double> set_ma;       ///< the same of the current
    std::optional<double> compliance_v; ///< highest voltage of the source
    std::optional<double> tube_c;       ///< temperature that the tube is kept at
    /// Stretches of test time in which the stimulation was paused, rising.
    std::vector<std::pair<double, double>> pauses_s;
};

/// Reads one site: curve, baseline, onset, measures and everything that has to be said about them.
class SiteReader {
public:
    /// The signals and the marks have to outlive it.
    SiteReader(const SiteSignals& signals, const TestStimulus& stimulus, const AnalysisParameters& parameters,
               const ReaderMarks& marks);

    /// Once. Refused when the site has no rate or its times go back.
    [[nodiscard]] Result<SiteAnalysis> read();
    /// After read(): the 1 s means, 0 at the stimulus start.
    [[nodiscard]] SecondMeans takeMeans() { return std::move(means_); }

private:
    void flag(std::string code, std::string text, std::optional<double> from_s = {},
              std::optional<double> to_s = {});
    void take(QualityFlag flag);
    void unusable(std::string code, std::string text, std::optional<double> from_s = {},
                  std::optional<double> to_s = {});
    /// In whatever order the causes are found, the first of NoNorm stays.
    void bar(NoNorm cause, std::string reason);

    /// Numbers of the first gas reading in the baseline or the window and of the first behind it.
    [[nodiscard]] std::pair<std::size_t, std::size_t> thatMatter() const;
    void assumptions(const GasSurvey& survey);
    void implausible(const GasSurvey& survey, const SiteRate& rate);
    void spikes();
    void gasPath(const GasSurvey& survey);
    void contact(const CurrentLook& look);
    void pauses();
    void stimulusTimes();
    void readDelivered(const CurrentLook& look);
    void baselineFlags();
    void readMeasures(const CurveView& curve, const GasSurvey& survey);
    void findTheOnset(const SecondMeans& means, const CurveView& curve);
    void accuracy();
    void window();
    void saturation(const GasSurvey& survey);
    void dryInlet(const SecondMeans& means);
    void onsetFlags();
    void persistence();
    [[nodiscard]] bool seenToTheEnd() const;
    [[nodiscard]] ResponseShape shapeOf(const SecondMeans& means) const;

    std::string refused_;                      ///< before what is set while it is thinned
    std::vector<std::size_t> spikes_;          ///< rows of the recording, set with what follows
    std::optional<SiteSignals> withoutSpikes_; ///< empty: there are none
    const SiteSignals& clean_;
    std::optional<SiteSignals> thinned_; ///< empty: the readings are slow enough as they are
    const SiteSignals& signals_;
    const HumiditySignals& recorded_; ///< every reading as it is in the recording
    const CurrentSignals& current_;   ///< never thinned: ripple and charge need every sample
    TestStimulus stimulus_;
    double start_;
    AnalysisParameters p_; ///< with the window that a reader set
    const ReaderMarks& marks_;
    SiteAnalysis site_;
    SecondMeans means_;
};

} // namespace eccrine::analysis
