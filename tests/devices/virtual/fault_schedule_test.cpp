// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/virtual/fault_schedule.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace eccrine::devices::virtual_instrument {
namespace {

DeviceTime at(double s) {
    return DeviceTime{std::chrono::round<std::chrono::microseconds>(Seconds{s})};
}

FaultSchedule running(const std::string& fault) {
    FaultSchedule s{parseScenario("[[fault]]\nat_s = 10\n" + fault, "s.toml").value()};
    s.streamStarted(at(0.0));
    return s;
}

// F-13: a lead that is off for 5 ms
TEST(FaultSchedule, AFaultOfMillisecondsBeginsAndEndsToTheMicrosecond) {
    const auto s = running("kind = \"open_electrode\"\nsite = \"foot\"\nduration_s = 0.005\n");
    EXPECT_FALSE(s.at(at(9.999999)).electrodes[3].open);
    EXPECT_TRUE(s.at(at(10.0)).electrodes[3].open);
    EXPECT_TRUE(s.at(at(10.004999)).electrodes[3].open);
    EXPECT_FALSE(s.at(at(10.005)).electrodes[3].open);
    EXPECT_FALSE(s.at(at(10.001)).electrodes[0].open);
}

// F-15
TEST(FaultSchedule, IntermittentContactIsOpenInTheFirstHalfOfEachPeriod) {
    const auto s = running("kind = \"intermittent_contact\"\nhz = 2\n");
    for (const double period : {10.0, 10.5, 11.0}) {
        EXPECT_TRUE(s.at(at(period + 0.01)).electrodes[0].open);
        EXPECT_TRUE(s.at(at(period + 0.24)).electrodes[0].open);
        EXPECT_FALSE(s.at(at(period + 0.26)).electrodes[0].open);
        EXPECT_FALSE(s.at(at(period + 0.49)).electrodes[0].open);
    }
}

// F-16
TEST(FaultSchedule, PadsDryLinearlyAndStayDry) {
    const auto s = running("kind = \"drying_pads\"\nduration_s = 300\nresistance_factor = 2\n");
    EXPECT_DOUBLE_EQ(s.at(at(10.0)).electrodes[0].resistance, 1.0);
    EXPECT_DOUBLE_EQ(s.at(at(160.0)).electrodes[0].resistance, 1.5);
    EXPECT_DOUBLE_EQ(s.at(at(310.0)).electrodes[0].resistance, 2.0);
    EXPECT_DOUBLE_EQ(s.at(at(3000.0)).electrodes[0].resistance, 2.0);
}

// F-9
TEST(FaultSchedule, DriftGrowsWithItsTime) {
    const auto s = running("kind = \"humidity_drift\"\npct_per_s = 1\nduration_s = 20\n");
    EXPECT_DOUBLE_EQ(s.at(at(15.0)).artefacts[2].humidityStep_pct, 5.0);
    EXPECT_DOUBLE_EQ(s.at(at(30.0)).artefacts[2].humidityStep_pct, 0.0);
}

// F-6: the silence is the fault's whole life
TEST(FaultSchedule, ALateBurstIsSilentForItsMilliseconds) {
    const auto s = running("kind = \"late_burst\"\nsilence_ms = 300\n");
    EXPECT_TRUE(s.at(at(10.299)).link.silent);
    EXPECT_FALSE(s.at(at(10.3)).link.silent);
}

// F-27: what the hello says is fixed before any stream starts
TEST(FaultSchedule, AFaultAfterBootNeedsNoStream) {
    const FaultSchedule s{
        parseScenario("[[fault]]\nkind = \"identity\"\nafter = \"boot\"\nat_s = 2\nfirmware = \"9.8.7\"\n",
                      "s.toml")
            .value()};
    EXPECT_EQ(s.identityAt(at(1.9)), nullptr);
    ASSERT_NE(s.identityAt(at(2.0)), nullptr);
    EXPECT_EQ(s.identityAt(at(2.0))->firmware, (std::array<std::uint16_t, 3>{9, 8, 7}));
}

TEST(FaultSchedule, AFaultStartedByHandBeginsSoLongAfterItsInstant) {
    FaultSchedule s;
    ScenarioFault f;
    f.kind = FaultKind::OpenElectrode;
    f.at = Seconds{0.5};
    f.duration = Seconds{1.0};
    s.start(f, at(100.0));
    EXPECT_EQ(s.at(at(100.4)), ActiveFaults{});
    EXPECT_TRUE(s.at(at(100.5)).electrodes[0].open);
    EXPECT_TRUE(s.at(at(100.5)).has(FaultKind::OpenElectrode));
    EXPECT_EQ(s.at(at(101.5)), ActiveFaults{});
}

TEST(FaultSchedule, WhatIsOverIsForgottenWhenAnotherIsStarted) {
    FaultSchedule s;
    ScenarioFault f;
    f.kind = FaultKind::OpenElectrode;
    f.duration = Seconds{0.001};
    for (int k = 0; k < 5000; ++k) {
        s.start(f, at(k));
        ASSERT_FALSE(s.full());
    }
}

TEST(FaultSchedule, ClearingTakesOneKindOrAllEvenThoseToCome) {
    auto s = running("kind = \"gain_error\"\nfactor = 1.1\n[[fault]]\nat_s = 0\nkind = \"dropout\"\n");
    s.clear(FaultKind::GainError);
    EXPECT_EQ(s.at(at(20.0)).electrodes[0].gain, 1.0);
    EXPECT_TRUE(s.at(at(20.0)).artefacts[0].dropout);
    s.clear();
    EXPECT_EQ(s.at(at(20.0)), ActiveFaults{});
    EXPECT_TRUE(s.empty());
}

// F-7
TEST(FaultSchedule, ImpossibleValuesReachTheirFieldAndSite) {
    const auto s =
        running("kind = \"impossible_value\"\nsite = \"foot\"\nfield = \"flow\"\nvalue = \"nan\"\n");
    const auto impossible = s.at(at(10.0)).impossible;
    EXPECT_EQ(impossible[static_cast<std::size_t>(StreamField::Flow)].siteMask, 0x08);
    EXPECT_TRUE(std::isnan(impossible[static_cast<std::size_t>(StreamField::Flow)].value));
    EXPECT_EQ(impossible[static_cast<std::size_t>(StreamField::Pressure)].siteMask, 0x00);
}

} // namespace
} // namespace eccrine::devices::virtual_instrument
