// SPDX-License-Identifier: GPL-3.0-or-later
// Expected values: the detection thresholds of the safety file, rows leakage path, idle leakage and frozen
// reading, its requirements on polarity (SR-13) and lost frames (SR-18), and its deadline of 100 ms more than
// the criterion (SR-9).
#include "acquisition/reading_rules.hpp"
#include "tests/acquisition/rule_bench.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <ostream>
#include <string>

namespace eccrine::acquisition {
namespace {

using namespace std::chrono_literals;
using Reading = RuleBench::Reading;

/// As a converter says it: the last bit is never quiet.
double noisy(double uA, double seconds) {
    return uA + (std::lround(seconds * 1000.0) % 2 == 0 ? 0.25 : -0.25);
}
Reading healthy(double seconds) {
    const double uA = noisy(2000.0, seconds);
    return {uA, 10'000.0, -uA};
}
Reading quiet(double seconds) {
    const double uA = noisy(0.0, seconds);
    return {uA, 0.0, -uA};
}

struct ReadingCase {
    const char* name;
    double set_uA;
    Reading (*before)(double seconds);
    Reading (*during)(double seconds);
    std::chrono::microseconds lasts;
    std::optional<Finding> expected;
    std::chrono::microseconds earliest{}, latest{};
};
std::ostream& operator<<(std::ostream& out, const ReadingCase& c) {
    return out << c.name;
}
class ReadingRule : public testing::TestWithParam<ReadingCase> {};
TEST_P(ReadingRule, FiresWithItsValueWithinItsTimeAndNotJustBelow) {
    const ReadingCase& c = GetParam();
    RuleBench bench;
    bench.expected = RuleBench::set(c.set_uA);
    ReadingRules rules;
    ASSERT_EQ(bench.run(rules, 3s, c.before), std::nullopt);
    const auto found = bench.run(rules, c.lasts, c.during);
    ASSERT_EQ(found.has_value(), c.expected.has_value());
    if (!found) return;
    EXPECT_EQ(found->reason, c.expected->reason);
    EXPECT_NEAR(found->value, c.expected->value, 1.0);
    EXPECT_DOUBLE_EQ(found->limit, c.expected->limit);
    EXPECT_GE(bench.after, c.earliest);
    EXPECT_LE(bench.after, c.latest);
}
INSTANTIATE_TEST_SUITE_P(
    Table, ReadingRule,
    testing::Values(
        // leakage
        ReadingCase{"AHundredMicroamperesToEarth", 2000.0, healthy,
                    [](double seconds) {
                        return Reading{noisy(2000.0, seconds), 10'000.0, -1900.0};
                    },
                    1s, Finding{TripReason::Leakage, 100.0, 50.0}, 100ms, 200ms}, // F-21
        ReadingCase{"JustAboveFiftyMicroamperes", 2000.0, healthy,
                    [](double seconds) {
                        return Reading{noisy(2000.0, seconds), 10'000.0, -1949.5};
                    },
                    1s, Finding{TripReason::Leakage, 50.5, 50.0}, 100ms, 200ms},
        ReadingCase{"FromOutsideIntoTheCathode", 2000.0, healthy,
                    [](double seconds) {
                        return Reading{noisy(2000.0, seconds), 10'000.0, -2060.0};
                    },
                    1s, Finding{TripReason::Leakage, 60.0, 50.0}, 100ms, 200ms},
        ReadingCase{"FiftyMicroamperesOfLeakage",
                    2000.0,
                    healthy,
                    [](double seconds) {
                        return Reading{noisy(2000.0, seconds), 10'000.0, 50.0 - noisy(2000.0, seconds)};
                    },
                    5s,
                    {}},
        ReadingCase{"LeakageFor99Milliseconds",
                    2000.0,
                    healthy,
                    [](double seconds) {
                        return seconds <= 0.1 ? Reading{2000.0, 10'000.0, -1800.0} : healthy(seconds);
                    },
                    5s,
                    {}},
        ReadingCase{"ACathodeThatIsNotMeasuredDoesNotLeak",
                    2000.0,
                    healthy,
                    [](double seconds) {
                        return Reading{noisy(2000.0, seconds), 10'000.0, {}};
                    },
                    5s,
                    {}},
        // idle leakage; the last of the quiet second is still in the mean
        ReadingCase{"ElevenMicroamperesWithoutCommand", 0.0, quiet,
                    [](double seconds) {
                        return Reading{noisy(11.0, seconds), 0.0, -noisy(11.0, seconds)};
                    },
                    5s, Finding{TripReason::CurrentWithoutCommand, 10.5, 10.0}, 900ms, 1100ms},
        ReadingCase{"ElevenMicroamperesBackwards", 0.0, quiet,
                    [](double seconds) {
                        return Reading{noisy(-11.0, seconds), 0.0, -noisy(-11.0, seconds)};
                    },
                    5s, Finding{TripReason::CurrentWithoutCommand, 10.5, 10.0}, 900ms, 1100ms},
        ReadingCase{"TenMicroamperesWithoutCommand",
                    0.0,
                    quiet,
                    [](double seconds) {
                        return Reading{noisy(10.0, seconds), 0.0, -noisy(10.0, seconds)};
                    },
                    20s,
                    {}},
        ReadingCase{"NoiseOfFortyMicroamperesWithoutCommand",
                    0.0,
                    quiet,
                    [](double seconds) {
                        const double uA = std::lround(seconds * 1000.0) % 2 == 0 ? 40.0 : -40.0;
                        return Reading{uA, 0.0, -uA};
                    },
                    20s,
                    {}},
        ReadingCase{"ElevenMicroamperesUnderCommand",
                    20.0,
                    quiet,
                    [](double seconds) {
                        return Reading{noisy(11.0, seconds), 0.0, -noisy(11.0, seconds)};
                    },
                    5s,
                    {}},
        // frozen
        ReadingCase{"TheSameReadingFor250Milliseconds", 2000.0, healthy,
                    [](double) {
                        return Reading{2000.0, 10'000.0, {}}; // a device without a second sense
                    },
                    1s, Finding{TripReason::FrozenReading, 251.0, 250.0}, 250ms, 350ms},
        ReadingCase{"TheSameReadingForAQuarterSecond",
                    2000.0,
                    healthy,
                    [](double seconds) {
                        return seconds <= 0.2505 ? Reading{2000.0, 10'000.0, {}} : healthy(seconds);
                    },
                    5s,
                    {}},
        ReadingCase{"AVoltageThatMovesIsNotFrozen",
                    2000.0,
                    healthy,
                    [](double seconds) {
                        return Reading{2000.0, noisy(10'000.0, seconds), {}};
                    },
                    5s,
                    {}},
        ReadingCase{"BothCurrentsFrozenWhileTheVoltageMoves", 2000.0, healthy, // F-10
                    [](double seconds) {
                        return Reading{2000.0, noisy(10'000.0, seconds), -2000.0};
                    },
                    1s, Finding{TripReason::FrozenReading, 201.0, 200.0}, 200ms, 250ms},
        ReadingCase{"BothCurrentsTheSameForTwoTenths",
                    2000.0,
                    healthy,
                    [](double seconds) {
                        return seconds <= 0.2005 ? Reading{2000.0, 10'000.0, -2000.0} : healthy(seconds);
                    },
                    5s,
                    {}},
        ReadingCase{"OneCurrentFrozenIsForTheOtherToTell",
                    2000.0,
                    healthy,
                    [](double seconds) {
                        return Reading{2000.0, 10'000.0, -noisy(2000.0, seconds)};
                    },
                    5s,
                    {}},
        ReadingCase{"FrozenBelowFiftyMicroamperes",
                    49.0,
                    quiet,
                    [](double) {
                        return Reading{49.0, 245.0, -49.0};
                    },
                    5s,
                    {}},
        ReadingCase{"FrozenAtFiftyMicroamperes", 50.0, quiet,
                    [](double) {
                        return Reading{50.0, 250.0, -50.0};
                    },
                    5s, Finding{TripReason::FrozenReading, 201.0, 200.0}, 200ms, 250ms},
        // polarity
        ReadingCase{"JustMoreThanFiftyMicroamperesBackwards", 2000.0, healthy,
                    [](double) {
                        return Reading{-50.5, 250.0, 50.5};
                    },
                    1s, Finding{TripReason::Polarity, -50.5, -50.0}, 3ms, 3ms},
        ReadingCase{"FiftyMicroamperesBackwards",
                    2000.0,
                    healthy,
                    [](double seconds) {
                        return Reading{-50.0, noisy(250.0, seconds), noisy(50.0, seconds)};
                    },
                    1s,
                    {}},
        ReadingCase{"TwoSamplesBackwards",
                    2000.0,
                    healthy,
                    [](double seconds) {
                        return seconds <= 0.0025 ? Reading{-2000.0, 1.0, 2000.0} : healthy(seconds);
                    },
                    1s,
                    {}}),
    [](const auto& each) { return std::string(each.param.name); });

TEST(ReadingRules, CurrentThatGoesDownAfterAStopIsNotWithoutCommand) {
    RuleBench bench;
    ReadingRules rules;
    ASSERT_EQ(bench.run(rules, 3s, healthy), std::nullopt);
    bench.expected = {.set_uA = 0.0, .most_uA = 2000.0, .least_uA = 0.0, .voltageLimit_mV = 60'000.0};
    EXPECT_EQ(bench.run(rules, 2s, healthy), std::nullopt);
    bench.expected.most_uA = 0.0;
    bench.expected.settled = true;
    EXPECT_EQ(bench.run(rules, 3s, quiet), std::nullopt);
}

// ---- lost samples ----

struct LossCase {
    const char* name;
    std::chrono::microseconds missing; ///< each time
    std::chrono::microseconds apart;
    int times;
    int firesAt; ///< 0: never
};
std::ostream& operator<<(std::ostream& out, const LossCase& c) {
    return out << c.name;
}
class LostSamplesRule : public testing::TestWithParam<LossCase> {};
TEST_P(LostSamplesRule, RidesThroughFiveFramesAndNoMore) {
    const LossCase& c = GetParam();
    LostSamples lost;
    std::chrono::microseconds now = 100s;
    int firedAt = 0;
    for (int i = 1; i <= c.times && firedAt == 0; ++i, now += c.apart)
        if (const auto found = lost.observe(DeviceTime{now}, c.missing)) {
            firedAt = i;
            EXPECT_EQ(found->reason, TripReason::SamplesLost);
        }
    EXPECT_EQ(firedAt, c.firesAt);
}
INSTANTIATE_TEST_SUITE_P(Table, LostSamplesRule,
                         testing::Values(LossCase{"FiveFramesAtOnce", 50ms, 1s, 1, 0}, // F-3
                                         LossCase{"SixFramesAtOnce", 60ms, 1s, 1, 1},
                                         LossCase{"FiveFramesWithinASecond", 10ms, 100ms, 5, 0},
                                         LossCase{"SixFramesWithinASecond", 10ms, 100ms, 6, 6},
                                         LossCase{"SixSamplesWithinASecond", 1ms, 100ms, 20, 6},
                                         LossCase{"AFrameEveryTwoSeconds", 10ms, 2s, 1000, 0}, // 0.5 %
                                         LossCase{"AFrameEverySecond", 10ms, 1s, 1000, 6},     // 1 %
                                         LossCase{"TwoPercent", 10ms, 500ms, 1000, 6},         // F-4
                                         LossCase{"ASampleEverySecond", 1ms, 1s, 1000, 0}),    // 0.1 %
                         [](const auto& each) { return std::string(each.param.name); });

} // namespace
} // namespace eccrine::acquisition
