// SPDX-License-Identifier: GPL-3.0-or-later
#include "datafiles/text_hash.hpp"
#include "records/former_file.hpp"
#include "records/sweat_test.hpp"
#include "tests/records/example_sweat.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>

namespace eccrine::records {
namespace {

class SweatTestFile : public testing::Test {
protected:
    [[nodiscard]] std::filesystem::path file() const { return folder_.file("a.sweat.json"); }
    [[nodiscard]] std::string bytes() const { return tests::readText(file()); }
    tests::TemporaryFolder folder_;
};

/// Entered by one, so that another can sign.
SweatTestRecord entered() {
    SweatTestRecord record = tests::evaluated(tests::exampleSweatTest());
    for (SweatSite& site : record.sites)
        site.enteredBy = "A. Technician";
    record.validatedBy.clear();
    record.validatedUtc.clear();
    return record;
}

TEST_F(SweatTestFile, IsReadAgainAsItWasWritten) {
    SweatTestRecord record = entered();
    record.lots = {{"gel", "G-17", {2026, 12, 31}}};
    record.sites[0].skin = SkinFinding::Welt;
    record.sites[1].tare_mg = Decimal::parse("5012.35", "t").value();
    record.sites[1].taredAt = Moment{{2026, 2, 7}, 490};
    record.sites[1].weighedAt = Moment{{2026, 2, 7}, 640};
    record.sites[1].coldSince = Moment{{2026, 2, 7}, 700};
    record.sites[1].storageNote = "The sample is too old";
    record.sites[1].eluent_ul = 5000;
    record.sites[1].eluate = Decimal::parse("1.02", "e").value();
    record.sites[1].blank = Decimal::parse("0.02", "b").value();
    record.sites[1].secondChloride = 44;
    record.sites[1].secondDiffers = true;
    record.sites[0].voidReason = "the collector came off";
    record.sites[1].qcOn = Date{2026, 2, 8};
    record.sites[1].qc = chloride::QcState::Passed;
    record.sites[1].qcText = "Both levels passed.";
    record.sites[0].coil_cm = Decimal::parse("5.5", "c").value();
    record.sites[0].amountIsLeast = true;
    record.sites[0].amountAtMost = Decimal::parse("20.35", "m").value();
    record.sites[1].amountNote = "8.2 cm of coil hold more";
    record.sites[1].enteredAt = Moment{{2026, 2, 8}, 600};
    record.sites[1].handledBy = {"A. Technician", "B. Lab"};
    record.calls = {{Moment{{2026, 2, 8}, 610}, "Dr. Question", "B. Lab", true}};
    record.former = {{1, "Dr Gray", "t1", "B. Lab", "t2", "wrong sample", "abc", "{}"}};
    record.version = 2;
    record.qcAlarm = "a control failed later";
    record.eligibilityAnswers = {{"weight_kg", "3.40"}, {"oxygen", "none"}};
    record.events = {{"2026-02-07T10:00:00Z", "A. Technician", "collector attached, \"left\"\n"}};
    ASSERT_TRUE(saveSweatTest(record, file()));
    const auto again = loadSweatTest(file());
    ASSERT_TRUE(again) << again.error().sentence();
    EXPECT_EQ(sweatTestText(*again), sweatTestText(record));
    EXPECT_EQ(again->sites[1].coldSince, record.sites[1].coldSince);
    EXPECT_EQ(again->sites[1].eluate, record.sites[1].eluate);
    EXPECT_TRUE(again->sites[1].secondDiffers);
    EXPECT_EQ(again->sites[0].voidReason, "the collector came off");
    EXPECT_EQ(again->sites[1].qcOn, record.sites[1].qcOn);
    EXPECT_EQ(again->sites[1].qc, chloride::QcState::Passed);
    EXPECT_TRUE(again->sites[0].amountIsLeast);
    EXPECT_EQ(again->sites[0].amountAtMost, record.sites[0].amountAtMost);
    EXPECT_EQ(again->sites[1].handledBy, record.sites[1].handledBy);
    EXPECT_EQ(again->sites[1].enteredAt, record.sites[1].enteredAt);
    ASSERT_EQ(again->calls.size(), 1U);
    EXPECT_TRUE(again->calls[0].readBack);
    ASSERT_EQ(again->former.size(), 1U);
    EXPECT_EQ(again->former[0].reason, "wrong sample");
    EXPECT_EQ(again->qcAlarm, record.qcAlarm);
    EXPECT_EQ(again->evaluationJson, record.evaluationJson);
    EXPECT_EQ(again->guidelineText, tests::guidelineNamed("CFF-2017").text);
}

// P3 of the reference table: an edited profile leaves stored results as they are, to the byte
TEST_F(SweatTestFile, KeepsItsResultWhenTheProfileIsChanged) {
    const SweatTestRecord record = entered();
    ASSERT_TRUE(saveSweatTest(record, file()));
    const std::string before = bytes();
    chloride::Guideline changed = tests::guidelineNamed(record.guidelineId);
    changed.bands[0].classes[0].highest = 20;
    changed.bands[0].classes[1].lowest = 21;
    changed.sha256 = "another";
    const auto now = evaluateSweatTest(record, changed, {});
    ASSERT_TRUE(now);
    EXPECT_NE(now->json, record.evaluationJson); // the new rules would say something else about the hash
    EXPECT_EQ(loadSweatTest(file())->evaluationJson, record.evaluationJson);
    EXPECT_EQ(bytes(), before);
}

TEST_F(SweatTestFile, CarriesTheLimitsAndTheHashThatWereUsed) {
    const auto json = nlohmann::json::parse(entered().evaluationJson);
    EXPECT_EQ(json["profile"]["sha256"], tests::guidelineNamed("CFF-2017").sha256);
    EXPECT_EQ(json["limits"]["classes"][2]["limits"], "≥60");
    EXPECT_TRUE(json["limits"]["verified_by"].is_null());
}

TEST_F(SweatTestFile, IsNotWrittenAnyMoreOnceItIsSigned) {
    SweatTestRecord record = entered();
    ASSERT_TRUE(validateSweatTest(record, "Dr Gray", "2026-02-07T15:00:00Z"));
    ASSERT_TRUE(saveSweatTest(record, file()));
    const std::string before = bytes();
    record.patientName = "Somebody Else";
    const auto refused = saveSweatTest(record, file());
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().what.find("validated by Dr Gray"), std::string::npos);
    EXPECT_EQ(bytes(), before);
}

TEST_F(SweatTestFile, IsNotWrittenOverByAnotherTest) {
    ASSERT_TRUE(saveSweatTest(entered(), file()));
    SweatTestRecord other = entered();
    other.id = "another";
    EXPECT_FALSE(saveSweatTest(other, file()));
}

TEST(SweatTest, IsValidatedByASecondPerson) {
    SweatTestRecord record = entered();
    EXPECT_NE(validateSweatTest(record, "A. Technician", "t").error().what.find("entered a value"),
              std::string::npos);
    EXPECT_FALSE(validateSweatTest(record, "", "t"));
    ASSERT_TRUE(validateSweatTest(record, "Dr Gray", "t"));
    EXPECT_FALSE(validateSweatTest(record, "Dr Green", "t")); // once
    SweatTestRecord without = entered();
    without.evaluationJson.clear();
    EXPECT_FALSE(validateSweatTest(without, "Dr Gray", "t"));
}

TEST(SweatTest, IsNotValidatedByTheSamePersonInOtherLettersNorWithoutAnAnalyst) {
    SweatTestRecord record = entered();
    EXPECT_FALSE(validateSweatTest(record, "a. technician ", "t"));
    record.sites[0].enteredBy = " ";
    const auto refused = validateSweatTest(record, "Dr Gray", "t");
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().what.find("nobody is named"), std::string::npos);
}

