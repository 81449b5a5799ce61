// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/virtual/fault_schedule.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace eccrine::devices::virtual_instrument {
namespace {

constexpr DeviceTime boot{};

DeviceTime after(double s) {
    return boot + std::chrono::duration_cast<std::chrono::microseconds>(Seconds{s});
}

FaultSchedule scheduleOf(const std::string& toml) {
    auto scenario = parseScenario(toml, "s.toml");
    EXPECT_TRUE(scenario) << scenario.error().sentence();
    return FaultSchedule{std::move(*scenario)};
}

TEST(Scenario, AFaultCountsFromTheFirstStreamStart) {
    auto s =
        scheduleOf("[[fault]]\nkind = \"frozen_humidity\"\nat_s = 10.0\nduration_s = 5.0\nsite = \"foot\"\n");
    EXPECT_EQ(s.at(after(1000)), ActiveFaults{});
    s.streamStarted(after(100));
    s.streamStarted(after(500)); // a later start changes nothing
    EXPECT_EQ(s.at(after(109.9)), ActiveFaults{});
    EXPECT_EQ(s.at(after(110)).frozenHumidity, 0x08);
    EXPECT_EQ(s.at(after(114.9)).frozenHumidity, 0x08);
    EXPECT_EQ(s.at(after(115)), ActiveFaults{});
}

TEST(Scenario, AFaultAfterTheStimulusWaitsForIt) {
    auto s = scheduleOf("[[fault]]\nkind = \"open_electrode\"\nafter = \"stimulus\"\nat_s = 60\n");
    s.streamStarted(after(0));
    EXPECT_EQ(s.at(after(10'000)), ActiveFaults{});
    s.stimulusStarted(after(200));
    EXPECT_EQ(s.at(after(259.9)), ActiveFaults{});
    for (const ElectrodeTrouble& e : s.at(after(260)).electrodes)
        EXPECT_TRUE(e.open);                              // no site: all of them
    EXPECT_TRUE(s.at(after(100'000)).electrodes[3].open); // no duration: to the end
}

TEST(Scenario, LossesThatOverlapTakeTheHigherProbability) {
    auto s = scheduleOf("[[fault]]\nkind = \"lost_frames\"\nat_s = 0\nprobability = 0.01\n"
                        "[[fault]]\nkind = \"lost_frames\"\nat_s = 10\nduration_s = 10\nprobability = 0.5\n");
    s.streamStarted(after(0));
    EXPECT_EQ(s.at(after(5)).link.loss, 0.01);
    EXPECT_EQ(s.at(after(15)).link.loss, 0.5);
    EXPECT_EQ(s.at(after(25)).link.loss, 0.01);
}

TEST(Scenario, ArtefactsReachTheirSitesWithTheirAmounts) {
    auto s = scheduleOf("[[fault]]\nkind = \"humidity_step\"\nat_s = 0\nsite = \"foot\"\nstep_pct = -8\n"
                        "[[fault]]\nkind = \"dropout\"\nat_s = 0\nsite = \"distal_leg\"\nduration_s = 5\n"
                        "[[fault]]\nkind = \"leak\"\nat_s = 0\nsite = \"forearm\"\nseen = 0.6\n"
                        "[[fault]]\nkind = \"film\"\nat_s = 0\nsite = \"forearm\"\noutlet_pct = 70\n"
                        "[[fault]]\nkind = \"burst\"\nat_s = 0\nduration_s = 15\nburst_nl_per_min = 20\n");
    s.streamStarted(after(0));
    const auto active = s.at(after(1)).artefacts;
    EXPECT_EQ(active[3].humidityStep_pct, -8.0);
    EXPECT_TRUE(active[2].dropout);
    EXPECT_EQ(active[0].seen, 0.6);
    EXPECT_EQ(active[0].evaporationLimit_pct, 70.0);
    for (const Artefacts& a : active)
        EXPECT_EQ(a.burst_nLPerMin, 20.0); // arousal is in every channel
    EXPECT_EQ(active[1].seen, 1.0);
    EXPECT_FALSE(s.at(after(6)).artefacts[2].dropout);
    EXPECT_EQ(s.at(after(16)).artefacts[1], Artefacts{});
}

TEST(Scenario, AnAmountOfAnotherKindIsRefused) {
    const auto scenario = parseScenario("[[fault]]\nkind = \"dropout\"\nat_s = 0\nstep_pct = 8\n", "s.toml");
    ASSERT_FALSE(scenario);
    EXPECT_NE(scenario.error().sentence().find("step_pct"), std::string::npos);
    EXPECT_NE(scenario.error().sentence().find("s.toml:4"), std::string::npos);
}

TEST(Scenario, UnplugEndsWithItsDuration) {
    auto s = scheduleOf("[[fault]]\nkind = \"unplug\"\nat_s = 1\nduration_s = 2\n");
    s.streamStarted(after(0));
    EXPECT_TRUE(s.at(after(1)).unplugged);
    EXPECT_FALSE(s.at(after(3)).unplugged);
}

struct Broken {
    const char* name;
    const char* toml;
    const char* where;
    const char* what; ///< part of the sentence
};
class BrokenScenario : public testing::TestWithParam<Broken> {};

TEST_P(BrokenScenario, IsRefusedWithItsPlaceAndOneSentence) {
    const auto s = parseScenario(GetParam().toml, "s.toml");
    ASSERT_FALSE(s);
    EXPECT_EQ(s.error().where, GetParam().where);
    EXPECT_NE(s.error().what.find(GetParam().what), std::string::npos) << s.error().sentence();
    EXPECT_FALSE(s.error().remedy.empty());
    EXPECT_EQ(s.error().sentence().find('\n'), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    EachMistake, BrokenScenario,
    testing::Values(
        Broken{"NotToml", "[[fault]\nkind = 1\n", "s.toml:1:9", "not readable as TOML"},
        Broken{"UnknownKind", "[[fault]]\nkind = \"unplugg\"\nat_s = 1\n", "s.toml:2:8",
               "\"unplugg\" is not known"},
        Broken{"NoKind", "[[fault]]\nat_s = 1\n", "s.toml:1:1", "\"kind\" is missing"},
        Broken{"NoTime", "[[fault]]\nkind = \"unplug\"\n", "s.toml:1:1", "\"at_s\" is missing"},
        Broken{"TextAsTime", "[[fault]]\nkind = \"unplug\"\nat_s = \"soon\"\n", "s.toml:3:8",
               "is not a number"},
        Broken{"NegativeTime", "[[fault]]\nkind = \"unplug\"\nat_s = -1\n", "s.toml:3:8", "\"at_s\" is -1"},
        Broken{"NotANumber", "[[fault]]\nkind = \"unplug\"\nat_s = nan\n", "s.toml:3:8", "is not a number"},
        Broken{"UnknownSite", "[[fault]]\nkind = \"open_electrode\"\nat_s = 1\nsite = \"hand\"\n",
               "s.toml:4:8", "\"hand\" is not known"},
        Broken{"UnknownAnchor", "[[fault]]\nkind = \"unplug\"\nat_s = 1\nafter = \"lunch\"\n", "s.toml:4:9",
               "\"lunch\" is not known"},
        Broken{"UnknownKey", "[[fault]]\nkind = \"unplug\"\nat_s = 1\nduration = 3\n", "s.toml:4:12",
               "\"duration\" is not known"},
        Broken{"UnknownTopKey", "speed = 3\n[[fault]]\nkind = \"unplug\"\nat_s = 1\n", "s.toml:1:9",
               "\"speed\" is not known"},
        Broken{"ProbabilityAboveOne", "[[fault]]\nkind = \"lost_frames\"\nat_s = 1\nprobability = 1.5\n",
               "s.toml:4:15", "\"probability\" is 1.5"},
        Broken{"NoProbability", "[[fault]]\nkind = \"lost_frames\"\nat_s = 1\n", "s.toml:1:1",
               "\"probability\" is missing"},
        Broken{"ProbabilityElsewhere", "[[fault]]\nkind = \"unplug\"\nat_s = 1\nprobability = 0.5\n",
               "s.toml:4:15", "belongs to lost_frames"},
        Broken{"SiteOfALink", "[[fault]]\nkind = \"unplug\"\nat_s = 1\nsite = \"foot\"\n", "s.toml:4:8",
               "means nothing"},
        Broken{"OneTable", "[fault]\nkind = \"unplug\"\nat_s = 1\n", "s.toml:1:1", "not a list of tables"}),
    [](const auto& tested) { return tested.param.name; });

TEST(Scenario, TheFirstOfSeveralMistakesIsNamed) {
    const auto s = parseScenario("[[fault]]\nkind = \"x\"\nat_s = -1\n", "s.toml");
    ASSERT_FALSE(s);
    EXPECT_EQ(s.error().where, "s.toml:2:8");
}

TEST(Scenario, AFileThatIsNotThereIsACallError) {
    const auto s = readScenario("no/such/scenario.toml");
    ASSERT_FALSE(s);
    EXPECT_EQ(s.error().exitCode(), 2);
    EXPECT_EQ(s.error().where, "no/such/scenario.toml");
}

} // namespace
} // namespace eccrine::devices::virtual_instrument
