// SPDX-License-Identifier: GPL-3.0-or-later
// How alarms are seen and heard. The ranges are those of IEC 60601-1-8 as the file cites them.
#include "protocols/alarm_signal_file.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

namespace eccrine::protocols {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

std::string shippedText() {
    return eccrine::tests::readText(ECCRINE_PROTOCOL_DIR "/alarm-signals.toml");
}

TEST(AlarmSignals, TheFlashesAreThoseOfTheStandard) {
    const AlarmSignals& s = shippedAlarmSignals();
    EXPECT_GE(s.high.flash_hz, 1.4);
    EXPECT_LE(s.high.flash_hz, 2.8);
    EXPECT_GE(s.high.litPart, 0.2);
    EXPECT_LE(s.high.litPart, 0.8);
    EXPECT_GE(s.medium.flash_hz, 0.4);
    EXPECT_LE(s.medium.flash_hz, 0.8);
    EXPECT_GE(s.medium.litPart, 0.2);
    EXPECT_LE(s.medium.litPart, 0.6);
    EXPECT_EQ(s.low.flash_hz, 0.0) << "lit steadily";
}

TEST(AlarmSignals, TheBurstsHaveTenThreeAndTwoPulses) {
    const AlarmSignals& s = shippedAlarmSignals();
    EXPECT_EQ(s.high.gaps.size() + 1, 10U);
    EXPECT_EQ(s.medium.gaps.size() + 1, 3U);
    EXPECT_EQ(s.low.gaps.size() + 1, 2U);
    EXPECT_GE(s.high.pulse, milliseconds{75});
    EXPECT_LE(s.high.pulse, milliseconds{200});
    for (const AlarmSignal* signal : {&s.medium, &s.low}) {
        EXPECT_GE(signal->pulse, milliseconds{125});
        EXPECT_LE(signal->pulse, milliseconds{250});
    }
    const auto silence = [](const AlarmSignal& a) {
        const auto burst =
            std::accumulate(a.gaps.begin(), a.gaps.end(), a.pulse * static_cast<int>(a.gaps.size() + 1));
        return a.repeat - Seconds{burst};
    };
    EXPECT_GE(silence(s.high), Seconds{2.5});
    EXPECT_LE(silence(s.high), Seconds{15.0});
    EXPECT_GE(silence(s.medium), Seconds{2.5});
    EXPECT_LE(silence(s.medium), Seconds{30.0});
    EXPECT_GT(silence(s.low), Seconds{15.0});
    EXPECT_LE(s.soundPaused, Seconds{120}) << "SR-25";
}

struct Broken {
    const char* name;
    const char* from;
    const char* to;
    const char* says;
};

class BrokenAlarmSignals : public testing::TestWithParam<Broken> {};

TEST_P(BrokenAlarmSignals, AreRefusedWithPlaceAndReason) {
    std::string text = shippedText();
    const auto at = text.find(GetParam().from);
    ASSERT_NE(at, std::string::npos);
    text.replace(at, std::string(GetParam().from).size(), GetParam().to);
    const auto file = parseAlarmSignals(text, "signals.toml");
    ASSERT_FALSE(file);
    EXPECT_THAT(file.error().sentence(), HasSubstr(GetParam().says));
    EXPECT_THAT(file.error().sentence(), HasSubstr("signals.toml"));
}

INSTANTIATE_TEST_SUITE_P(
    Files, BrokenAlarmSignals,
    testing::Values(Broken{"PauseTooLong", "paused_s = 120", "paused_s = 121", "outside 1 to 120"},
                    Broken{"PitchTooHigh", "pitch_hz = 523", "pitch_hz = 1200", "outside 150 to 1000"},
                    Broken{"TooFewHarmonics", "harmonics = 4", "harmonics = 3", "outside 4 to 8"},
                    Broken{"HalfAHarmonic", "harmonics = 4", "harmonics = 4.5", "whole number"},
                    Broken{"OtherOrder", "priority = \"medium\"", "priority = \"low\"", "in this order"},
                    Broken{"BurstTooLong", "repeat_s = 6", "repeat_s = 2", "before the end of this one"},
                    Broken{"NoSuchSource", "burst_source = \"burst\"", "burst_source = \"hearsay\"",
                           "hearsay"},
                    Broken{"UnknownKey", "[sound]", "[sound]\nloudness = 3", "loudness"}),
    [](const auto& broken) { return std::string(broken.param.name); });

} // namespace
} // namespace eccrine::protocols
