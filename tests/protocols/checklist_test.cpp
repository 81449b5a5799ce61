// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocols/checklist.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <iterator>

namespace eccrine::protocols {
namespace {

using testing::HasSubstr;
using Why = Obstacle::Why;

Checklist shipped(const std::string& id) {
    return loadChecklist(std::filesystem::path(ECCRINE_PROTOCOL_DIR) / (id + ".toml")).value();
}

std::map<std::string, ChecklistAnswer> safeAnswers(const Checklist& list) {
    std::map<std::string, ChecklistAnswer> answers;
    for (const ChecklistItem& item : list.items)
        answers[item.id] = {item.safeAnswer, {}, {}};
    return answers;
}

class ShippedChecklist : public testing::TestWithParam<const char*> {
protected:
    Checklist list = shipped(GetParam());
    std::map<std::string, ChecklistAnswer> answers = safeAnswers(list);
};

TEST_P(ShippedChecklist, NothingIsAnsweredByItself) {
    EXPECT_EQ(obstacles(list, {}).size(), list.items.size());
    EXPECT_TRUE(obstacles(list, answers).empty());
}

TEST_P(ShippedChecklist, AnImplantStopsTheTestWhoeverWantsIt) {
    answers["implant"] = {true, "Dr. A", "urgent"};
    const auto found = obstacles(list, answers);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].item->id, "implant");
    EXPECT_EQ(found[0].why, Why::Stops);
}

TEST_P(ShippedChecklist, OpenOxygenStopsTheTest) {
    answers["oxygen"].yes = true;
    EXPECT_EQ(obstacles(list, answers).at(0).why, Why::Stops);
}

TEST_P(ShippedChecklist, APregnancyNeedsAPhysicianWithNameAndReason) {
    answers["pregnancy"] = {true, {}, {}};
    EXPECT_EQ(obstacles(list, answers).at(0).why, Why::NeedsPhysician);
    answers["pregnancy"] = {true, "Dr. A", {}};
    EXPECT_EQ(obstacles(list, answers).at(0).why, Why::NeedsPhysician);
    answers["pregnancy"] = {true, "Dr. A", "diagnosis cannot wait"};
    EXPECT_TRUE(obstacles(list, answers).empty());
}

TEST_P(ShippedChecklist, EveryItemHasASourceAndWhatToDo) {
    for (const ChecklistItem& item : list.items) {
        EXPECT_FALSE(item.source.empty()) << item.id;
        EXPECT_FALSE(item.advice.empty()) << item.id;
    }
    EXPECT_EQ(list.hash.size(), 64U);
}

INSTANTIATE_TEST_SUITE_P(OfEachTest, ShippedChecklist,
                         testing::Values("checklist-pilocarpine", "checklist-qsart"), [](const auto& list) {
                             return std::string(list.param).substr(std::string("checklist-").size());
                         });

/// The rows of the page on the safety of iontophoresis, and what each of them does to a diagnostic test.
TEST(QsartChecklist, HasEveryRowThatAppliesToItAndBlocksAsTheRowSays) {
    const std::pair<std::string, char> rows[] = {
        {"implant", 'S'},       {"current_path", 'S'}, {"allergy", 'S'},
        {"skin", 'S'},          {"pregnancy", 'A'},    {"epilepsy_heart", 'A'},
        {"metal", 'S'},         {"sensation", 'A'},    {"thrombophlebitis", 'S'},
        {"oxygen", 'S'},        {"equipment", 'S'},    {"drugs", 'A'},
        {"second_device", 'S'}, {"infant", 'A'},       {"electrodes", 'S'},
        {"identity", 'S'},      {"sites", 'S'}};
    const Checklist list = shipped("checklist-qsart");
    EXPECT_EQ(list.items.size(), std::size(rows));
    for (const auto& [id, block] : rows) {
        const auto item = std::find_if(list.items.begin(), list.items.end(),
                                       [&id = id](const ChecklistItem& i) { return i.id == id; });
        ASSERT_NE(item, list.items.end()) << id;
        EXPECT_EQ(item->block, block == 'S' ? ChecklistItem::Block::Stop : ChecklistItem::Block::Ask) << id;
    }
}

TEST(QsartChecklist, ImpairedSensationAsksThePhysicianAndSaysWhatToDo) {
    const Checklist list = shipped("checklist-qsart");
    auto answers = safeAnswers(list);
    answers["sensation"] = {true, {}, {}};
    const auto found = obstacles(list, answers);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].why, Why::NeedsPhysician);
    EXPECT_THAT(found[0].item->advice, HasSubstr("0.2 mA/cm²"));
    EXPECT_THAT(found[0].item->advice, HasSubstr("every 60 s"));
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
