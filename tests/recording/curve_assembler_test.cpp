// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/recording/recording_fixture.hpp"

#include <gtest/gtest.h>

#include <bit>
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
    curves.add(
        {{chunk(2, 0, 1, 0.0, humidityTicks(1, 119.0F, 32.0F, 100.0F)),
          chunk(2, 1, 1, 0.02, humidityTicks(1, nan, 90.0F, 100.0F)),
          chunk(2, 2, 1, 0.04, humidityTicks(1, 10.0F, 32.0F, std::numeric_limits<float>::infinity()))},
         {}});
    const auto& h = curves.test().sites[0].humidity;
    EXPECT_TRUE(std::isnan(h.humidityOut_pct[0])); // above 105 %RH
    EXPECT_TRUE(std::isnan(h.humidityOut_pct[1]));
    EXPECT_TRUE(std::isnan(h.temperatureOut_c[1])); // above 80 °C
    EXPECT_EQ(h.temperatureOut_c[0], 32.0);
    EXPECT_EQ(h.flow_sccm[0], 100.0);
    EXPECT_TRUE(std::isnan(h.flow_sccm[2])); // infinite
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

TEST(CurveAssembler, TwoStreamsMeetAtExactlyTheSameTimes) {
    CurveAssembler curves(header());
    curves.add({{chunk(1, 0, 100, 0.3, currentTicks(100, 1)),
                 chunk(2, 0, 5, 0.3, humidityTicks(5, 20.0F, 32.0F, 100.0F))},
                {}});
    const auto& site = curves.test().sites[0];
    for (std::size_t k = 0; k < 5; ++k)
        EXPECT_EQ(site.humidity.time_s[k], site.current.time_s[20 * k]);
    EXPECT_EQ(site.current.time_s[7], 0.307) << "the decimal itself, so that it prints as 0.307";
}

TEST(CurveAssembler, AStreamWithBothKindsFillsBothTimeBases) {
    RecordingHeader mixed = header();
    mixed.streams = {{1,
                      RawFormat::F32,
                      0b0001,
                      10'000,
                      {{Measurand::AnodeCurrent, 1.0F, 0.0F}, {Measurand::HumidityOut, 1.0F, 0.0F}}}};
    std::vector<std::byte> raw;
    for (const float v : {2000.0F, 20.0F, 1500.0F, 21.0F})
        put(raw, std::bit_cast<std::int32_t>(v), 4);
    CurveAssembler curves(mixed);
    curves.add({{chunk(1, 0, 2, 0.0, raw)}, {}});
    const auto& site = curves.test().sites[0];
    EXPECT_EQ(site.current.current_ma, (std::vector<double>{2.0, 1.5}));
    EXPECT_EQ(site.current.time_s, (std::vector<double>{0.0, 0.1}));
    EXPECT_EQ(site.humidity.humidityOut_pct, (std::vector<double>{20.0, 21.0}));
    EXPECT_EQ(site.humidity.time_s, (std::vector<double>{0.0, 0.1}));
}

