// SPDX-License-Identifier: GPL-3.0-or-later
#include "example_sweat.hpp"
#include "records/stored_evaluation.hpp"
#include "records/sweat_report.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <regex>

namespace eccrine::records {
namespace {

using testing::HasSubstr;
using testing::Not;
using tests::evaluated;
using tests::exampleSweatTest;
using tests::guidelineNamed;

/// What an independent reader of PDF (poppler, qpdf) says of the file.
std::string ask(const std::string& program, const std::filesystem::path& file, const std::string& rest = {}) {
    std::string text;
    FILE* pipe = ::popen((program + " '" + file.string() + "' " + rest + " 2>&1").c_str(), "r");
    if (pipe == nullptr) return text;
    std::array<char, 4096> block{};
    for (std::size_t n = 0; (n = std::fread(block.data(), 1, block.size(), pipe)) > 0;)
        text.append(block.data(), n);
    ::pclose(pipe);
    return text;
}

class SweatReport : public testing::Test {
protected:
    void TearDown() override {
        // For a person who wants to look at the pages: ECCRINE_KEEP_REPORTS=folder
        const char* kept = std::getenv("ECCRINE_KEEP_REPORTS");
        std::error_code error;
        if (kept == nullptr || !std::filesystem::exists(file_, error)) return;
        const std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
        std::filesystem::copy_file(file_, std::filesystem::path(kept) / (name + ".pdf"),
                                   std::filesystem::copy_options::overwrite_existing, error);
    }
    std::string textOf(const SweatTestRecord& given) {
        const SweatTestRecord record = evaluated(given);
        const Done done = writeSweatReport(record, guidelineNamed(record.guidelineId),
                                           "EFE-0042, firmware 1.4.2", file_, true);
        EXPECT_TRUE(done) << done.error().sentence();
        EXPECT_TRUE(std::regex_search(ask("pdfinfo", file_), std::regex("Pages: +1\n")));
        return ask("pdftotext -layout", file_, "-");
    }
    tests::TemporaryFolder folder_;
    std::filesystem::path file_ = folder_.file("report.pdf");
};

TEST_F(SweatReport, HoldsEverythingThatTheDomainFileListsForAGoodBilateralTest) {
    SweatTestRecord record = evaluated(exampleSweatTest());
    ASSERT_TRUE(validateSweatTest(record, "E. Second", "2026-03-02T15:10:00Z"));
    const std::string text = textOf(record);
    for (const char* word : {"Sweat chloride test",
                             "Ann Other", // identifiers, order, date of birth, age at collection, weight
                             "4711",
                             "S-2026-0042",
                             "Dr. D. Question",
                             "2026-02-02 03:12",
                             "28 days at collection",
                             "female, 3.6 kg",
                             "Collected 2026-03-02 14:05", // collection, start and stop, operator
                             "13:05:10 to 13:35:10 UTC",
                             "B. Tester",
                             "Left forearm", // limb, device, lots
                             "Right forearm",
                             "EFE-0042, firmware 1.4.2",
                             "Collection coil",
                             "ChloroChek 3400",           // analyser
                             "2026-03-02 14:05 to 14:35", // local time of the collection
                             "Collected by B. Tester: signature, date",
                             "Analysed by C. Analyst: signature, date",
                             "Validated by E. Second: signature, date",
                             "Kit lot K7712 (until 2026-12-31)",
                             "Gel lot G0815 (until 2026-06-30)",
                             "1.44 mA, 312.5 s, 450.2 mC", // as delivered
                             "21.5 µL",                    // amount, minutes, rate, threshold
                             "18.2 µL",
                             "30:00 min, 1.43 g/m²/min", // 10·21.5/(5·30) = 1.433
                             "30:00 min, 1.21 g/m²/min", // 10·18.2/(5·30) = 1.213
                             "≥ 15 µL",
                             "sufficient",
                             "33.1 mmol/L", // each site and the mean
                             "35.4 mmol/L",
                             "mean 34",
                             "differ by 2.3 (limit 10)",
                             "Intermediate", // class and comment
                             "The value alone neither supports nor refutes it.",
                             "Repeat the sweat test on another day",
                             "lies near a decision limit (information).", // 34.25 is within 8 of 30
                             "passed. low and high accepted at 08:10",    // quality control
                             "Sweat chloride, CF Foundation 2017 (CFF-2017, version 2), 2017 consensus",
                             "Farrell et al. 2017 consensus",
                             "CF unlikely <30; Intermediate 30–59; Consistent with CF ≥60 mmol/L, all ages",
                             "Limits not locally verified",
                             "vitamin D, amoxicillin", // drugs, conditions, skin
                             "cream within 24 h",
                             "Cream or lotion on the limb within 24 hours",
                             "redness (usual)",
                             "Validated by E. Second", // who validated, when; program
                             "2026-03-02 15:10:00 UTC",
                             "Eccrine "})
        EXPECT_THAT(text, HasSubstr(word));
    EXPECT_THAT(text, Not(HasSubstr("PRELIMINARY")));
    EXPECT_THAT(text, Not(HasSubstr("SIMULATED")));
}

TEST_F(SweatReport, SaysPreliminaryAsLongAsNobodyValidated) {
    EXPECT_THAT(textOf(exampleSweatTest()), HasSubstr("NOT VALIDATED: PRELIMINARY"));
}

TEST_F(SweatReport, SaysThatItIsCorrectedAndWhatItReplaces) {
    SweatTestRecord first = evaluated(exampleSweatTest());
    ASSERT_TRUE(validateSweatTest(first, "E. Second", "2026-03-02T15:10:00Z"));
    auto second = correctedVersion(first, sweatTestText(first), "C. Analyst", "the samples were mixed up",
                                   "2026-03-03T09:00:00Z");
    ASSERT_TRUE(second) << second.error().sentence();
    second->sites[0].chloride = 70;
    second->sites[1].chloride = 72;
    const std::string text = textOf(*second);
    EXPECT_THAT(text, HasSubstr("CORRECTED, replaces version 1 of 2026-03-02 15:10:00 UTC."));
    EXPECT_THAT(text, HasSubstr("Reason (C. Analyst): the samples were mixed up"));
    EXPECT_THAT(text, HasSubstr("NOT VALIDATED: PRELIMINARY"));
    EXPECT_THAT(text, HasSubstr("version 2"));
    EXPECT_THAT(text, HasSubstr("the corrected result differs from the former one")) << "domain file 9.2";
}

// Domain file 2.3: log who, when, read-back.
TEST_F(SweatReport, NamesTheCallThatWasMade) {
    SweatTestRecord record = exampleSweatTest();
    record.sites[0].chloride = 70;
    record.sites[1].chloride = 72;
    EXPECT_THAT(textOf(record), HasSubstr("Phone the requester, Dr. D. Question"));
    record.calls = {{Moment::parse("2026-03-02T15:20", "at").value(), "Dr. D. Question", "C. Analyst", true}};
    const std::string text = textOf(record);
    EXPECT_THAT(text,
                HasSubstr("Telephone: Dr. D. Question was told on 2026-03-02 15:20 by C. Analyst; the result "
                          "was read back."));
    EXPECT_THAT(text, Not(HasSubstr("Phone the requester"))) << "it has been done";
    record.calls[0].readBack = false;
    EXPECT_THAT(textOf(record), HasSubstr("Phone the requester"));
}

TEST_F(SweatReport, SaysWhatHoldsAResult) {
    SweatTestRecord record = exampleSweatTest();
    for (SweatSite& site : record.sites)
        site.chloride.reset();
    const std::string text = textOf(record);
    EXPECT_THAT(text, HasSubstr("Left: the sample has not been analysed."));
    EXPECT_THAT(text, HasSubstr("Right: analyse the sample and enter its chloride."));
    EXPECT_THAT(text, Not(HasSubstr("supervisor")));
}

TEST_F(SweatReport, WarnsOfAControlThatFailedLaterAndOfALengthThatContradictsTheAmount) {
    SweatTestRecord record = exampleSweatTest();
    record.qcAlarm = "Left: the control of 12:00 has failed.\nRight: the control of 12:00 has failed.";
    record.sites[1].coil_cm = 2;
    record.sites[1].amountNote = "2 cm of coil hold at most 7.77 µL.";
    record.sites[0].analyser.clear();
    record.sites[1].analyser.clear();
    const std::string text = textOf(record);
    EXPECT_THAT(text, HasSubstr("QUALITY CONTROL, Left: the control"));
    EXPECT_THAT(text, HasSubstr("QUALITY CONTROL, Right: the control"));
    EXPECT_THAT(text, HasSubstr("18.2 µL (2 cm of coil)"));
    EXPECT_THAT(text, HasSubstr("Right, amount: 2 cm of coil hold at most 7.77 µL."));
    EXPECT_THAT(text, HasSubstr("Length of coil and measured amount of a sample contradict each other."));
    EXPECT_TRUE(std::regex_search(text, std::regex("Analyser +not recorded")));
}

TEST_F(SweatReport, MarksASimulatedTestAcrossThePage) {
    SweatTestRecord record = exampleSweatTest();
    record.simulated = true;
    const std::string text = textOf(record);
    EXPECT_THAT(text, HasSubstr("not a patient's result"));
    const std::regex word("SIMULATED");
    EXPECT_GE(std::distance(std::sregex_iterator(text.begin(), text.end(), word), {}),
              1); // the one across the page is text on its side, which not every reader gives
}

TEST_F(SweatReport, NeverPrintsWhatOtherProfilesWouldSay) {
    SweatTestRecord record = exampleSweatTest();
    record.sites[1].amount = 15; // sufficient under CFF-2017, not under UK-2014: the explanation says so
    ASSERT_THAT(evaluated(record).evaluationJson, HasSubstr("UK-2014"));
    EXPECT_THAT(textOf(record), Not(HasSubstr("UK-2014")));
}

TEST_F(SweatReport, PrintsQnsAsTextWithTheAmountAndNeverANumberForIt) {
    SweatTestRecord record = exampleSweatTest();
    record.sites[0].amount = Decimal::parse("12.4", "left").value();
    record.sites[1].amount = Decimal::parse("14.96", "right").value(); // not rounded up to 15
    for (SweatSite& site : record.sites)
        site.chloride.reset();
    const std::string text = textOf(record);
    EXPECT_THAT(text, HasSubstr("QNS – quantity not sufficient"));
    EXPECT_THAT(text, HasSubstr("QNS (12.4 µL)"));
    EXPECT_THAT(text, HasSubstr("QNS (14.96 µL)"));
    EXPECT_THAT(text, HasSubstr("Left: 12.4 µL, needs ≥ 15 µL; Right: 14.96 µL, needs ≥ 15 µL."));
    EXPECT_THAT(text, HasSubstr("Too little sweat was collected"));
    EXPECT_THAT(text, HasSubstr("Repeat the collection as soon as practical, within a week."));
    EXPECT_THAT(text, Not(HasSubstr("mean ")));
}

TEST_F(SweatReport, NamesTheInsufficientSiteBesideTheResultOfTheOther) {
    SweatTestRecord record = exampleSweatTest();
    record.sites[1].amount = Decimal::parse("9.5", "right").value();
    record.sites[1].chloride.reset();
    const std::string text = textOf(record);
    EXPECT_THAT(text, HasSubstr("Left site alone."));
    EXPECT_THAT(text, HasSubstr("result 33"));
    EXPECT_THAT(text, HasSubstr("QNS (9.5 µL)"));
}

TEST_F(SweatReport, KeepsBothValuesOfADiscordantTestAndGivesNoMeanAndNoClass) {
    SweatTestRecord record = exampleSweatTest();
    record.sites[1].chloride = Decimal::parse("48.2", "right").value();
    const std::string text = textOf(record);
    EXPECT_THAT(text, HasSubstr("The two sites do not agree"));
    EXPECT_THAT(text, HasSubstr("The sites differ by 15.1 mmol/L; the limit is 10."));
    EXPECT_THAT(text, HasSubstr("33.1 mmol/L"));
    EXPECT_THAT(text, HasSubstr("48.2 mmol/L"));
    EXPECT_THAT(text, HasSubstr("Repeat the collection at both sites."));
    EXPECT_THAT(text, Not(HasSubstr("mean 4")));
}

// 29.499 is reported as 29: "29.5" beside it would look like a wrong rounding.
TEST_F(SweatReport, PrintsTheDigitsThatDecidedTheRounding) {
    SweatTestRecord record = exampleSweatTest();
    record.sites[0].chloride = Decimal::parse("29.499", "c").value();
    record.sites[1].chloride = Decimal::parse("28.12345", "c").value();
    const std::string text = textOf(record);
    EXPECT_THAT(text, HasSubstr("29.499 mmol/L"));
    EXPECT_THAT(text, HasSubstr("28.12 mmol/L"));
}

TEST_F(SweatReport, SaysWhyALimbWasGivenUp) {
    SweatTestRecord record = exampleSweatTest();
    record.sites[0].voidReason = "the collector came off";
    const std::string text = textOf(record);
    EXPECT_THAT(text, HasSubstr("void (see the remarks)"));
    EXPECT_THAT(text, HasSubstr("Left: given up: the collector came off."));
    EXPECT_THAT(text, Not(HasSubstr("33.1 mmol/L")));
}

TEST_F(SweatReport, VoidsABurnedSiteInWords) {
    SweatTestRecord record = exampleSweatTest();
    SweatSite& left = record.sites[0];
    left.skin = SkinFinding::Burn;
    left.skinNote = "two pinholes of 1 mm";
    left.attachedUtc.clear();
    left.removedUtc.clear();
    left.sampleId.clear();
    left.enteredBy.clear();
    left.amount.reset();
    left.minutes.reset();
    left.chloride.reset();
    const std::string text = textOf(record);
    EXPECT_THAT(text, HasSubstr("BURN: site void (see the remarks)"));
    EXPECT_THAT(text, HasSubstr("Left, skin: two pinholes of 1 mm"));
    EXPECT_THAT(text, HasSubstr("not measured: burn"));
    EXPECT_THAT(text, HasSubstr("Left: burn found under the electrode"));
    EXPECT_THAT(text, HasSubstr("Right site alone."));
}

/// A limb of which nothing was collected.
void emptied(SweatSite& site) {
    site.attachedUtc.clear();
    site.removedUtc.clear();
    site.sampleId.clear();
    site.enteredBy.clear();
    site.amount.reset();
    site.minutes.reset();
    site.chloride.reset();
}

// Domain file 3: burns are documented, reviewed and reported; safety file 2: the site is locked until
// reviewed.
TEST_F(SweatReport, SaysWhatHappenedWhereNothingWasCollectedAndWhatIsDoneForABurn) {
    SweatTestRecord record = exampleSweatTest();
    record.sites[0].skin = SkinFinding::Burn;
    emptied(record.sites[0]);
    emptied(record.sites[1]);
    const std::string text = textOf(record);
    EXPECT_THAT(text, HasSubstr("No sweat was collected"));
    EXPECT_THAT(text, HasSubstr("Left forearm: burn under the electrode, nothing was collected."));
    EXPECT_THAT(text, HasSubstr("Right forearm: stopped before its collection"));
    EXPECT_THAT(text, Not(HasSubstr("Too little sweat")));
    EXPECT_THAT(text, Not(HasSubstr("QNS – quantity")));
    EXPECT_THAT(text, HasSubstr("Left forearm, burn: cool it, have a physician look at it"));
    EXPECT_THAT(text, HasSubstr("keep the lots, and report the incident"));
    EXPECT_THAT(text, HasSubstr("Repeat the collection as soon as practical, within a week."));
    emptied(record.sites[0] = exampleSweatTest().sites[0]);
    record.sites[0].skin = record.sites[1].skin = SkinFinding::Burn;
    EXPECT_THAT(textOf(record), HasSubstr("Burn: no sweat was collected"));
}

TEST_F(SweatReport, SaysThatACollectionWasEndedEarly) {
    SweatTestRecord record = exampleSweatTest();
    EXPECT_THAT(textOf(record), Not(HasSubstr("was ended after")));
    record.sites[1].minutes = Decimal::parse("21.5", "minutes").value();
    EXPECT_THAT(textOf(record), HasSubstr("Right forearm: the collection was ended after 21:30 of 30 min."));
}

// 500 µL in 30 min are 33 g/m²/min: no skin gives that, whatever the analyser says.
TEST_F(SweatReport, AsksForTheAmountAndTheTimeAndNotForTheAnalyserWhereTheRateIsTooHigh) {
    SweatTestRecord record = exampleSweatTest();
    record.sites[1].amount = 500;
    std::string text = textOf(record);
    EXPECT_THAT(text, HasSubstr("Right forearm: check the length of the coil or the weight and the minutes"));
    EXPECT_THAT(text, HasSubstr("one of them is wrong"));
    EXPECT_THAT(text, Not(HasSubstr("Check the analyser")));
    EXPECT_THAT(text, Not(HasSubstr("contamination or an analytical error")));
    record.sites[0].chloride = 170; // and this one is the analyser's
    text = textOf(record);
    EXPECT_THAT(text, HasSubstr("Check the analyser"));
}

TEST_F(SweatReport, PrintsNoNumberForAnImplausibleValue) {
    SweatTestRecord record = exampleSweatTest();
    record.sites[1].chloride = Decimal::parse("160.1", "right").value();
    const std::string text = textOf(record);
    EXPECT_THAT(text, HasSubstr("no value: not plausible"));
    EXPECT_THAT(text, HasSubstr("Not plausible"));
    EXPECT_THAT(text, Not(HasSubstr("160.1")));
    EXPECT_THAT(text, Not(HasSubstr("33.1")));
}

TEST_F(SweatReport, PrintsBelowTheReportableEndAsSuch) {
    SweatTestRecord record = exampleSweatTest();
    record.sites[0].chloride = 7;
    record.sites[1].chloride = 8; // mean 7.5
    const std::string text = textOf(record);
    EXPECT_THAT(text, HasSubstr("<10 mmol/L"));
    EXPECT_THAT(text, HasSubstr("CF unlikely"));
    EXPECT_THAT(text, Not(HasSubstr("7 mmol/L")));
}

TEST_F(SweatReport, NeverCallsAConductivityAChloride) {
    SweatTestRecord record = exampleSweatTest();
    record.guidelineId = "COND-NANODUCT";
    record.collector = chloride::Collector::Cell;
    for (SweatSite& site : record.sites) {
        site.chloride.reset();
        site.amount = 4;
        site.conductivity = 66;
    }
    const std::string text = textOf(record);
    EXPECT_THAT(text, HasSubstr("Sweat conductivity (screening)"));
    EXPECT_THAT(text, HasSubstr("66 mmol/L NaCl-equivalent"));
    EXPECT_THAT(text, Not(HasSubstr("Sweat chloride test")));
}

TEST_F(SweatReport, KeepsToOnePageWithLongNamesAndManyRemarks) {
    SweatTestRecord record = exampleSweatTest();
    record.patientName = std::string(300, 'W');
    record.operatorName = "Dr. med. Wilhelmine Konstantinopolitanskaja-Oberwasserburger of the night shift";
    record.requester = std::string(200, 'M');
    record.qcText = std::string(300, 'Q');
    record.sites[0].skinNote =
        "a very long note about what was seen on the skin when the electrodes came off";
    record.sites[0].analyser = std::string(100, 'A');
    for (int i = 0; i < 40; ++i)
        record.eligibilityReasons.push_back(
            "WARN R" + std::to_string(i) + ": Reason number " + std::to_string(i) +
            ", with a sentence that goes on for so long that it needs a second "
            "line on the page to be told to its very end. Lifted by Dr. X: clinical need");
    const std::string text = textOf(record);
    EXPECT_THAT(text, HasSubstr("Reason number 0"));
    EXPECT_TRUE(std::regex_search(text, std::regex("and [0-9]+ more; see the record of the test"))) << text;
    EXPECT_THAT(text, HasSubstr("Limits not locally verified"));
    EXPECT_THAT(text, HasSubstr("a qualified person signs"));
}

TEST_F(SweatReport, HasNoTransparencyAndNoPictures) {
    textOf(exampleSweatTest());
    const std::string objects = ask("qpdf --qdf --object-streams=disable", file_, "-");
    EXPECT_THAT(objects, HasSubstr("pdfaid:part"));
    EXPECT_FALSE(std::regex_search(objects, std::regex("/(ca|CA) 0?\\.[0-9]"))) << "a fill that lets through";
    const std::string images = ask("pdfimages -list", file_);
    EXPECT_EQ(std::count(images.begin(), images.end(), '\n'), 2) << images; // the heading only
}

TEST_F(SweatReport, IsNotMadeOfATestWithoutAResultNorWithAnotherVersionOfTheProfile) {
    const SweatTestRecord open = exampleSweatTest();
    const Done none = writeSweatReport(open, guidelineNamed("CFF-2017"), {}, file_, true);
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().sentence(),
              "S-2026-0042: the sweat test has no result yet; finish the test first.");
    const Done other = writeSweatReport(evaluated(open), guidelineNamed("UK-2014"), {}, file_, true);
    ASSERT_FALSE(other);
    EXPECT_THAT(other.error().sentence(), HasSubstr("another version of the profile"));
    EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_F(SweatReport, DoesNotReplaceAFileUnlessItMay) {
    tests::writeText(file_, "precious");
    const Done done =
        writeSweatReport(evaluated(exampleSweatTest()), guidelineNamed("CFF-2017"), {}, file_, false);
    ASSERT_FALSE(done);
    EXPECT_EQ(tests::readText(file_), "precious");
}

// An old result is shown and printed under the profile that it was made with, P3 of the domain file.
TEST_F(SweatReport, IsTheSameToTheByteWhenTheLaboratoryHasEditedOrRemovedItsProfile) {
    const std::filesystem::path own = folder_.file("own"), profile = own / "OWN.toml",
                                kept = folder_.file("test.sweat.json");
    std::filesystem::create_directory(own);
    std::string text =
        tests::readText(std::filesystem::path(ECCRINE_PROTOCOL_DIR) / "guidelines/CFF-2017.toml");
    text.replace(text.find("\"CFF-2017\""), 10, "\"OWN\"");
    tests::writeText(profile, text);
    SweatTestRecord record = exampleSweatTest();
    record.guidelineId = "OWN";
    const auto evaluation = evaluateSweatTest(record, chloride::loadGuideline(profile).value(), {});
    ASSERT_TRUE(evaluation) << evaluation.error().sentence();
    keepEvaluation(record, *evaluation);
    ASSERT_TRUE(validateSweatTest(record, "E. Second", "2026-03-02T15:10:00Z"));
    ASSERT_TRUE(saveSweatTest(record, kept));
    const auto printed = [&] {
        const auto again = loadSweatTest(kept);
        EXPECT_TRUE(again) << again.error().sentence();
        const auto guideline = guidelineOfResult(*again, {own});
        EXPECT_TRUE(guideline) << guideline.error().sentence();
        const Done done = writeSweatReport(*again, *guideline, {}, file_, true);
        EXPECT_TRUE(done) << done.error().sentence();
        // when a PDF was written, and its random name, are of the writing
        return std::regex_replace(
            tests::readText(file_),
            std::regex(R"(D:\d{14}[^)]*|\d{4}-\d\d-\d\dT[^<]*|uuid:[-0-9a-f]*|/ID \[[^\]]*\])"), "…");
    };
    const std::string before = printed();
    EXPECT_THAT(ask("pdftotext -layout", file_, "-"), HasSubstr("(OWN, version 2)"));
    tests::writeText(profile, text + "# another edition\n");
    EXPECT_TRUE(printed() == before) << "edited";
    std::filesystem::remove(profile);
    EXPECT_TRUE(printed() == before) << "removed";
}

// Domain file 2.3: CF indicated, or intermediate or QNS in an infant after a positive newborn screen.
TEST_F(SweatReport, SaysWhomToPhoneTheSameDay) {
    const char* phone = "Phone the requester, Dr. D. Question, the same day; note who was told, when";
    SweatTestRecord record = exampleSweatTest(); // 34 mmol/L, 28 days old
    EXPECT_THAT(textOf(record), Not(HasSubstr("Phone the requester")));
    record.eligibilityAnswers["newborn_screen"] = "positive";
    EXPECT_THAT(textOf(record), HasSubstr(phone));
    record.born = Moment::parse("2025-03-02", "born").value(); // its first birthday
    EXPECT_THAT(textOf(record), Not(HasSubstr("Phone the requester")));
    for (SweatSite& site : record.sites)
        site.chloride = 60;
    EXPECT_THAT(textOf(record), HasSubstr(phone));
}

// A1 of the domain file: 42.67
TEST_F(SweatReport, PrintsTheChlorideOfAPadWithTwoDecimalsAndItsPackagesByTheirNames) {
    SweatTestRecord record = exampleSweatTest();
    record.collector = chloride::Collector::Gauze;
    for (SweatSite& site : record.sites) {
        site.amount = 120;
        site.chloride = Decimal::parse("42.66666", "washed out").value();
    }
    const std::string text = textOf(record);
    EXPECT_THAT(text, HasSubstr("42.67 mmol/L"));
    EXPECT_THAT(text, HasSubstr("left 42.67"));
    EXPECT_THAT(text, Not(HasSubstr("42.666")));
    EXPECT_THAT(text, HasSubstr("mean 43"));
    EXPECT_THAT(text, HasSubstr("Pads lot K7712"));
    EXPECT_THAT(text, HasSubstr("Pilocarpine solution lot G0815"));
}

TEST_F(SweatReport, TakesTheFileWhenTheCopyInTheRecordIsDamaged) {
    SweatTestRecord record = evaluated(exampleSweatTest());
    record.guidelineText[record.guidelineText.find("2017")] = '3';
    EXPECT_TRUE(guidelineOfResult(record, {ECCRINE_PROTOCOL_DIR "/guidelines"}));
    EXPECT_FALSE(guidelineOfResult(record, {folder_.path()}));
}

TEST_F(SweatReport, FindsTheVeryProfileOfAnOldRecordByItsHash) {
    SweatTestRecord record = evaluated(exampleSweatTest());
    record.guidelineText.clear(); // records did not always keep it
    const auto found = guidelineOfResult(record, {folder_.path(), ECCRINE_PROTOCOL_DIR "/guidelines"});
    ASSERT_TRUE(found) << found.error().sentence();
    EXPECT_EQ(found->id, "CFF-2017");
    const auto missing = guidelineOfResult(record, {folder_.path()});
    ASSERT_FALSE(missing);
    EXPECT_THAT(missing.error().sentence(),
                HasSubstr("CFF-2017, version 2, that the result was made with is not here"));
}

TEST_F(SweatReport, RefusesADamagedEvaluation) {
    SweatTestRecord record = evaluated(exampleSweatTest());
    record.evaluationJson.resize(record.evaluationJson.size() / 2);
    const auto found = storedEvaluation(record);
    ASSERT_FALSE(found);
    EXPECT_THAT(found.error().sentence(), HasSubstr("the stored result is damaged"));
}

} // namespace
} // namespace eccrine::records