// Sign-off by two people (domain file 1.2, step 14): not who ran the test, whoever typed the chloride; not
// who changed an amount or a value; not who began the correction.
TEST(SweatTest, IsValidatedByNobodyWhoHadAHandInIt) {
    SweatTestRecord record = entered();
    record.operatorName = "O. Perator";
    record.sites[1].handledBy = {"W. Eigher", "A. Technician"};
    const auto refusal = [&record](const char* by) {
        SweatTestRecord copy = record;
        const auto refused = validateSweatTest(copy, by, "t");
        return refused ? std::string() : refused.error().what;
    };
    EXPECT_EQ(refusal("o. perator"), "o. perator ran this test");
    EXPECT_EQ(refusal("W. Eigher"), "W. Eigher entered or changed an amount or a value of this test");
    EXPECT_EQ(refusal("Dr Gray"), "");
    record.former = {{1, "Dr Gray", "t", "C. Orrector", "t", "r", "", ""}};
    EXPECT_EQ(refusal("C. Orrector"), "C. Orrector began this correction");
    EXPECT_EQ(refusal("Dr Gray"), "") << "who signed the former version may sign the next";
    // a laboratory that does not ask for a second person
    EXPECT_TRUE(validateSweatTest(record, "O. Perator", "t", false));
    EXPECT_FALSE(validateSweatTest(record, "O. Perator", "t", false)) << "once";
}