TEST(CurveAssembler, AReadingOnASecondTimeBaseIsNamedAndNotMixedIn) {
    RecordingHeader h = header();
    h.streams.push_back({3, RawFormat::F32, 0b0001, 1'000, {{Measurand::Pressure, 1.0F, 0.0F}}});
    std::vector<std::byte> raw;
    put(raw, std::bit_cast<std::int32_t>(101.3F), 4);
    CurveAssembler curves(h);
    curves.add({{chunk(2, 0, 5, 0.0, humidityTicks(5, 20.0F, 32.0F, 100.0F)), chunk(3, 0, 1, 0.0, raw)}, {}});
    EXPECT_TRUE(curves.test().sites[0].humidity.pressure_kpa.empty());
    EXPECT_EQ(curves.test().sites[0].humidity.time_s.size(), 5U);
    ASSERT_EQ(curves.test().remarks.size(), 1U);
    EXPECT_EQ(curves.test().remarks[0],
              "Stream 3 carries gas readings of forearm on a second time base, which were not used.");
}

class EachRawFormat : public testing::TestWithParam<RawFormat> {};

TEST_P(EachRawFormat, GivesTheLeastTheGreatestAndAFraction) {
    RecordingHeader h = header();
    h.streams = {{1, GetParam(), 0b0001, 1'000'000, {{Measurand::AnodeCurrent, 0.5F, 10.0F}}}};
    std::vector<std::byte> raw;
    for (const std::int32_t value : {-20'000, 0, 20'001}) {
        const auto word =
            GetParam() == RawFormat::F32 ? std::bit_cast<std::int32_t>(static_cast<float>(value)) : value;
        put(raw, word, bytesOf(GetParam()));
    }
    CurveAssembler curves(h);
    curves.add({{chunk(1, 0, 3, 0.0, raw)}, {}});
    // (raw · 0.5 + 10) µA, in mA
    EXPECT_EQ(curves.test().sites[0].current.current_ma, (std::vector<double>{-9.99, 0.01, 10.0105}));
}

INSTANTIATE_TEST_SUITE_P(Formats, EachRawFormat,
                         testing::Values(RawFormat::I16, RawFormat::I24, RawFormat::I32, RawFormat::F32));

TEST(CurveAssembler, ReservedMemoryChangesNoValue) {
    CurveAssembler plain(header()), reserved(header());
    reserved.reserve(Seconds{600});
    for (CurveAssembler* curves : {&plain, &reserved})
        curves->add({{chunk(1, 0, 2, 0.0, currentTicks(2, 7))}, {}});
    EXPECT_EQ(plain.test().sites[0].current.current_ma, reserved.test().sites[0].current.current_ma);
    EXPECT_EQ(reserved.test().sites[0].current.time_s.size(), 2U);
}

TEST(CurveAssembler, BoundedItHoldsNoMoreThanItMayHoweverManyChunksCome) {
    CurveAssembler curves(header());
    constexpr std::size_t most = 20'000, chunkValues = 100 * 3 * 2; // 100 ticks of three columns, two sites
    curves.bound(most);
    curves.reserve(Seconds{3600.0});
    for (std::uint64_t k = 0; k < 3000; ++k) { // 5 min at 1 kHz, a reading that swings by 1 mA around 2
        const double t = 0.1 * static_cast<double>(k);
        std::vector<std::byte> raw;
        for (int i = 0; i < 50; ++i)
            for (const int uA : {1000, 3000}) {
                const auto tick = currentTicks(1, uA);
                raw.insert(raw.end(), tick.begin(), tick.end());
            }
        curves.add(position(1, 100 * k, 100, t), at(t), raw);
        ASSERT_LE(curves.held(), most + chunkValues);
    }
    const RecordedTest test = curves.take();
    for (const SiteSignals& site : test.sites) {
        EXPECT_EQ(site.current.samplesPerRow, 128U); // 1 800 000 values into 20 000: 1/90
        EXPECT_EQ(site.current.voltage_v.size(), site.current.time_s.size());
        for (const double ma : site.current.current_ma)
            EXPECT_NEAR(std::abs(ma), 2.0, 1e-9);
        EXPECT_EQ(site.humidity.samplesPerRow, 1U);
    }
    EXPECT_EQ(test.remarks.size(), 2U);
}

TEST(CurveAssembler, BoundedItKeepsAGapAGapAndLeavesWhatFitsAlone) {
    CurveAssembler plain(header()), bounded(header()), reduced(header());
    bounded.bound(mostValuesHeld);
    reduced.bound(2'000);
    for (CurveAssembler* curves : {&plain, &bounded, &reduced})
        for (std::uint64_t k = 0; k < 200; ++k) {
            if (k >= 60 && k < 120) continue; // 6 s are lost
            const double t = 0.1 * static_cast<double>(k);
            curves->add(position(1, 100 * k, 100, t), at(t), currentTicks(100, 1000));
        }
    const RecordedTest a = plain.take(), b = bounded.take(), c = reduced.take();
    EXPECT_EQ(a.sites[0].current.time_s, b.sites[0].current.time_s);
    EXPECT_EQ(a.sites[0].current.voltage_v.size(), b.sites[0].current.voltage_v.size());
    const CurrentSignals& current = c.sites[0].current;
    for (std::size_t i = 0; i < current.time_s.size(); ++i) {
        const bool gone = std::isnan(current.current_ma[i]);
        if (current.time_s[i] > 6.2 && current.time_s[i] < 11.8) {
            EXPECT_TRUE(gone) << current.time_s[i];
        }
        if (!gone) {
            EXPECT_NEAR(current.current_ma[i], 1.0, 1e-12);
        }
    }
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
