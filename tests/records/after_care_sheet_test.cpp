// SPDX-License-Identifier: GPL-3.0-or-later
#include "example_result.hpp"
#include "protocols/adverse_effect_file.hpp"
#include "records/after_care_sheet.hpp"
#include "safety_events.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <sstream>

namespace eccrine::records {
namespace {

using testing::HasSubstr;
using testing::Not;

/// What poppler reads, on one line.
std::string textOf(const std::filesystem::path& file) {
    FILE* pipe = ::popen(("pdftotext '" + file.string() + "' - 2>&1").c_str(), "r");
    std::string text;
    std::array<char, 4096> block{};
    for (std::size_t n = 0; pipe != nullptr && (n = std::fread(block.data(), 1, block.size(), pipe)) > 0;)
        text.append(block.data(), n);
    if (pipe != nullptr) ::pclose(pipe);
    std::istringstream words(text);
    std::string line;
    for (std::string word; words >> word;)
        line += (line.empty() ? "" : " ") + word;
    return line;
}

class AfterCareSheet : public testing::Test {
protected:
    RecordedTest test = tests::exampleResult().test;
    tests::TemporaryFolder folder;
    std::filesystem::path file = folder.file("care.pdf");

    void SetUp() override {
        tests::answerAll(test, "grade_0", "grade_1");
        test.meta["patient.id"] = "4711";
        test.meta["patient.name"] = "Doe, Jane";
        test.meta["started_utc"] = "2026-03-15T10:15:00Z";
    }
};

TEST_F(AfterCareSheet, HasEveryLineOfTheCitedFileAndWhoseAndWhen) {
    const Done done = writeAfterCareSheet(test, file, false);
    ASSERT_TRUE(done) << done.error().sentence();
    const std::string text = textOf(file);
    for (const protocols::AfterCareLine& line : protocols::shippedAdverseEffects().afterCare)
        EXPECT_THAT(text, HasSubstr(line.text));
    EXPECT_THAT(text, HasSubstr("4711"));
    EXPECT_THAT(text, HasSubstr("2026-03-15"));
    EXPECT_THAT(text, HasSubstr("Telephone"));
}

TEST_F(AfterCareSheet, NamesTheSitesThatHadCurrentAndNoOther) {
    test.sites.resize(2);
    test.sites[0].site = "forearm";
    test.sites[0].current.current_ma = {0.0, 2.0, 0.0};
    test.sites[1].site = "distal_leg";
    test.sites[1].current.current_ma = {0.0, 0.02, 0.0}; // the probe of its contact
    ASSERT_TRUE(writeAfterCareSheet(test, file, false));
    const std::string text = textOf(file);
    EXPECT_THAT(text, HasSubstr("forearm"));
    EXPECT_THAT(text, Not(HasSubstr("distal leg")));
}

TEST_F(AfterCareSheet, SaysWhereTheSkinIsHarmedWhatWasSeenAndWhatToDo) {
    tests::answerAll(test, "grade_3", "grade_4");
    ASSERT_TRUE(writeAfterCareSheet(test, file, false));
    const std::string text = textOf(file);
    EXPECT_THAT(text,
                HasSubstr("Foot: burn (skin grade 4 of 4) Have a physician look at it at once. No further "
                          "iontophoresis there until the physician says so."));
    EXPECT_THAT(text,
                HasSubstr("Forearm: vesicle or blister (skin grade 3 of 4) Have a physician look at it. "
                          "No further"));
    EXPECT_LT(text.find("Foot: burn"), text.find("Forearm: vesicle")) << "the worst first";
    EXPECT_THAT(text, HasSubstr("Telephone"));
}

TEST_F(AfterCareSheet, SaysOfTheOtherElectrodesOnlyWhatIsCommon) {
    tests::answerAll(test, "grade_1", "grade_4");
    ASSERT_TRUE(writeAfterCareSheet(test, file, false));
    EXPECT_THAT(textOf(file), HasSubstr("Under the other electrodes it may be red, warm or itch;"));
}

TEST_F(AfterCareSheet, SaysWhatSeveralSitesHaveInCommonOnce) {
    tests::answerAll(test, "grade_3", "grade_3");
    ASSERT_TRUE(writeAfterCareSheet(test, file, false));
    const std::string text = textOf(file);
    EXPECT_THAT(text, HasSubstr("Forearm, Foot: vesicle or blister"));
    EXPECT_THAT(text, HasSubstr("led through your skin."));
    EXPECT_THAT(text, Not(HasSubstr("other electrodes"))) << "there are none";
    EXPECT_THAT(text, Not(HasSubstr("goes by itself")));
}

TEST_F(AfterCareSheet, SaysNothingOfHarmWhereThereIsNone) {
    tests::answerAll(test, "grade_2", "welts"); // they fade within hours, and are no burns
    ASSERT_TRUE(writeAfterCareSheet(test, file, false));
    EXPECT_THAT(textOf(file), Not(HasSubstr("What was seen")));
}

TEST_F(AfterCareSheet, LeavesOutNameAndResult) {
    ASSERT_TRUE(writeAfterCareSheet(test, file, false));
    const std::string text = textOf(file);
    EXPECT_THAT(text, Not(HasSubstr("Doe")));
    EXPECT_THAT(text, Not(HasSubstr("latency")));
    EXPECT_THAT(text, Not(HasSubstr("nL")));
}

TEST_F(AfterCareSheet, SaysThatItIsSimulated) {
    test.simulated = true;
    ASSERT_TRUE(writeAfterCareSheet(test, file, false));
    EXPECT_THAT(textOf(file), HasSubstr("SIMULATED"));
}

TEST_F(AfterCareSheet, IsRefusedWhereNoCurrentHasFlowed) {
    test.events.clear();
    const Done done = writeAfterCareSheet(test, file, false);
    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().sentence(), HasSubstr("not recorded that current has flowed"));
    EXPECT_FALSE(std::filesystem::exists(file));
}

} // namespace
} // namespace eccrine::records
