// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/virtual/fault_kinds.hpp"
#include "devices/virtual/scenario.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>

namespace eccrine::devices::virtual_instrument {
namespace {

TEST(FaultKinds, TheTableIsInTheOrderOfTheKindsAndEveryNameIsFound) {
    ASSERT_EQ(faultTable().size(), faultKinds);
    ASSERT_LE(faultKinds, 64U); // a bit each in ActiveFaults
    for (std::size_t i = 0; i < faultKinds; ++i) {
        EXPECT_EQ(faultTable()[i].kind, static_cast<FaultKind>(i));
        EXPECT_EQ(faultKindNamed(faultTable()[i].name), static_cast<FaultKind>(i));
        EXPECT_LE(faultTable()[i].numbers.size(), ScenarioFault{}.numbers.size());
        EXPECT_LE(faultTable()[i].words.size(), ScenarioFault{}.words.size());
        EXPECT_LE(faultTable()[i].flags.size(), 1U);
    }
    EXPECT_FALSE(faultKindNamed("unplugg"));
}

TEST(FaultKinds, EveryShippedScenarioIsReadableAndEveryKindHasOne) {
    std::set<FaultKind> shown;
    for (const auto& file : std::filesystem::directory_iterator{ECCRINE_SCENARIOS}) {
        const auto s = readScenario(file.path());
        ASSERT_TRUE(s) << s.error().sentence();
        EXPECT_FALSE(s->faults.empty()) << file.path();
        EXPECT_FALSE(s->title.empty()) << file.path();
        for (const auto& f : s->faults)
            shown.insert(f.kind);
    }
    for (const auto& traits : faultTable())
        EXPECT_TRUE(shown.contains(traits.kind)) << traits.name;
}

TEST(FaultKinds, EveryNumberOfAKindIsHeldToItsRange) {
    for (const auto& traits : faultTable())
        for (const auto& number : traits.numbers) {
            const std::string common = "[[fault]]\nkind = \"" + std::string{traits.name} +
                                       "\"\nat_s = 0\nduration_s = 1\n" + std::string{number.key} + " = ";
            for (const double value : {number.least - 1.0, number.most + 1.0}) {
                const auto s = parseScenario(common + std::to_string(value) + "\n", "s.toml");
                ASSERT_FALSE(s) << traits.name << ' ' << number.key;
            }
            for (const char* value : {"nan", "inf", "\"much\"", "true", "1,5"})
                EXPECT_FALSE(parseScenario(common + value + "\n", "s.toml")) << traits.name << ' ' << value;
        }
}

struct Mistake {
    const char* name;
    const char* fault;
    const char* what; ///< part of the sentence
};
class MistakenFault : public testing::TestWithParam<Mistake> {};

TEST_P(MistakenFault, IsRefusedWithItsReason) {
    const auto s = parseScenario("[[fault]]\nat_s = 0\n" + std::string{GetParam().fault}, "s.toml");
    ASSERT_FALSE(s);
    EXPECT_NE(s.error().what.find(GetParam().what), std::string::npos) << s.error().sentence();
    EXPECT_FALSE(s.error().remedy.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Each, MistakenFault,
    testing::Values(
        Mistake{"KeyOfAnotherKind", "kind = \"dropout\"\nohm = 50\n", "belongs to bridged_electrodes only"},
        Mistake{"MissingKey", "kind = \"bridged_electrodes\"\n", "\"ohm\" is missing"},
        Mistake{"SilenceHasItsOwnLength", "kind = \"late_burst\"\nsilence_ms = 300\nduration_s = 1\n",
                "\"duration_s\" means nothing"},
        Mistake{"DryingNeedsItsTime", "kind = \"drying_pads\"\nresistance_factor = 2\n",
                "\"duration_s\" is missing"},
        Mistake{"WholeNumbersAreNeverNan",
                "kind = \"impossible_value\"\nfield = \"anode\"\nvalue = \"nan\"\n", "whole number"},
        Mistake{"UnknownField", "kind = \"impossible_value\"\nfield = \"dew_point\"\nvalue = \"nan\"\n",
                "\"dew_point\" is not known"},
        Mistake{"FlagAsNumber", "kind = \"stuck_output\"\ncomparator = 0\n", "neither true nor false"},
        Mistake{"EmptyIdentity", "kind = \"identity\"\n", "nothing of the identity"},
        Mistake{"FirmwareOfTwoNumbers", "kind = \"identity\"\nfirmware = \"1.2\"\n", "not a version"},
        Mistake{"FirmwareOfFourNumbers", "kind = \"identity\"\nfirmware = \"1.2.3.4\"\n", "not a version"},
        Mistake{"FirmwareTooHigh", "kind = \"identity\"\nfirmware = \"1.2.65536\"\n", "not a version"},
        Mistake{"SerialTooLong", "kind = \"identity\"\nserial = \"12345678901234567\"\n", "17 characters"},
        Mistake{"SiteOfTheBattery", "kind = \"battery\"\npercent = 5\nsite = \"foot\"\n", "means nothing"}),
    [](const auto& tested) { return std::string{tested.param.name}; });

TEST(FaultKinds, TheDevicesRulesCanBeSwitchedOffByTheScenarioOnly) {
    EXPECT_TRUE(parseScenario("", "s.toml")->deviceRules);
    EXPECT_FALSE(parseScenario("device_rules = false\n", "s.toml")->deviceRules);
    EXPECT_FALSE(parseScenario("device_rules = \"no\"\n", "s.toml"));
}

} // namespace
} // namespace eccrine::devices::virtual_instrument