TEST(SweatTest, NotesWhoHadAHandInASiteOnce) {
    SweatSite site;
    for (const char* who : {"MK", "mk ", "", " ", "HR"})
        noteHandler(site, who);
    EXPECT_EQ(site.handledBy, (std::vector<std::string>{"MK", "HR"}));
}

TEST(SweatTest, ThatIsHeldSaysWhatItWaitsFor) {
    SweatTestRecord record = entered();
    for (SweatSite& site : record.sites)
        site.chloride.reset();
    record = tests::evaluated(record);
    const auto refused = validateSweatTest(record, "Dr Gray", "t");
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().what.find("Left: the sample has not been analysed."), std::string::npos)
        << refused.error().what;
    EXPECT_NE(refused.error().remedy.find("Right: analyse the sample"), std::string::npos);
}

TEST(SweatTest, ACorrectionIsANewVersionThatKeepsTheOneBefore) {
    SweatTestRecord first = entered();
    EXPECT_FALSE(correctedVersion(first, sweatTestText(first), "B. Lab", "wrong sample", "t2"))
        << "nobody has signed it";
    ASSERT_TRUE(validateSweatTest(first, "Dr Gray", "2026-02-07T15:00:00Z"));
    EXPECT_FALSE(correctedVersion(first, sweatTestText(first), "B. Lab", " ", "t2")) << "it takes a reason";
    EXPECT_FALSE(correctedVersion(first, sweatTestText(first), "", "wrong sample", "t2"));
    first.calls = {{Moment{{2026, 2, 7}, 960}, "Dr. Question", "B. Lab", true}};
    auto second =
        correctedVersion(first, sweatTestText(first), "B. Lab", "wrong sample", "2026-02-08T09:00:00Z");
    ASSERT_TRUE(second) << second.error().sentence();
    EXPECT_EQ(second->version, 2);
    EXPECT_EQ(second->id, first.id);
    EXPECT_FALSE(second->signedOff());
    EXPECT_TRUE(second->calls.empty()) << "nobody was told of the corrected result";
    ASSERT_EQ(second->former.size(), 1U);
    EXPECT_EQ(second->former[0].version, 1);
    EXPECT_EQ(second->former[0].validatedUtc, "2026-02-07T15:00:00Z");
    EXPECT_EQ(second->former[0].by, "B. Lab");
    EXPECT_EQ(second->former[0].atUtc, "2026-02-08T09:00:00Z");
    EXPECT_EQ(second->former[0].text, sweatTestText(first)) << "to the letter";
    // and the third keeps both, each once
    ASSERT_TRUE(validateSweatTest(*second, "Dr Gray", "2026-02-08T10:00:00Z"));
    const auto third =
        correctedVersion(*second, sweatTestText(*second), "B. Lab", "wrong again", "2026-02-09T09:00:00Z");
    ASSERT_TRUE(third) << third.error().sentence();
    ASSERT_EQ(third->former.size(), 2U);
    EXPECT_EQ(third->former[0].sha256, datafiles::sha256Of(sweatTestText(first)));
    EXPECT_EQ(formerFile(*third, 0).value(), sweatTestText(first));
    EXPECT_EQ(formerFile(*third, 1).value(), sweatTestText(*second)) << "to the letter, with the first in it";
    const auto kept = parseSweatTest(third->former[1].text, "version 2");
    ASSERT_TRUE(kept) << kept.error().sentence();
    EXPECT_EQ(kept->version, 2);
    EXPECT_TRUE(kept->former[0].text.empty()) << "it stands before it";
}

