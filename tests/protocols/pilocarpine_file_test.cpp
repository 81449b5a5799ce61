// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocols/protocol_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace eccrine::protocols {
namespace {

using testing::HasSubstr;

const std::filesystem::path folder = ECCRINE_PROTOCOL_DIR;

std::string textOf(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

const Step& named(const Protocol& protocol, const std::string& id) {
    const auto found =
        std::find_if(protocol.steps.begin(), protocol.steps.end(), [&](const Step& s) { return s.id == id; });
    if (found == protocol.steps.end()) throw std::runtime_error(id);
    return *found;
}

struct Delivered {
    const char* file;
    double milliamperes, millicoulombs; ///< domain file, section 1.3
};

class ShippedPilocarpine : public testing::TestWithParam<Delivered> {};

TEST_P(ShippedPilocarpine, DeliversWhatItsMethodAsksFor) {
    const auto p = loadProtocol(folder / GetParam().file);
    ASSERT_TRUE(p) << p.error().sentence();
    EXPECT_EQ(p->test, Protocol::Test::Pilocarpine);
    const Stimulus& s = *named(*p, "stimulation").stimulus;
    EXPECT_EQ(s.current.value, GetParam().milliamperes);
    EXPECT_EQ(s.charge.value, GetParam().millicoulombs);
    EXPECT_EQ(s.rampUp, Seconds{20});
    EXPECT_EQ(s.rampDown, Seconds{5});
    EXPECT_EQ(s.voltageLimit.value, 60.0);
    EXPECT_EQ(named(*p, "collection").afterStepStart, Seconds{1800});
    ASSERT_TRUE(p->dose);
    EXPECT_EQ(p->dose->enough, 0.80);
}

TEST_P(ShippedPilocarpine, AsksForTheCirculationBeforeAndTheSkinAfterTheCurrent) {
    const auto p = loadProtocol(folder / GetParam().file);
    ASSERT_TRUE(p);
    const auto at = [&](const char* id) { return &named(*p, id) - p->steps.data(); };
    EXPECT_LT(at("circulation"), at("stimulation"));
    EXPECT_EQ(at("inspect"), at("stimulation") + 1);
    EXPECT_LT(at("attach"), at("collection"));
    const auto& answers = named(*p, "inspect").answers;
    EXPECT_TRUE(std::any_of(answers.begin(), answers.end(),
                            [](const Answer& a) { return a.id == "burn" && a.voidsSite; }));
    EXPECT_TRUE(named(*p, "inspect").eachSite);
}

TEST_P(ShippedPilocarpine, NamesASourceForEveryNumber) {
    const auto p = loadProtocol(folder / GetParam().file);
    ASSERT_TRUE(p);
    for (const char* key : {"stimulation.current_ma", "stimulation.charge_mc", "stimulation.ramp_up_s",
                            "stimulation.ramp_down_s", "stimulation.at_most_s", "stimulation.voltage_limit_v",
                            "stimulation.electrode_area_cm2", "stimulation.return_electrode_area_cm2",
                            "collection.after_step_start_s", "dose.enough_fraction",
                            "early_response.poor_below_nl_per_min_cm2"})
        EXPECT_TRUE(p->cites.contains(key)) << key;
}

TEST_P(ShippedPilocarpine, PutsEachLimbOnAChannelOfItsOwn) {
    const auto p = loadProtocol(folder / GetParam().file);
    ASSERT_TRUE(p);
    for (const TestSite& site : p->sites)
        EXPECT_EQ(site.channel, site.side == "left" ? 0U : 1U) << site.id;
    for (const char* id : {"left_forearm", "right_forearm", "left_upper_arm", "right_thigh"})
        EXPECT_TRUE(
            std::any_of(p->sites.begin(), p->sites.end(), [&](const TestSite& s) { return s.id == id; }));
}

TEST_P(ShippedPilocarpine, HasAPreparationWithHardStops) {
    const auto p = loadProtocol(folder / GetParam().file);
    ASSERT_TRUE(p);
    EXPECT_GE(p->preparation.size(), 5U);
    EXPECT_TRUE(std::all_of(p->preparation.begin(), p->preparation.end(),
                            [](const Preparation& each) { return each.hardStop; }));
    EXPECT_TRUE(std::filesystem::exists(folder / p->checklist));
}

INSTANTIATE_TEST_SUITE_P(Each, ShippedPilocarpine,
                         testing::Values(Delivered{"macroduct.toml", 1.5, 450.0},
                                         Delivered{"gibson-cooke.toml", 2.0, 600.0},
                                         Delivered{"nanoduct.toml", 0.5, 75.0}),
                         [](const auto& each) {
                             std::string name = each.param.file;
                             std::erase_if(name, [](char c) { return c == '-' || c == '.'; });
                             return name;
                         });

struct Broken {
    const char* name;
    const char* from;
    const char* to;
    const char* says;
};

class BrokenPilocarpineFile : public testing::TestWithParam<Broken> {};

TEST_P(BrokenPilocarpineFile, IsRefusedWholeWithTheLine) {
    std::string text = textOf(folder / "macroduct.toml");
    const auto at = text.find(GetParam().from);
    ASSERT_NE(at, std::string::npos);
    text.replace(at, std::string(GetParam().from).size(), GetParam().to);
    const auto result = parseProtocol(text, "my.toml");
    ASSERT_FALSE(result);
    EXPECT_THAT(result.error().sentence(), HasSubstr(GetParam().says));
    EXPECT_THAT(result.error().where, testing::MatchesRegex("my.toml:[0-9]+:[0-9]+"));
}

INSTANTIATE_TEST_SUITE_P(
    EachFault, BrokenPilocarpineFile,
    testing::Values(
        Broken{"UnknownTest", "test = \"pilocarpine\"", "test = \"tap-water\"", "not one of qsart"},
        Broken{"UncitedNumber", "charge_mc = \"dose\"\n", "", "has no \"charge_mc\""},
        Broken{"CitedNumberThatIsNotThere", "charge_mc = \"dose\"", "charge_mc = \"dose\"\ncharge = \"dose\"",
               "\"charge\" is not known"},
        Broken{"NumberCitesNobody", "charge_mc = \"dose\"", "charge_mc = \"somebody\"", "does not list"},
        Broken{"StepCitesNobody", "source = \"method\"", "source = \"somebody\"", "does not list"},
        Broken{"TooDense", "\nelectrode_area_cm2 = 7.0", "\nelectrode_area_cm2 = 2.9",
               "more than 0.5 mA/cm²"},
        Broken{"NoAnswer", "[[step.answer]]\nid = \"start\"\ntext = \"Start the current\"", "",
               "has no \"answer\""},
        Broken{"OnlyAnAnswerThatEnds", "text = \"Start the current\"",
               "text = \"Start the current\"\nends_test = true", "no answer with which the test goes on"},
        Broken{"VoidsNoSite", "text = \"Start the current\"",
               "text = \"Start the current\"\nvoids_site = true", "needs \"each_site = true\""},
        Broken{"TwoAnswersOfOneId", "id = \"welts\"", "id = \"normal\"", "two answers have the id"},
        Broken{"ReminderWithoutText", "reminder = \"Sweat is being lost: attach the collector.\"\n", "",
               "has no \"reminder\""},
        Broken{"ChannelFive", "channel = 2", "channel = 5", "outside 1 to 4"},
        Broken{"HalfAChannel", "channel = 2", "channel = 1.5", "a whole number"},
        Broken{"NoSide", "side = \"right\"", "side = \"trunk\"", "not one of left, right"},
        Broken{"TwoSitesOfOneId", "id = \"right_forearm\"", "id = \"left_forearm\"", "two sites have the id"},
        Broken{"EnoughIsTooLittle", "enough_fraction = 0.80", "enough_fraction = 0.10", "outside 0.5 to 1"},
        Broken{"CompleteBelowEnough", "complete_fraction = 0.98", "complete_fraction = 0.70",
               "outside 0.8 to 1"},
        Broken{"MistypedKeyInAStep", "each_site = true", "each_sites = true", "is not known"},
        Broken{"MistypedKeyInASite", "side = \"left\"", "side = \"left\"\nlimb = \"arm\"", "is not known"}),
    [](const auto& broken) { return std::string(broken.param.name); });

/// The file without the steps before the stimulation.
TEST(PilocarpineFile, CurrentThatWouldStartByItselfIsRefused) {
    std::string text = textOf(folder / "macroduct.toml");
    const auto first = text.find("[[step]]");
    text.erase(first, text.find("[[step]]\nid = \"stimulation\"") - first);
    const auto result = parseProtocol(text, "my.toml");
    ASSERT_FALSE(result);
    EXPECT_THAT(result.error().sentence(), HasSubstr("without a confirmation"));
}

TEST(PilocarpineFile, CurrentRightAfterARecordingIsRefused) {
    std::string text = textOf(folder / "macroduct.toml");
    const auto at = text.find("[[step]]\nid = \"stimulation\"");
    const auto recording = text.find("[[step]]\nid = \"collection\"");
    const std::string moved = text.substr(recording, text.find("[[step]]\nid = \"remove\"") - recording);
    text.insert(at, moved);
    EXPECT_THAT(parseProtocol(text, "my.toml").error().sentence(), HasSubstr("follow the stimulation"));
}

} // namespace
} // namespace eccrine::protocols
