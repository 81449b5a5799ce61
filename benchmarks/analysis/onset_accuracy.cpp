// SPDX-License-Identifier: GPL-3.0-or-later
// onset_accuracy [SEEDS]: how well each onset method finds a known onset. One row per shape, volume, sensor
// lag and drift; per method bias ± SD in s, how many were more than 30 s early (e) and how many were not
// found or indeterminate (n); on curves without sweat how many false onsets. Exit 1 when the default method
// is not the best of its row by |bias| + SD among threshold-sd and cusum, or finds more than 1 % onsets in
// blank curves.
#include "analysis/onset.hpp"
#include "analysis/sweat_curve.hpp"
#include "tests/analysis/synthetic_curve.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

namespace eccrine::analysis {
namespace {

constexpr std::array methods{OnsetMethod::Rise, OnsetMethod::Hinge, OnsetMethod::Segmented,
                             OnsetMethod::ThresholdSd, OnsetMethod::Cusum};

struct Score {
    std::vector<double> errors_s;
    int early = 0, notFound = 0;

    [[nodiscard]] double bias() const {
        double sum = 0.0;
        for (const double e : errors_s)
            sum += e;
        return errors_s.empty() ? 0.0 : sum / static_cast<double>(errors_s.size());
    }
    [[nodiscard]] double spread() const {
        double sum = 0.0;
        for (const double e : errors_s)
            sum += (e - bias()) * (e - bias());
        return errors_s.size() < 2 ? 0.0 : std::sqrt(sum / static_cast<double>(errors_s.size() - 1));
    }
    [[nodiscard]] double worst() const { return std::abs(bias()) + spread(); }
};

struct Row {
    const char* shape;
    double volume_nl, sensor_s, drift;
};

tests::Shape shapeOf(const Row& row, double latency_s) {
    tests::Shape s;
    const bool sigmoid = std::string(row.shape) == "sigmoid";
    s.latency_s = latency_s;
    s.rise_s = sigmoid ? 120.0 : 75.0;
    s.exponent = sigmoid ? 2.0 : 1.0;
    s.amplitude = 1.0;
    s.baseline = 0.0;
    double perUnit_nl = 0.0; // of an amplitude of 1 nL/min, by the second
    for (int t = 0; t < 600; ++t)
        perUnit_nl += s.at(t + 0.5) / 60.0;
    s.amplitude = row.volume_nl / perUnit_nl;
    s.baseline = 40.0;
    return s;
}

void run(const Row& row, int seeds, std::array<Score, methods.size()>& scores) {
    std::mt19937 random(20261121);
    std::uniform_real_distribution<double> latency(60.0, 150.0);
    for (int seed = 1; seed <= seeds; ++seed) {
        const double truth_s = latency(random);
        tests::Chain chain;
        chain.before_s = 180.0;
        chain.white = 2.0;
        chain.slow = 0.6;
        chain.sensor_s = row.sensor_s;
        chain.drift = seed % 2 == 0 ? row.drift : -row.drift;
        chain.seed = static_cast<unsigned>(seed);
        const auto site = tests::siteOf(shapeOf(row, truth_s), chain);
        const RateCurve curve{site.humidity.time_s, site.humidity.rate_nl_per_min};
        AnalysisParameters p;
        const auto means = secondMeans(curve, chain.before_s);
        const auto baseline = estimateBaseline(means, p);
        const auto measures = measureCurve(curve, chain.before_s, 300.0, *baseline, p);
        for (std::size_t m = 0; m < methods.size(); ++m) {
            p.onsetMethod = methods[m];
            const auto onset = findOnset(means, *baseline, measures->peak.value, site.capsule, p);
            if (!onset.latency) {
                ++scores[m].notFound;
                continue;
            }
            const double error = onset.latency->count() - truth_s;
            scores[m].errors_s.push_back(error);
            if (error < -30.0) ++scores[m].early;
        }
    }
}

} // namespace
} // namespace eccrine::analysis

int main(int argc, char** argv) {
    using namespace eccrine::analysis;
    const int seeds = argc > 1 ? std::atoi(argv[1]) : 200;
    if (seeds < 2) {
        std::fprintf(stderr,
                     "onset_accuracy: the number of seeds is 2 or more; see the head of its source.\n");
        return 2;
    }
    std::printf(
        "%d curves a row, 10 Hz, white 2 and slow 0.6 nL/min, 180 s of baseline, latency 60 to 150 s\n\n",
        seeds);
    std::printf("| shape | nL | lag s | drift |");
    for (const OnsetMethod m : methods)
        std::printf(" %s |", std::string(nameOf(m)).c_str());
    std::printf("\n|---|---|---|---|---|---|---|---|---|\n");
    bool held = true;
    for (const char* shape : {"sharp", "sigmoid"})
        for (const double volume : {1079.0, 203.0, 70.0, 0.0})
            for (const double lag : {0.0, 5.0, 10.0})
                for (const double drift : {0.0, 3.0}) {
                    if (volume == 0.0 && std::string(shape) == "sigmoid") continue; // the same blank curves
                    std::array<Score, methods.size()> scores;
                    run({shape, volume, lag, drift}, seeds, scores);
                    std::printf("| %s | %.0f | %.0f | ±%.0f |", volume == 0.0 ? "no sweat" : shape, volume,
                                lag, drift);
                    for (const Score& s : scores)
                        if (volume == 0.0)
                            std::printf(" false %zu |", s.errors_s.size());
                        else
                            std::printf(" %+.1f ± %.1f, e%d n%d |", s.bias(), s.spread(), s.early,
                                        s.notFound);
                    bool good = true;
                    if (volume == 0.0)
                        good = static_cast<double>(scores[0].errors_s.size()) <= 0.01 * seeds;
                    else
                        for (const std::size_t other : {std::size_t{3}, std::size_t{4}})
                            good = good && scores[0].worst() < scores[other].worst();
                    std::printf("%s\n", good ? "" : " <- not held");
                    std::fflush(stdout);
                    held = held && good;
                }
    return held ? 0 : 1;
}