// A file of more than 1 MiB is not read: nested into each other, nine corrections of such a record were.
TEST(SweatTest, CorrectionsAddUpAndDoNotDouble) {
    SweatTestRecord record = entered();
    ASSERT_TRUE(validateSweatTest(record, "Dr Gray", "t1"));
    std::vector<std::string> files{sweatTestText(record)};
    for (int i = 0; i < 12; ++i) {
        auto next = correctedVersion(record, files.back(), "B. Lab", "wrong sample", "t2");
        ASSERT_TRUE(next) << next.error().sentence();
        record = std::move(*next);
        ASSERT_TRUE(validateSweatTest(record, "Dr Gray", "t3"));
        files.push_back(sweatTestText(record));
    }
    EXPECT_LT(files[12].size() - files[11].size(), 2 * files[0].size());
    const auto read = parseSweatTest(files.back(), "the last one");
    ASSERT_TRUE(read) << read.error().sentence();
    for (std::size_t i = 0; i < 12; ++i)
        EXPECT_EQ(formerFile(*read, i).value(), files[i]) << i;
}

// What lies there as this program would not write it is kept whole, and what it holds is found in it.
TEST(SweatTest, AFormerVersionOfAnotherHandIsFoundInTheOneAfterIt) {
    SweatTestRecord record = entered();
    std::vector<std::string> files;
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(validateSweatTest(record, "Dr Gray", "t1"));
        const std::string text = sweatTestText(record);
        files.push_back(i < 2 ? text : nlohmann::ordered_json::parse(text).dump(1));
        record = correctedVersion(record, files.back(), "B. Lab", "wrong sample", "t2").value();
    }
    EXPECT_EQ(record.former[2].text, files[2]);
    for (std::size_t i = 0; i < 3; ++i)
        EXPECT_EQ(formerFile(record, i).value(), files[i]) << i;
}

TEST(SweatTest, AFormerVersionThatAProgramOfBeforeKeptIsFoundInTheNextOne) {
    SweatTestRecord first = entered();
    ASSERT_TRUE(validateSweatTest(first, "Dr Gray", "t1"));
    const std::string one = sweatTestText(first);
    SweatTestRecord second = *correctedVersion(first, one, "B. Lab", "wrong sample", "t2");
    ASSERT_TRUE(validateSweatTest(second, "Dr Gray", "t3"));
    const std::string two = sweatTestText(second);
    // as it was written: the second file to the letter, and the first one in it alone
    SweatTestRecord third = *correctedVersion(second, two, "B. Lab", "wrong again", "t4");
    third.former[0].text.clear();
    third.former[1].text = two;
    EXPECT_EQ(formerFile(third, 0).value(), one);
    EXPECT_EQ(formerFile(third, 1).value(), two);
    ASSERT_TRUE(validateSweatTest(third, "Dr Gray", "t5"));
    const std::string three = sweatTestText(third);
    const auto fourth = correctedVersion(third, three, "B. Lab", "and again", "t6");
    ASSERT_TRUE(fourth) << fourth.error().sentence();
    EXPECT_EQ(formerFile(*fourth, 0).value(), one);
    EXPECT_EQ(formerFile(*fourth, 1).value(), two);
    EXPECT_EQ(formerFile(*fourth, 2).value(), three);
    SweatTestRecord spoilt = *fourth;
    spoilt.former[2].text[100] = '#';
    EXPECT_FALSE(formerFile(spoilt, 2));
}

