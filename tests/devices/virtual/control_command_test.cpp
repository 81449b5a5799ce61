// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/virtual/control_command.hpp"
#include "devices/virtual/seeded_noise.hpp"

#include <gtest/gtest.h>

namespace eccrine::devices::virtual_instrument {
namespace {

ScenarioFault faultOf(std::string_view line) {
    const auto command = parseControlCommand(line);
    EXPECT_TRUE(command) << line << ": " << command.error().sentence();
    if (!command || !std::holds_alternative<ScenarioFault>(*command)) return {};
    return std::get<ScenarioFault>(*command);
}

TEST(ControlCommand, WordsWithEqualsSignsAreAFault) {
    const auto f = faultOf("open_electrode site=foot duration_s=0.05 at_s=1.5\r");
    EXPECT_EQ(f.kind, FaultKind::OpenElectrode);
    EXPECT_EQ(f.siteMask, 0x08);
    EXPECT_EQ(f.duration, Seconds{0.05});
    EXPECT_EQ(f.at, Seconds{1.5});
}

TEST(ControlCommand, AnInlineTableIsTheSameFault) {
    const auto f = faultOf(R"({ kind = "bridged_electrodes", site = "foot", ohm = 50 })");
    EXPECT_EQ(f.kind, FaultKind::BridgedElectrodes);
    EXPECT_EQ(f.numbers[0], 50.0);
    EXPECT_EQ(f.at, Seconds{0.0}); // from now on
    EXPECT_FALSE(f.duration);
}

TEST(ControlCommand, WordsAndTextsNeedNoQuotes) {
    EXPECT_EQ(faultOf("frozen_current sense=both").words[0], 1U);
    EXPECT_EQ(faultOf("impossible_value field=flow value=-0").words[1], 3U);
    EXPECT_EQ(faultOf("identity firmware=9.8.7 serial=\"X\"").firmware,
              (std::array<std::uint16_t, 3>{9, 8, 7}));
    EXPECT_FALSE(faultOf("stuck_output comparator=false").flag);
    EXPECT_TRUE(faultOf("stuck_output").flag);
}

TEST(ControlCommand, StatusClearAndRulesAreCommands) {
    EXPECT_TRUE(std::holds_alternative<StatusCommand>(*parseControlCommand(" status ")));
    EXPECT_FALSE(std::get<ClearCommand>(*parseControlCommand("clear")).kind);
    EXPECT_EQ(std::get<ClearCommand>(*parseControlCommand("clear gain_error")).kind, FaultKind::GainError);
    EXPECT_FALSE(std::get<RulesCommand>(*parseControlCommand("device_rules off")).on);
    EXPECT_TRUE(std::get<RulesCommand>(*parseControlCommand("device_rules on")).on);
}

TEST(ControlCommand, EverythingElseIsRefusedInOneSentence) {
    const std::string deep(2000, '{');
    for (const std::string& line : {std::string{""},
                                    std::string{"   "},
                                    std::string{"unplugg"},
                                    std::string{"open_electrode foot"},
                                    std::string{"open_electrode site=hand"},
                                    std::string{"open_electrode site="},
                                    std::string{"open_electrode =foot"},
                                    std::string{"open_electrode duration_s=-1"},
                                    std::string{"open_electrode duration_s=1 duration_s=2"},
                                    std::string{"open_electrode after=stimulus"},
                                    std::string{"open_electrode ohm=50"},
                                    std::string{"gain_error factor=nan"},
                                    std::string{"gain_error factor=1e9"},
                                    std::string{"gain_error factor=1,1"},
                                    std::string{"gain_error factor=1}, x={"},
                                    std::string{"gain_error"},
                                    std::string{"clear unplugg"},
                                    std::string{"clear gain_error drift"},
                                    std::string{"status now"},
                                    std::string{"device_rules"},
                                    std::string{"device_rules maybe"},
                                    std::string{"{ kind = \"unplug\""},
                                    std::string{"{}"},
                                    std::string{"{ kind = 5 }"},
                                    std::string{"{ kind = \"unplug\" } [x]"},
                                    std::string{"\x01\x02"},
                                    std::string{"status\0", 7},
                                    std::string{"\xff\xfe"},
                                    std::string{"kind=\"x\""},
                                    deep,
                                    std::string{"{ kind = "} + deep}) {
        const auto command = parseControlCommand(line);
        ASSERT_FALSE(command) << line;
        EXPECT_FALSE(command.error().what.empty()) << line;
        EXPECT_EQ(command.error().sentence().find('\n'), std::string::npos) << line;
    }
}

TEST(ControlCommand, SpoiltLinesAreUnderstoodOrRefusedAndNothingElse) {
    SeededNoise noise{1, "lines"};
    const std::vector<std::string> good{"open_electrode site=foot duration_s=0.05 at_s=1.5",
                                        R"({ kind = "impossible_value", field = "flow", value = "-0" })",
                                        "identity firmware=9.8.7 serial=ABC",
                                        "clear gain_error",
                                        "device_rules off",
                                        "status"};
    const auto below = [&noise](std::size_t n) {
        return static_cast<std::size_t>(noise.uniform() * static_cast<double>(n));
    };
    for (int k = 0; k < 20'000; ++k) {
        std::string line = good[below(good.size())];
        for (std::size_t changes = 1 + below(4); changes > 0; --changes) {
            const std::size_t at = below(line.size());
            if (changes % 2 == 0)
                line[at] = static_cast<char>(below(256));
            else
                line.insert(at, line.substr(below(line.size()), below(12)));
        }
        const auto command = parseControlCommand(line);
        if (command) continue;
        ASSERT_FALSE(command.error().what.empty());
    }
}

TEST(ControlCommand, ARefusalGivesNoPlaceInATextThatNobodyWrote) {
    const auto command = parseControlCommand("open_electrode site=hand");
    ASSERT_FALSE(command);
    EXPECT_EQ(command.error().sentence().find("\"hand\" is not known"), 0U) << command.error().sentence();
}

} // namespace
} // namespace eccrine::devices::virtual_instrument
