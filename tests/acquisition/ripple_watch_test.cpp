// SPDX-License-Identifier: GPL-3.0-or-later
// Expected values: the row ripple / mains of the safety file's detection thresholds, F-22, and the deadline
// of 100 ms more than the criterion (SR-9). A sine of amplitude a has an rms of a/√2.
#include "acquisition/ripple_watch.hpp"
#include "tests/acquisition/rule_bench.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <ostream>
#include <random>
#include <string>

namespace eccrine::acquisition {
namespace {

using namespace std::chrono_literals;
using Reading = RuleBench::Reading;

/// `share` of the set-point as rms.
auto sine(double set_uA, double hertz, double share) {
    return [=](double t) {
        return Reading{set_uA *
                           (1.0 + share * std::numbers::sqrt2 * std::sin(2.0 * std::numbers::pi * hertz * t)),
                       {},
                       {}};
    };
}

struct RippleCase {
    const char* name;
    double hertz, share;
    bool line, warns, pauses;
};
std::ostream& operator<<(std::ostream& out, const RippleCase& c) {
    return out << c.name;
}
class RippleRule : public testing::TestWithParam<RippleCase> {};
TEST_P(RippleRule, WarnsAtTwoAndPausesAtFivePercentAndALineWarnsAtOne) {
    const auto& c = GetParam();
    RuleBench bench;
    RippleWatch watch;
    ASSERT_EQ(bench.run(watch, 3s, sine(2000.0, 1.0, 0.0)), std::nullopt);
    bool ripple = false, line = false;
    const auto found = bench.run(watch, 5s, sine(2000.0, c.hertz, c.share), [&](const RippleWatch& w) {
        ripple = ripple || w.ripple();
        line = line || w.line();
    });
    ASSERT_EQ(found.has_value(), c.pauses);
    EXPECT_EQ(ripple, c.warns);
    EXPECT_EQ(line, c.line);
    if (!found) return;
    EXPECT_EQ(found->reason, TripReason::Ripple);
    EXPECT_DOUBLE_EQ(found->limit, 100.0);
    EXPECT_GT(found->value, 100.0);
    EXPECT_LE(bench.after, 1'100ms);
}
INSTANTIATE_TEST_SUITE_P(
    Table, RippleRule,
    testing::Values(RippleCase{"Quiet", 50.0, 0.0, false, false, false},
                    RippleCase{"LineJustBelowOnePercent", 50.0, 0.0099, false, false, false},
                    RippleCase{"LineJustAboveOnePercent", 50.0, 0.0101, true, false, false},
                    RippleCase{"LineOfSixtyHertz", 60.0, 0.0101, true, false, false},
                    RippleCase{"LineOffItsFrequency", 50.4, 0.0110, true, false, false},
                    RippleCase{"NoLine", 120.0, 0.0190, false, false, false},
                    RippleCase{"JustAboveTwoPercent", 120.0, 0.0202, false, true, false},
                    RippleCase{"LineOfThreePercent", 50.0, 0.03, true, true, false},
                    RippleCase{"JustBelowFivePercent", 333.0, 0.0495, false, true, false},
                    RippleCase{"JustAboveFivePercent", 333.0, 0.0505, false, true, true},
                    RippleCase{"LineOfEightPercent", 60.0, 0.08, true, true, true},
                    RippleCase{"Slow", 1.0, 0.06, false, true, true}),
    [](const auto& each) { return std::string(each.param.name); });

TEST(RippleWatch, TheConvertersOwnNoiseIsNoneEvenWhereLittleIsSet) {
    RuleBench bench;
    bench.expected = RuleBench::set(50.0);
    RippleWatch watch;
    std::mt19937 engine{7};
    std::normal_distribution<double> noise{0.0, 2.0}; // twice that of the virtual instrument
    EXPECT_EQ(bench.run(
                  watch, 60s,
                  [&](double) {
                      return Reading{50.0 + noise(engine), {}, {}};
                  },
                  [](const RippleWatch& w) { ASSERT_FALSE(w.ripple() || w.line()); }),
              std::nullopt);
}

TEST(RippleWatch, AContactThatIsOpenForAMomentIsNotRipple) { // F-13
    RuleBench bench;
    RippleWatch watch;
    EXPECT_EQ(bench.run(watch, 10s,
                        [](double t) {
                            return Reading{std::fmod(t, 3.0) < 0.005 ? 0.0 : 2000.0, {}, {}};
                        }),
              std::nullopt);
}

TEST(RippleWatch, AStepIsNotRippleHoweverLarge) {
    for (const double to : {1700.0, 1000.0, 2400.0}) {
        RuleBench bench;
        RippleWatch watch;
        ASSERT_EQ(bench.run(watch, 3s, sine(2000.0, 1.0, 0.0)), std::nullopt);
        EXPECT_EQ(bench.run(
                      watch, 3s,
                      [to](double) {
                          return Reading{to, {}, {}};
                      },
                      [](const RippleWatch& w) { ASSERT_FALSE(w.ripple()); }),
                  std::nullopt);
    }
}

TEST(RippleWatch, LostFramesAreNotRippleAndDoNotHideIt) {
    RuleBench bench;
    RippleWatch watch;
    for (int i = 0; i < 100; ++i) {
        ASSERT_EQ(bench.run(watch, 100ms, sine(2000.0, 1.0, 0.0)), std::nullopt);
        bench.now += 10ms;
    }
    std::optional<Finding> found;
    for (int i = 0; i < 20 && !found; ++i) {
        found = bench.run(watch, 100ms, sine(2000.0, 50.0, 0.08));
        bench.now += 10ms;
    }
    EXPECT_TRUE(found);
}

TEST(RippleWatch, AStreamOfTenKilohertzIsJudgedAtOneKilohertz) {
    RuleBench bench;
    bench.period = 100us;
    RippleWatch watch;
    EXPECT_EQ(bench.run(watch, 2s, sine(2000.0, 50.0, 0.049)), std::nullopt);
    EXPECT_TRUE(bench.run(watch, 2s, sine(2000.0, 50.0, 0.052)));
}

TEST(RippleWatch, TheRampIsNotJudged) {
    RuleBench bench;
    bench.expected.least_uA = 100.0;
    RippleWatch watch;
    EXPECT_EQ(bench.run(watch, 5s, [](double t) { return Reading{400.0 * t, {}, {}}; }), std::nullopt);
}

} // namespace
} // namespace eccrine::acquisition