// The file of an earlier version of the program is not what this one would write.
TEST_F(SweatTestFile, ThatIsReplacedIsKeptAsItLiesThere) {
    SweatTestRecord record = entered();
    ASSERT_TRUE(validateSweatTest(record, "Dr Gray", "t1"));
    auto json = nlohmann::ordered_json::parse(sweatTestText(record));
    json["eccrine_sweat_test"] = 4;
    for (const char* key : {"calls", "former_versions", "qc_alarm"})
        json.erase(key);
    for (const char* side : {"left", "right"})
        for (const char* key :
             {"amount_is_least", "amount_at_most", "amount_note", "entered_at", "handled_by"})
            json[side].erase(key);
    const std::string old = json.dump(1);
    tests::writeText(file(), old);
    const auto before = loadSweatTest(file());
    ASSERT_TRUE(before) << before.error().sentence();
    const auto next = correctedVersion(*before, bytes(), "B. Lab", "wrong sample", "t2");
    ASSERT_TRUE(next) << next.error().sentence();
    EXPECT_EQ(next->former[0].sha256, datafiles::sha256Of(old));
    EXPECT_EQ(next->former[0].text, old);
    SweatTestRecord other = *before;
    other.patientName = "another";
    EXPECT_FALSE(correctedVersion(other, old, "B. Lab", "wrong sample", "t2"));
    EXPECT_FALSE(correctedVersion(*before, "{", "B. Lab", "wrong sample", "t2"));
}

TEST_F(SweatTestFile, ThatIsSignedTakesACallAndNothingElse) {
    SweatTestRecord record = entered();
    ASSERT_TRUE(validateSweatTest(record, "Dr Gray", "t"));
    ASSERT_TRUE(saveSweatTest(record, file()));
    const PhoneCall call{Moment{{2026, 2, 7}, 960}, "Dr. Question", "B. Lab", true};
    EXPECT_FALSE(addPhoneCall(record, {call.at, " ", "B. Lab", true})) << "who was told";
    EXPECT_FALSE(addPhoneCall(record, {call.at, "Dr. Question", "", true}));
    EXPECT_FALSE(addPhoneCall(record, {std::nullopt, "Dr. Question", "B. Lab", true}));
    ASSERT_TRUE(addPhoneCall(record, call));
    SweatTestRecord changed = record;
    changed.sites[0].chloride = 70;
    EXPECT_FALSE(saveSweatTest(changed, file())) << "a call is no way to change a value";
    ASSERT_TRUE(saveSweatTest(record, file()));
    EXPECT_EQ(loadSweatTest(file())->calls.size(), 1U);
    SweatTestRecord without = record;
    without.calls.clear();
    EXPECT_FALSE(saveSweatTest(without, file())) << "and none goes away";
    changed = record;
    changed.calls[0].whom = "Somebody Else";
    changed.calls.push_back(call);
    EXPECT_FALSE(saveSweatTest(changed, file()));
}

TEST(SweatTest, OfACoilIsUndecidedWhereItsLengthIs) {
    SweatTestRecord record = entered();
    record.sites[1].used = false;
    record.sites[0].coil_cm = Decimal::parse("5.5", "c").value();
    record.sites[0].amount = Decimal::parse("14.85", "a").value();
    record.sites[0].amountIsLeast = true;
    record.sites[0].amountAtMost = Decimal::parse("20.35", "m").value();
    const auto evaluated = evaluateSweatTest(record, tests::guidelineNamed("CFF-2017"), {});
    ASSERT_TRUE(evaluated) << evaluated.error().sentence();
    EXPECT_EQ(evaluated->evaluation.sites[0].status, chloride::SiteStatus::Weigh);
}

TEST(SweatTest, ThatIsHeldOrLockedIsNotValidated) {
    for (const char* outcome : {"HELD", "QC_LOCKED"}) {
        SweatTestRecord record = entered();
        auto json = nlohmann::ordered_json::parse(record.evaluationJson);
        json["outcome"] = outcome;
        record.evaluationJson = json.dump();
        const auto refused = validateSweatTest(record, "Dr Gray", "t");
        ASSERT_FALSE(refused) << outcome;
        EXPECT_NE(refused.error().what.find("still open"), std::string::npos);
        EXPECT_FALSE(record.signedOff());
    }
}

