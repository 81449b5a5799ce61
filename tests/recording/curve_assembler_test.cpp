// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/recording/recording_fixture.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace eccrine::recording::tests {
namespace {

Chunk chunk(std::uint8_t stream, std::uint64_t firstIndex, std::uint16_t ticks, double seconds,
            std::vector<std::byte> raw) {
    return {position(stream, firstIndex, ticks, seconds), at(seconds), std::move(raw)};
}

TEST(CurveAssembler, GivesPhysicalValuesInTheUnitsOfTheSignals) {
    CurveAssembler curves(header());
    curves.add({{chunk(1, 0, 2, 1.0, currentTicks(2, 2000)),
                 chunk(2, 0, 1, 1.0, humidityTicks(1, 20.5F, 32.25F, 100.0F))},
                {}});
    const auto& forearm = curves.test().sites[0];
    EXPECT_EQ(forearm.current.current_ma, (std::vector<double>{2.0, 2.0}));
    EXPECT_EQ(forearm.current.voltage_v[0], 1.0);
    EXPECT_DOUBLE_EQ(forearm.current.voltage_v[1], 1.001);
    EXPECT_DOUBLE_EQ(forearm.current.time_s[1], 1.001);
    EXPECT_EQ(curves.test().sites[1].current.current_ma[0], -2.0);
    EXPECT_EQ(forearm.humidity.humidityOut_pct[0], 20.5);
    EXPECT_EQ(forearm.humidity.temperatureOut_c[0], 32.25);
    EXPECT_EQ(forearm.humidity.flow_sccm[0], 100.0);
}

TEST(CurveAssembler, AFlowOfTheWireHasTheReferenceOfTheProtocol) {
    const CurveAssembler curves(header());
    ASSERT_TRUE(curves.test().sites[0].flowReference);
    EXPECT_EQ(curves.test().sites[0].flowReference->temperature, Kelvins{273.15});
    EXPECT_EQ(curves.test().sites[0].flowReference->pressure, Pascals{101325.0});
}

TEST(CurveAssembler, MissingTicksBecomeMissingSamplesAtTheirTimes) {
    CurveAssembler curves(header());
    curves.add(
        {{chunk(1, 0, 2, 0.0, currentTicks(2, 1000)), chunk(1, 5, 1, 0.005, currentTicks(1, 1000))}, {}});
    const auto& current = curves.test().sites[0].current;
    ASSERT_EQ(current.time_s.size(), 6U);
    EXPECT_NEAR(current.time_s[3], 0.003, 1e-9);
    EXPECT_TRUE(std::isnan(current.current_ma[2]) && std::isnan(current.current_ma[4]));
    EXPECT_EQ(current.current_ma[5], 1.0);
    EXPECT_EQ(current.voltage_v.size(), current.time_s.size());
}

TEST(CurveAssembler, ALongGapDoesNotFillMemory) {
    CurveAssembler curves(header());
    curves.add(
        {{chunk(1, 0, 2, 0.0, currentTicks(2, 1000)), chunk(1, 1'000'000'000, 1, 1e6, currentTicks(1, 1000))},
         {}});
    EXPECT_LT(curves.test().sites[0].current.time_s.size(), 10U);
}

TEST(CurveAssembler, ImpossibleReadingsAreMissing) {
    CurveAssembler curves(header());
    const float nan = std::numeric_limits<float>::quiet_NaN();
    curves.add({{chunk(2, 0, 1, 0.0, humidityTicks(1, 119.0F, 32.0F, 100.0F)),
                 chunk(2, 1, 1, 0.02, humidityTicks(1, nan, 90.0F, 100.0F))},
                {}});
    const auto& h = curves.test().sites[0].humidity;
    EXPECT_TRUE(std::isnan(h.humidityOut_pct[0])); // above 105 %RH
    EXPECT_TRUE(std::isnan(h.humidityOut_pct[1]));
    EXPECT_TRUE(std::isnan(h.temperatureOut_c[1])); // above 80 °C
    EXPECT_EQ(h.temperatureOut_c[0], 32.0);
}

TEST(CurveAssembler, TimeNeverGoesBackWithinAStream) {
    CurveAssembler curves(header());
    curves.add(
        {{chunk(1, 0, 2, 1.0, currentTicks(2, 1000)), chunk(1, 0, 2, 1.0, currentTicks(2, 1000))}, {}});
    EXPECT_EQ(curves.test().sites[0].current.time_s.size(), 2U);
}

TEST(CurveAssembler, TakesTheStimulusFromItsEvents) {
    CurveAssembler curves(header());
    curves.add({{}, {{at(180.25), "stimulus_start", "", ""}, {at(492.5), "stimulus_stop", "", ""}}});
    EXPECT_EQ(curves.test().stimulusStart, Seconds{180.25});
    EXPECT_EQ(curves.test().stimulusStop, Seconds{492.5});
}

TEST(CurveAssembler, ChunkByChunkOrAllAtOnceGivesTheSameCurves) {
    CurveAssembler live(header()), whole(header());
    RecordingReader::News all;
    for (std::uint64_t i = 0; i < 20; ++i) {
        const double t = 0.01 * static_cast<double>(i);
        all.chunks.push_back(chunk(1, i * 10, 10, t, currentTicks(10, static_cast<int>(i))));
        live.add({{all.chunks.back()}, {}});
    }
    whole.add(all);
    EXPECT_EQ(live.test().sites[0].current.current_ma, whole.test().sites[0].current.current_ma);
    EXPECT_EQ(live.test().sites[0].current.time_s, whole.test().sites[0].current.time_s);
}

} // namespace
} // namespace eccrine::recording::tests
