// SPDX-License-Identifier: GPL-3.0-or-later
#include "example_result.hpp"

#include <algorithm>

namespace eccrine::tests {

analysis::RateCurve triangleCurve() {
    analysis::RateCurve curve;
    for (int s = -120; s <= 600; ++s) {
        curve.time_s.push_back(s);
        const double rise = std::clamp(1.0 - std::abs(s - 300.0) / 300.0, 0.0, 1.0);
        curve.rate_nl_per_min.push_back(40.0 + 300.0 * rise);
    }
    return curve;
}

namespace {

analysis::SiteAnalysis forearm() {
    analysis::SiteAnalysis site;
    site.site = "forearm";
    site.baseline = analysis::Baseline{.level = {40.5},
                                       .slope_nl_per_min2 = 0.125,
                                       .drifting = false,
                                       .restingOutput = {40.25},
                                       .noise = {1.0},
                                       .length = Seconds{180.0},
                                       .volumeUncertainty = {0.0078125}};
    site.onset.verdict = analysis::Onset::Verdict::Found;
    site.onset.latency = Seconds{104.5};
    site.onset.halfWidth = Seconds{1.5};
    site.onset.lagCorrected = true;
    site.measures = analysis::CurveMeasures{.peak = {300.0},
                                            .peakAbsolute = {340.5},
                                            .peakTime = Seconds{300.0},
                                            .riseSlope_nl_per_min2 = 150.5,
                                            .volume = {1.5},
                                            .volumeDuring = {0.5},
                                            .volumeAfter = {1.0},
                                            .uncertainty = {0.015625},
                                            .gainUncertainty = Microlitres{0.0078125},
                                            .residual = 0.0625,
                                            .offHalfTime = Seconds{88.0},
                                            .gaps = Seconds{0.0},
                                            .covered = Seconds{600.0}};
    site.lagCorrected = analysis::CorrectedCurve{
        .means = {}, .lambda = 0.0009765625, .peak = {312.0}, .peakTime = Seconds{298.5}, .rejected = ""};
    site.expulsionsPerMin = 7.5;
    site.rateAccuracy = {NanolitresPerMin{57.5}, NanolitresPerMin{58.25}, 0.03125, ""};
    site.noise = analysis::HygrometerNoise{{0.5}, {}, {}, Seconds{-180.0}, Seconds{0.0}};
    site.shape = analysis::ResponseShape::NormalReturn;
    site.volumePerArea = MicrolitresPerCm2{1.875};
    site.delivered = analysis::Delivered{.charge = {600.25},
                                         .meanCurrent = {1.9375},
                                         .duration = Seconds{309.75},
                                         .plateau = {2.0},
                                         .start = Seconds{200.0},
                                         .stop = Seconds{509.75}};
    site.curve = triangleCurve();
    return site;
}

analysis::SiteAnalysis foot() {
    analysis::SiteAnalysis site;
    site.site = "foot";
    site.usable = false;
    site.onset.verdict = analysis::Onset::Verdict::None;
    site.rateAccuracy.absentBecause = "the pressure was not recorded";
    site.flags = {{"NO_CURRENT", "The delivered current was not recorded.", {}, {}, false},
                  {"NO_BASELINE", "There is no baseline.", Seconds{-8.0}, Seconds{0.0}, true}};
    return site;
}

} // namespace

ExampleResult exampleResult() {
    ExampleResult example;
    RecordedTest& test = example.test;
    test.sourceFile = "/somewhere/else/two sites.eccrine";
    test.sha256 = "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9";
    test.protocol = "qsart";
    test.simulated = true;
    test.meta = {{"id", "5f0c7d1e-6a34-4f6e-9f0a-0d9a3c1b2e4f"},
                 {"outcome", "finished"},
                 {"started_utc", "2026-03-04T09:30:00Z"},
                 {"patient.name", "Ann Other"}};
    SiteSignals signals;
    signals.site = "forearm";
    signals.capsule.area = SquareCentimetres{0.8};
    test.sites = {signals};
    test.remarks = {"column foot.ph is not known and was not used"};
    example.result.stimulusStart = Seconds{200.0};
    example.result.stimulusStop = Seconds{509.75};
    example.result.sites = {forearm(), foot()};
    example.result.ratios = {{"foot", "forearm", 0.375, 0.015625}};
    example.result.sides = {
        {"foot", "left_foot", "right_foot", 1.25, 0.03125, 22.25, NanolitresPerMin{-4.5}, ""},
        {"forearm", "left_forearm", "right_forearm", {}, {}, {}, {}, "the left side cannot be used"}};
    return example;
}

} // namespace eccrine::tests