TEST(SweatTest, ABurnVoidsItsSiteInTheEvaluation) {
    SweatTestRecord record = entered();
    record.sites[0].skin = SkinFinding::Burn;
    const auto evaluated = evaluateSweatTest(record, tests::guidelineNamed("CFF-2017"), {});
    ASSERT_TRUE(evaluated) << evaluated.error().sentence();
    EXPECT_EQ(evaluated->evaluation.sites[0].status, chloride::SiteStatus::Burn);
    EXPECT_EQ(evaluated->evaluation.outcome, chloride::Outcome::ReportSingle);
}

TEST(SweatTest, ALimbThatWasGivenUpIsNoPartOfTheEvaluation) {
    SweatTestRecord record = entered();
    record.sites[0].voidReason = "the collector came off";
    record.sites[0].minutes.reset();
    const auto evaluated = evaluateSweatTest(record, tests::guidelineNamed("CFF-2017"), {});
    ASSERT_TRUE(evaluated) << evaluated.error().sentence();
    EXPECT_EQ(evaluated->evaluation.sites[0].status, chloride::SiteStatus::NotDone);
    EXPECT_EQ(evaluated->evaluation.outcome, chloride::Outcome::ReportSingle);
    record.sites[0].minutes = 30;
    record.sites[0].skin = SkinFinding::Burn; // which is the reason then
    const auto burned = evaluateSweatTest(record, tests::guidelineNamed("CFF-2017"), {});
    ASSERT_TRUE(burned) << burned.error().sentence();
    EXPECT_EQ(burned->evaluation.sites[0].status, chloride::SiteStatus::Burn);
}

constexpr std::array addedBySchema5{"amount_is_least", "amount_at_most", "amount_note", "entered_at",
                                    "handled_by"};

TEST_F(SweatTestFile, OfVersionFourHasNoCallsAndTheAmountOfALengthIsTheLeast) {
    SweatTestRecord record = entered();
    record.sites[0].coil_cm = Decimal::parse("8.2", "c").value();
    auto json = nlohmann::json::parse(sweatTestText(record));
    json["eccrine_sweat_test"] = 4;
    for (const char* side : {"left", "right"})
        for (const char* added : addedBySchema5)
            ASSERT_EQ(json[side].erase(added), 1U) << added;
    for (const char* added : {"calls", "former_versions", "qc_alarm"})
        ASSERT_EQ(json.erase(added), 1U) << added;
    const auto read = parseSweatTest(json.dump(), "a.sweat.json");
    ASSERT_TRUE(read) << read.error().sentence();
    EXPECT_TRUE(read->sites[0].amountIsLeast);
    EXPECT_FALSE(read->sites[1].amountIsLeast);
    EXPECT_TRUE(read->calls.empty());
    EXPECT_TRUE(read->former.empty());
}

TEST_F(SweatTestFile, OfVersionThreeHasNoReasonAndNoControlOfItsSites) {
    auto json = nlohmann::json::parse(sweatTestText(entered()));
    json["eccrine_sweat_test"] = 3;
    for (const char* side : {"left", "right"})
        for (const char* added : {"void_reason", "qc_on", "qc", "qc_text"})
            ASSERT_EQ(json[side].erase(added), 1U) << added;
    const auto read = parseSweatTest(json.dump(), "a.sweat.json");
    ASSERT_TRUE(read) << read.error().sentence();
    EXPECT_TRUE(read->sites[0].voidReason.empty());
    EXPECT_FALSE(read->sites[0].qcOn);
    EXPECT_EQ(read->qc, chloride::QcState::Passed);
}

class AnalyserFile : public testing::Test {
protected:
    AnalyserFile() : record_(entered()) {
        record_.sites[0].sampleId = "S-L";
        record_.sites[1].sampleId = "S-R";
    }
    [[nodiscard]] std::string refusal(const std::string& csv) {
        const std::string before = sweatTestText(record_);
        const auto refused = takeAnalyserResults(record_, csv, "an.csv", "A. Technician");
        EXPECT_EQ(sweatTestText(record_), before) << "nothing is taken over in half";
        return refused ? "" : refused.error().sentence();
    }
    SweatTestRecord record_;
};

