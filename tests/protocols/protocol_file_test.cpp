// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocols/protocol_file.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace eccrine::protocols {
namespace {

using testing::HasSubstr;

const std::filesystem::path shipped = std::filesystem::path(ECCRINE_PROTOCOL_DIR) / "qsart.toml";

std::string shippedText() {
    std::ifstream in(shipped, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string with(const std::string& from, const std::string& to) {
    std::string text = shippedText();
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

TEST(ProtocolFile, TheShippedQsartDeliversTwoMilliamperesToSixHundredMillicoulombs) {
    const auto qsart = loadProtocol(shipped);
    ASSERT_TRUE(qsart) << qsart.error().sentence();
    ASSERT_EQ(qsart->steps.size(), 8U);
    EXPECT_GE(qsart->steps[1].settling->atLeast, Seconds{180});
    EXPECT_EQ(qsart->steps[2].stimulus->current, Milliamperes{2.0});
    EXPECT_EQ(qsart->steps[2].stimulus->charge, Millicoulombs{600.0});
    EXPECT_GE(qsart->steps[3].afterStimulusStart, Seconds{600});
}

TEST(ProtocolFile, TheShippedQsartAsksItsSafetyQuestionsBeforeAnythingElse) {
    const auto qsart = loadProtocol(shipped);
    ASSERT_TRUE(qsart) << qsart.error().sentence();
    EXPECT_TRUE(qsart->steps[0].asksQuestions);
    ASSERT_TRUE(qsart->questions);
    EXPECT_EQ(qsart->questions->id, "checklist-qsart");
}

TEST(ProtocolFile, WithoutItsSafetyQuestionsBesideItItIsRefused) {
    const eccrine::tests::TemporaryFolder folder;
    const std::filesystem::path alone = folder.file("qsart.toml");
    std::ofstream(alone, std::ios::binary) << shippedText();
    const auto refused = loadProtocol(alone);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().sentence(), HasSubstr("checklist-qsart.toml"));
}

TEST(ProtocolFile, EveryByteOfTheFileCountsForItsHash) {
    const auto one = parseProtocol(shippedText(), "one");
    const auto other = parseProtocol(shippedText() + "\n", "other");
    ASSERT_TRUE(one && other);
    EXPECT_EQ(one->hash.size(), 64U);
    EXPECT_NE(one->hash, other->hash);
}

TEST(ProtocolFile, AMissingFileIsAWrongCall) {
    const auto none = loadProtocol("/nonexistent/qsart.toml");
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().exitCode(), 2);
    EXPECT_THAT(none.error().sentence(), HasSubstr("/nonexistent/qsart.toml"));
}

TEST(ProtocolFile, ADirectoryIsNotRead) {
    EXPECT_FALSE(loadProtocol(std::filesystem::temp_directory_path()));
}

struct Broken {
    const char* name;
    const char* from;
    const char* to;
    const char* says;
};

class BrokenProtocolFile : public testing::TestWithParam<Broken> {};

TEST_P(BrokenProtocolFile, IsRefusedWholeWithTheLine) {
    const auto result = parseProtocol(with(GetParam().from, GetParam().to), "my.toml");
    ASSERT_FALSE(result);
    EXPECT_THAT(result.error().sentence(), HasSubstr(GetParam().says));
    EXPECT_THAT(result.error().where, testing::MatchesRegex("my.toml:[0-9]+:[0-9]+"));
}

INSTANTIATE_TEST_SUITE_P(
    EachFault, BrokenProtocolFile,
    testing::Values(
        Broken{"NotToml", "schema = 1", "schema = = 1", ""},
        Broken{"FutureSchema", "schema = 1", "schema = 2", "schema version is 2"},
        Broken{"SkinThatEndsTheTest", "text = \"4 Burn\"", "text = \"4 Burn\"\nends_test = true",
               "ends something"},
        Broken{"NoId", "id = \"qsart\"\n", "", "has no \"id\""},
        Broken{"TextAsNumber", "current_ma = 2.0", "current_ma = \"2,0\"", "has to be a number"},
        Broken{"TooMuchCurrent", "current_ma = 2.0", "current_ma = 2000.0",
               "is 2000, above the hard limit of 2.5 mA"},
        Broken{"NegativeCurrent", "current_ma = 2.0", "current_ma = -2.0",
               "is -2, below the least of 0.02 mA"},
        Broken{"NotANumber", "current_ma = 2.0", "current_ma = nan", "has to be a number"},
        Broken{"RampTooSteep", "ramp_up_s = 20", "ramp_up_s = 2", "is 2, below the least of 10 s"},
        Broken{"VoltageAboveSixty", "voltage_limit_v = 60.0", "voltage_limit_v = 90.0",
               "is 90, above the hard limit of 60 V"},
        Broken{"TooShortForTheCharge", "at_most_s = 360", "at_most_s = 300", "too short to deliver"},
        Broken{"MistypedKey", "charge_mc = 600.0", "charge_mc = 600.0\ncharge_mC = 600.0", "is not known"},
        Broken{"UnknownKind", "kind = \"recording\"", "kind = \"waiting\"", "not one of baseline"},
        Broken{"UncitedStep", "source = \"low1983\"", "source = \"somebody\"", "does not list"},
        Broken{"UnknownCertainty", "certainty = \"read\"", "certainty = \"sure\"", "not one of read"},
        Broken{"NoSafetyQuestions", "checklist = true\n", "",
               "has to follow a step with \"checklist = true\""},
        Broken{"NoFileOfQuestions", "checklist = \"checklist-qsart.toml\"\n", "", "needs \"checklist\""},
        Broken{"QuestionsOfEachSite", "checklist = true\n", "checklist = true\neach_site = true\n",
               "cannot have both"},
        Broken{"SkinOnlyAfterAWhile", "after_every_current = true\n",
               "after_every_current = true\nat_least_s = 60\n", "cannot have both"},
        Broken{"TwoOfOneId", "id = \"recording\"", "id = \"baseline\"", "two steps have the id"}),
    [](const auto& broken) { return std::string(broken.param.name); });

} // namespace
} // namespace eccrine::protocols
