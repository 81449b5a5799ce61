// SPDX-License-Identifier: GPL-3.0-or-later
#include "datafiles/text_hash.hpp"
#include "protocols/adverse_effect_file.hpp"
#include "protocols/protocol_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

namespace eccrine::protocols {
namespace {

using testing::HasSubstr;

const std::filesystem::path file = std::filesystem::path(ECCRINE_PROTOCOL_DIR) / "adverse-effects.toml";

std::string shippedText() {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::string with(const std::string& from, const std::string& to) {
    std::string text = shippedText();
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

std::string refusal(const std::string& text) {
    const auto read = parseAdverseEffects(text, "effects.toml");
    return read ? "" : read.error().sentence();
}

TEST(AdverseEffectFile, IsBuiltInAsItLiesBesideTheProtocols) {
    EXPECT_EQ(shippedAdverseEffects().hash, datafiles::sha256Of(shippedText()));
}

TEST(AdverseEffectFile, HoldsBlisterAndBurnShockFaintingAndSeverePain) {
    const auto effects = loadAdverseEffects(file).value();
    const std::array held{false, false, false, true, true}; // grades 0 to 4 of the domain's scale
    ASSERT_EQ(effects.grades.size(), held.size());
    for (std::size_t i = 0; i < held.size(); ++i) {
        EXPECT_EQ(effects.grades[i].held, held[i]) << i;
        EXPECT_EQ(effects.gradeOf("grade_" + std::to_string(i)), &effects.grades[i]);
        EXPECT_EQ(effects.grades[i].advice.empty(), !held[i]);
    }
    EXPECT_EQ(effects.gradeOf("burn"), &effects.grades[4]) << "of the sweat test";
    EXPECT_EQ(effects.gradeOf("normal"), nullptr);
    ASSERT_EQ(effects.signs.size(), 3U);
    EXPECT_EQ(effects.signs[0].step, "pain");
    EXPECT_EQ(effects.signs[0].heldFrom, 7U);
    EXPECT_EQ(effects.signs[1].step, "shock");
    EXPECT_EQ(effects.signs[1].heldFrom, 1U);
    EXPECT_EQ(effects.signs[2].step, "faint");
    EXPECT_EQ(effects.signs[2].heldFrom, 1U);
    EXPECT_GE(effects.afterCare.size(), 3U);
}

TEST(AdverseEffectFile, KnowsEveryAnswerThatTheQsartAsksAfterTheCurrent) {
    const auto effects = loadAdverseEffects(file).value();
    const auto protocol = loadProtocol(std::filesystem::path(ECCRINE_PROTOCOL_DIR) / "qsart.toml").value();
    std::set<std::string> met;
    for (const Step& step : protocol.steps) {
        const auto sign = std::find_if(effects.signs.begin(), effects.signs.end(),
                                       [&](const BodySign& s) { return s.step == step.id; });
        const bool skin = step.id == effects.skinSteps.at(0);
        if (!skin && sign == effects.signs.end()) continue;
        met.insert(step.id);
        for (const Answer& answer : step.answers)
            EXPECT_TRUE(skin ? effects.gradeOf(answer.id) != nullptr
                             : AdverseEffects::placeOf(*sign, answer.id).has_value())
                << step.id << ' ' << answer.id;
    }
    EXPECT_EQ(met, (std::set<std::string>{"inspect", "pain", "shock", "faint"}));
}

TEST(AdverseEffectFile, LetsNobodyTakeTheHoldFromABlister) {
    EXPECT_THAT(
        refusal(with("answers = [\"grade_3\"]\nheld = true", "answers = [\"grade_3\"]\nheld = false")),
        HasSubstr("always held"));
}

TEST(AdverseEffectFile, RefusesWhatContradictsItself) {
    EXPECT_THAT(refusal(with("grade = 2", "grade = 3")), HasSubstr("each once and in order"));
    EXPECT_THAT(refusal(with("[\"grade_2\", \"welts\"]", "[\"grade_1\"]")), HasSubstr("two grades"));
    EXPECT_THAT(refusal(with("\"pain_7\"\nadvice", "\"pain_11\"\nadvice")), HasSubstr("none of the answers"));
    EXPECT_THAT(refusal(with("words = [\"not felt\", \"felt\"]", "words = [\"felt\"]")),
                HasSubstr("one text for each"));
    EXPECT_THAT(refusal(with("step = \"faint\"", "step = \"shock\"")), HasSubstr("twice"));
    EXPECT_THAT(refusal(with("source = \"redness\"", "source = \"nobody\"")), HasSubstr("nobody"));
    EXPECT_THAT(refusal(with("held_from = \"yes\"", "hold_from = \"yes\"")), HasSubstr("held_from"));
}

} // namespace
} // namespace eccrine::protocols