TEST_F(AnalyserFile, GivesEachSampleItsValues) {
    ASSERT_TRUE(takeAnalyserResults(record_, "sample_id,chloride,sodium\nS-R,41.5,\nS-L,39,44\n", "an.csv",
                                    "B. Lab"));
    EXPECT_EQ(record_.sites[0].chloride, Decimal(39));
    EXPECT_EQ(record_.sites[0].sodium, Decimal(44));
    EXPECT_EQ(record_.sites[1].chloride->text(), "41.5");
    EXPECT_EQ(record_.sites[1].enteredBy, "B. Lab");
}

TEST_F(AnalyserFile, OfWhatWasWashedOutOfAPadIsNoSweatChloride) {
    for (const auto collector : {chloride::Collector::Gauze, chloride::Collector::Pad}) {
        record_.collector = collector;
        EXPECT_NE(refusal("sample_id,chloride\nS-L,1.02\n").find("washed out"), std::string::npos);
    }
}

TEST_F(AnalyserFile, WithAnImpossibleValueIsRefusedWhole) {
    EXPECT_NE(refusal("sample_id,chloride\nS-L,39\nS-R,-3\n").find("an.csv:3: chloride is -3"),
              std::string::npos);
    EXPECT_NE(refusal("sample_id,chloride,sodium\nS-L,39,1001\n").find("sodium is 1001"), std::string::npos);
}

TEST_F(AnalyserFile, GivesRowsOfAnotherPatientsSampleBackByNameAndTakesNothingOfThem) {
    const auto refused =
        takeAnalyserResults(record_, "sample_id,chloride\nOTHER,80.7\nS-L,39\n,81.7\n", "an.csv", "B. Lab");
    ASSERT_TRUE(refused) << refused.error().sentence();
    ASSERT_EQ(refused->size(), 2U);
    EXPECT_EQ(refused->at(0).line, 2U);
    EXPECT_EQ(refused->at(0).sampleId, "OTHER");
    EXPECT_EQ(refused->at(1).sampleId, "");
    EXPECT_EQ(record_.sites[0].chloride, Decimal(39));
    for (const char* foreign : {"OTHER", "80.7", "81.7"})
        EXPECT_EQ(sweatTestText(record_).find(foreign), std::string::npos) << foreign;
}

TEST_F(AnalyserFile, WithoutARowOfThisTestIsRefusedInOneSentence) {
    for (const char* csv : {"sample_id,chloride\nOTHER,80\n", "sample_id,chloride\n,39\n"})
        EXPECT_EQ(refusal(csv),
                  "an.csv: the file has no result of this test's samples; export the results of "
                  "S-L and S-R, or correct the name of the sample here.");
}

TEST_F(AnalyserFile, WithTwoResultsOfOneSampleOrWithoutThemIsRefused) {
    EXPECT_NE(refusal("sample_id,chloride\nS-L,39\nS-L,40\n").find("has a result in line 2 already"),
              std::string::npos);
    EXPECT_NE(refusal("sample,value\nS-L,39\n").find("\"sample_id\""), std::string::npos);
    EXPECT_NE(refusal("sample_id,chloride\nS-L,\"39,5\"\n").find("comma"), std::string::npos);
}

TEST_F(SweatTestFile, ThatIsDamagedIsRefusedByName) {
    const std::string text = sweatTestText(entered());
    for (const auto& [damaged, says] :
         {std::pair{text.substr(0, text.size() / 2), "no JSON document"},
          std::pair{std::string("[]"), "is not an object"},
          std::pair{std::string("{\"eccrine_sweat_test\": 6}"), "another version"},
          std::pair{std::string(text).replace(text.find("\"coil\""), 6, "\"pipe\""),
                    "\"pipe\" is not known"}}) {
        const auto refused = parseSweatTest(damaged, "a.sweat.json");
        ASSERT_FALSE(refused) << says;
        EXPECT_NE(refused.error().sentence().find(says), std::string::npos) << refused.error().sentence();
        EXPECT_EQ(refused.error().where, "a.sweat.json");
    }
}

} // namespace
} // namespace eccrine::records
