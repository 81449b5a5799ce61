// SPDX-License-Identifier: GPL-3.0-or-later
#include "acquisition/load_check.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace eccrine::acquisition {
namespace {

using namespace std::chrono_literals;

/// 2 mA through 5 kΩ at two sites; what one of them reads is set in each test.
class TwoSites : public testing::Test {
protected:
    LoadCheck check;
    std::chrono::microseconds now = 1s;
    LoadWindow window{2000.0, 0.03, 4850.0, 5150.0};

    void SetUp() override { check.begin(0b101, 200ms, 100ms); }
    void run(std::chrono::microseconds time, double current_uA, double voltage_mV, bool both = true) {
        for (const auto end = now + time; now < end; now += 1ms) {
            check.add({.site = 0, .current_uA = 2000.0, .voltage_mV = 10'000.0, .at = DeviceTime{now}});
            if (both)
                check.add(
                    {.site = 2, .current_uA = current_uA, .voltage_mV = voltage_mV, .at = DeviceTime{now}});
        }
    }
    [[nodiscard]] std::optional<LoadFault> found() const {
        const auto finding = check.judge(window);
        if (!finding) return std::nullopt;
        EXPECT_EQ(finding->site, 2);
        return finding->fault;
    }
};

TEST_F(TwoSites, ALoadAsItShouldBeIsAccepted) {
    run(301ms, 2000.0, 10'000.0);
    EXPECT_TRUE(check.complete());
    EXPECT_EQ(found(), std::nullopt);
}

TEST_F(TwoSites, TheSettlingIsNotMeasured) {
    run(200ms, 0.0, 0.0);
    EXPECT_FALSE(check.complete());
    run(101ms, 2000.0, 10'000.0);
    EXPECT_EQ(found(), std::nullopt);
}

TEST_F(TwoSites, ASiteThatIsNotSeenIsNotComplete) {
    run(400ms, 0.0, 0.0, false);
    EXPECT_FALSE(check.complete());
    EXPECT_EQ(found(), LoadFault::NoReading);
}

TEST_F(TwoSites, ReadingsThatAreNoNumbersAreNoReadings) {
    run(400ms, std::numeric_limits<double>::quiet_NaN(), 10'000.0);
    EXPECT_EQ(found(), LoadFault::NoReading);
}

TEST_F(TwoSites, EachLimitIsHeldToBothSides) {
    struct Case {
        double current_uA, voltage_mV;
        std::optional<LoadFault> fault;
    };
    for (const Case& c :
         {Case{1941.0, 9'705.0, std::nullopt}, Case{1939.0, 9'695.0, LoadFault::TooLittle},
          Case{2059.0, 10'295.0, std::nullopt}, Case{2061.0, 10'305.0, LoadFault::TooMuch},
          Case{-2000.0, -10'000.0, LoadFault::Reversed}, Case{0.0, 60'000.0, LoadFault::TooLittle},
          Case{2000.0, 9'702.0, std::nullopt}, Case{2000.0, 9'698.0, LoadFault::LoadTooSmall},
          Case{2000.0, 10'298.0, std::nullopt}, Case{2000.0, 10'302.0, LoadFault::LoadTooLarge}}) {
        check.begin(0b101, 200ms, 100ms);
        run(400ms, c.current_uA, c.voltage_mV);
        EXPECT_EQ(found(), c.fault) << c.current_uA << " µA, " << c.voltage_mV << " mV";
    }
}

} // namespace
} // namespace eccrine::acquisition
