// SPDX-License-Identifier: GPL-3.0-or-later
// Expected values: the detection thresholds of the safety file, rows short circuit, under-current and contact
// drift, and its deadline of 100 ms more than the criterion (SR-9).
#include "acquisition/contact_rules.hpp"
#include "tests/acquisition/rule_bench.hpp"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace eccrine::acquisition {
namespace {

using namespace std::chrono_literals;
using Reading = RuleBench::Reading;

struct ContactCase {
    const char* name;
    double set_uA;
    Reading (*before)(double seconds);
    Reading (*during)(double seconds);
    std::chrono::microseconds lasts;
    std::optional<Finding> expected;
    std::chrono::microseconds earliest{}, latest{};
};
std::ostream& operator<<(std::ostream& out, const ContactCase& c) {
    return out << c.name;
}
Reading healthy(double) { // 5 kΩ
    return {2000.0, 10'000.0, {}};
}
Reading small(double) {
    return {100.0, 500.0, {}};
}

class ContactRule : public testing::TestWithParam<ContactCase> {};
TEST_P(ContactRule, FiresWithItsValueWithinItsTimeAndNotJustBelow) {
    const ContactCase& c = GetParam();
    RuleBench bench;
    bench.expected = RuleBench::set(c.set_uA);
    ContactRules rules;
    ASSERT_EQ(bench.run(rules, 12s, c.before), std::nullopt);
    const auto found = bench.run(rules, c.lasts, c.during);
    ASSERT_EQ(found.has_value(), c.expected.has_value());
    if (!found) return;
    EXPECT_EQ(found->reason, c.expected->reason);
    EXPECT_NEAR(found->value, c.expected->value, 0.01 * c.expected->value);
    EXPECT_NEAR(found->limit, c.expected->limit, 0.01 * c.expected->limit);
    EXPECT_GE(bench.after, c.earliest);
    EXPECT_LE(bench.after, c.latest);
}
INSTANTIATE_TEST_SUITE_P(
    Table, ContactRule,
    testing::Values(
        // 300 Ω: 600 mV at 2 mA
        ContactCase{"FiftyOhms", 2000.0, healthy,
                    [](double) {
                        return Reading{2000.0, 100.0, {}};
                    },
                    1s, Finding{TripReason::ShortCircuit, 50.0, 300.0}, 100ms, 200ms}, // F-17
        ContactCase{"JustBelow300Ohms", 2000.0, healthy,
                    [](double) {
                        return Reading{2000.0, 599.9, {}};
                    },
                    1s, Finding{TripReason::ShortCircuit, 300.0, 300.0}, 100ms, 200ms},
        ContactCase{"ThreeHundredOhms",
                    2000.0,
                    healthy,
                    [](double) {
                        return Reading{2000.0, 600.0, {}};
                    },
                    5s,
                    {}},
        ContactCase{"ShortForOnly99Milliseconds",
                    2000.0,
                    healthy,
                    [](double seconds) {
                        return Reading{2000.0, seconds <= 0.1 ? 100.0 : 10'000.0, {}};
                    },
                    5s,
                    {}},
        ContactCase{"ShortBelow100Microamperes",
                    100.0,
                    small,
                    [](double) {
                        return Reading{99.0, 5.0, {}};
                    },
                    5s,
                    {}},
        ContactCase{"ShortAt100Microamperes", 100.0, small,
                    [](double) {
                        return Reading{100.0, 5.0, {}};
                    },
                    5s, Finding{TripReason::ShortCircuit, 50.0, 300.0}, 100ms, 200ms},
        ContactCase{"AVoltageThatIsNotMeasuredIsNoShort",
                    2000.0,
                    healthy,
                    [](double) {
                        return Reading{2000.0, {}, {}};
                    },
                    5s,
                    {}},
        // under-current: 0.90 · 2000 − 20 = 1780 µA
        ContactCase{"JustBelowTheLeastCurrent", 2000.0, healthy,
                    [](double) {
                        return Reading{1779.0, 8'895.0, {}};
                    },
                    20s, Finding{TripReason::UnderCurrent, 1779.0, 1780.0}, 5s, 6'100ms},
        ContactCase{"TheLeastCurrent",
                    2000.0,
                    healthy,
                    [](double) {
                        return Reading{1780.5, 8'900.0, {}};
                    },
                    20s,
                    {}},
        ContactCase{"TooLittleForFourSeconds",
                    2000.0,
                    healthy,
                    [](double seconds) {
                        return seconds < 4.0 ? Reading{1700.0, 8'500.0, {}} : healthy(seconds);
                    },
                    20s,
                    {}},
        ContactCase{"TooLittleWithoutVoltageToSpare",
                    2000.0,
                    [](double) {
                        return Reading{2000.0, 55'000.0, {}};
                    },
                    [](double) {
                        return Reading{1700.0, 55'000.0, {}};
                    },
                    20s,
                    {}},
        // drift
        ContactCase{"HalfAsMuchAgainAtOnce", 2000.0, healthy,
                    [](double) {
                        return Reading{2000.0, 15'010.0, {}};
                    },
                    5s, Finding{TripReason::ContactDrift, 7'505.0, 7'500.0}, 100ms, 300ms},
        ContactCase{"HalfAsMuchAgainWithinASecond", 2000.0, healthy,
                    [](double seconds) {
                        return Reading{2000.0, 10'000.0 + 5'100.0 * std::min(seconds, 1.0), {}};
                    },
                    5s, Finding{TripReason::ContactDrift, 7'500.0, 7'500.0}, 1s, 1'100ms},
        ContactCase{"LessThanHalfAsMuchAgain",
                    2000.0,
                    healthy,
                    [](double) {
                        return Reading{2000.0, 14'950.0, {}};
                    },
                    5s,
                    {}},
        ContactCase{"HalfAsMuchAgainWithinTwoSeconds",
                    2000.0,
                    healthy,
                    [](double seconds) {
                        return Reading{2000.0, 10'000.0 + 2'500.0 * std::min(seconds, 2.0), {}};
                    },
                    5s,
                    {}},
        ContactCase{"AContactThatIsOpenFor5Milliseconds",
                    2000.0,
                    healthy, // F-13
                    [](double seconds) {
                        return seconds <= 0.005 ? Reading{0.0, 60'000.0, {}} : healthy(seconds);
                    },
                    5s,
                    {}},
        ContactCase{"ALoadThatFalls",
                    2000.0,
                    healthy,
                    [](double seconds) {
                        return Reading{2000.0, 10'000.0 - 900.0 * seconds, {}};
                    },
                    10s,
                    {}}),
    [](const auto& each) { return std::string(each.param.name); });

TEST(ContactRules, ALoadThatDoublesInFiveMinutesIsWarnedOfAtHalfAsMuchAgain) { // F-16
    RuleBench bench;
    ContactRules rules;
    const auto dries = [](double seconds) { return Reading{2000.0, 10'000.0 * (1.0 + seconds / 300.0), {}}; };
    EXPECT_EQ(bench.run(rules, 149s, dries), std::nullopt);
    EXPECT_EQ(rules.drift(), std::nullopt);
    EXPECT_EQ(bench.run(rules, 3s, [&](double seconds) { return dries(149.0 + seconds); }), std::nullopt);
    ASSERT_TRUE(rules.drift());
    EXPECT_EQ(rules.drift()->reason, WarningReason::ContactDrift);
    EXPECT_NEAR(rules.drift()->value, 7'500.0, 60.0);
    EXPECT_NEAR(rules.drift()->limit, 7'500.0, 10.0);
}

TEST(ContactRules, HalfAsMuchAgainOverTenSecondsIsAWarning) {
    RuleBench bench;
    ContactRules rules;
    ASSERT_EQ(bench.run(rules, 12s, healthy), std::nullopt);
    EXPECT_EQ(bench.run(rules, 11s,
                        [](double seconds) {
                            return Reading{2000.0, 10'000.0 + 510.0 * std::min(seconds, 10.0), {}};
                        }),
              std::nullopt);
    EXPECT_TRUE(rules.drift());
}

TEST(ContactRules, TooLittleCurrentIsWarnedOfBeforeItPauses) {
    RuleBench bench;
    ContactRules rules;
    ASSERT_EQ(bench.run(rules, 12s, healthy), std::nullopt);
    EXPECT_EQ(bench.run(rules, 1'100ms, [](double) { return Reading{1700.0, 8'500.0, {}}; }), std::nullopt);
    ASSERT_TRUE(rules.underCurrent());
    EXPECT_NEAR(rules.underCurrent()->value, 1700.0, 30.0);
    EXPECT_DOUBLE_EQ(rules.underCurrent()->limit, 1780.0);
}

TEST(ContactRules, DriftIsOfHoldOnly) {
    RuleBench bench;
    ContactRules rules;
    bench.expected.least_uA = 1900.0; // the ramp has not arrived
    EXPECT_EQ(bench.run(rules, 5s,
                        [](double seconds) {
                            return Reading{1950.0, 10'000.0 + 10'000.0 * seconds, {}};
                        }),
              std::nullopt);
    EXPECT_EQ(rules.drift(), std::nullopt);
}

} // namespace
} // namespace eccrine::acquisition
