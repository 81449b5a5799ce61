// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocols/checklist.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace eccrine::protocols {
namespace {

using testing::HasSubstr;
using Why = Obstacle::Why;

const std::filesystem::path shipped =
    std::filesystem::path(ECCRINE_PROTOCOL_DIR) / "checklist-pilocarpine.toml";

std::map<std::string, ChecklistAnswer> safeAnswers(const Checklist& list) {
    std::map<std::string, ChecklistAnswer> answers;
    for (const ChecklistItem& item : list.items)
        answers[item.id] = {item.safeAnswer, {}, {}};
    return answers;
}

class ShippedChecklist : public testing::Test {
protected:
    Checklist list = loadChecklist(shipped).value();
    std::map<std::string, ChecklistAnswer> answers = safeAnswers(list);
};

TEST_F(ShippedChecklist, NothingIsAnsweredByItself) {
    EXPECT_EQ(obstacles(list, {}).size(), list.items.size());
    EXPECT_TRUE(obstacles(list, answers).empty());
}

TEST_F(ShippedChecklist, AnImplantStopsTheTestWhoeverWantsIt) {
    answers["implant"] = {true, "Dr. A", "urgent"};
    const auto found = obstacles(list, answers);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].item->id, "implant");
    EXPECT_EQ(found[0].why, Why::Stops);
}

TEST_F(ShippedChecklist, OpenOxygenStopsTheTest) {
    answers["oxygen"].yes = true;
    EXPECT_EQ(obstacles(list, answers).at(0).why, Why::Stops);
}

TEST_F(ShippedChecklist, APregnancyNeedsAPhysicianWithNameAndReason) {
    answers["pregnancy"] = {true, {}, {}};
    EXPECT_EQ(obstacles(list, answers).at(0).why, Why::NeedsPhysician);
    answers["pregnancy"] = {true, "Dr. A", {}};
    EXPECT_EQ(obstacles(list, answers).at(0).why, Why::NeedsPhysician);
    answers["pregnancy"] = {true, "Dr. A", "diagnosis cannot wait"};
    EXPECT_TRUE(obstacles(list, answers).empty());
}

TEST_F(ShippedChecklist, EveryItemHasASourceAndWhatToDo) {
    for (const ChecklistItem& item : list.items) {
        EXPECT_FALSE(item.source.empty()) << item.id;
        EXPECT_FALSE(item.advice.empty()) << item.id;
    }
    EXPECT_EQ(list.hash.size(), 64U);
}

TEST(Checklist, IsRefusedWholeWithTheLine) {
    const std::string good = "schema = 1\nid = \"x\"\nversion = \"1\"\ntitle = \"x\"\n[[item]]\nid = \"a\"\n"
                             "question = \"?\"\nsafe_answer = true\nblock = \"STOP\"\nadvice = \"x\"\n"
                             "source = \"x\"\ncertainty = \"read\"\n";
    ASSERT_TRUE(parseChecklist(good, "my.toml"));
    const std::pair<const char*, const char*> broken[] = {{"\"STOP\"", "\"WARN\""},
                                                          {"\"read\"", "\"sure\""},
                                                          {"safe_answer = true", "safe_answer = \"yes\""},
                                                          {"advice = \"x\"\n", ""},
                                                          {"schema = 1", "schema = 2"}};
    for (const auto& [from, to] : broken) {
        std::string text = good;
        text.replace(text.find(from), std::string(from).size(), to);
        const auto list = parseChecklist(text, "my.toml");
        ASSERT_FALSE(list) << from;
        EXPECT_THAT(list.error().where, testing::MatchesRegex("my.toml:[0-9]+:[0-9]+"));
    }
    EXPECT_FALSE(parseChecklist(good + good.substr(good.find("[[item]]")), "my.toml")) << "two of one id";
}

} // namespace
} // namespace eccrine::protocols
