// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/laboratory_book.hpp"
#include "records/later_controls.hpp"
#include "records/sweat_test.hpp"
#include "tests/records/example_sweat.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace eccrine::records {
namespace {

using chloride::QcState;
using laboratory::ControlLevel;
using laboratory::ControlValue;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr Date today{2026, 3, 2};

Moment at(const Date& day, int minute = 490) {
    return {day, minute};
}

class LaboratoryBookFiles : public testing::Test {
protected:
    void SetUp() override {
        const auto loaded =
            laboratory::loadLaboratoryRules(std::filesystem::path(ECCRINE_PROTOCOL_DIR) / "laboratory.toml");
        ASSERT_TRUE(loaded) << loaded.error().sentence();
        rules_ = *loaded;
    }
    void listTwoLevels() {
        ASSERT_TRUE(addControlLevel(book_, rules_, {"low", "L1", 20, 1, {2026, 12, 31}}, "C. Analyst", now_));
        ASSERT_TRUE(
            addControlLevel(book_, rules_, {"high", "H1", 100, 2, {2026, 12, 31}}, "C. Analyst", now_));
    }
    Done run(Decimal low, Decimal high, const Moment& when = at(today), const std::string& analyser = "A1") {
        const std::array values{ControlValue{"low", "L1", low, when, "C. Analyst", analyser, {}},
                                ControlValue{"high", "H1", high, when, "C. Analyst", analyser, {}}};
        return addControlRun(book_, rules_, values, now_);
    }
    QcOfDay qc(const Date& day = today) { return qcOfDay(rules_, readLaboratoryBook(book_), day); }

    tests::TemporaryFolder folder_;
    std::filesystem::path book_ = folder_.file("laboratory");
    std::filesystem::path controls_ = book_ / "controls.csv";
    laboratory::LaboratoryRules rules_;
    std::string now_ = "2026-03-02T08:12:00Z";
};

TEST_F(LaboratoryBookFiles, GivesBackWhatWasAddedToIt) {
    listTwoLevels();
    ASSERT_TRUE(run(Decimal::parse("20.5", "low").value(), 101));
    const LaboratoryBook book = readLaboratoryBook(book_);
    EXPECT_THAT(book.faults, IsEmpty());
    ASSERT_THAT(book.levels, SizeIs(2));
    EXPECT_EQ(book.levels[1].name, "high");
    EXPECT_EQ(book.levels[1].sd_mmol_l, Decimal(2));
    EXPECT_EQ(book.levels[1].expiry, (Date{2026, 12, 31}));
    ASSERT_THAT(book.values, SizeIs(2));
    EXPECT_EQ(book.values[0].value_mmol_l.text(), "20.5");
    EXPECT_EQ(book.values[0].at, at(today));
    EXPECT_EQ(book.values[0].operatorName, "C. Analyst");
    EXPECT_FALSE(book.values[0].run.empty());
    EXPECT_EQ(book.values[0].run, book.values[1].run);
}

TEST_F(LaboratoryBookFiles, BeginsWithAHeaderThatNamesUnits) {
    listTwoLevels();
    ASSERT_TRUE(run(20, 100));
    EXPECT_THAT(tests::readText(controls_),
                testing::StartsWith("recorded_utc,at,analyser,run,level,lot,value_mmol_l,operator\n"));
}

TEST_F(LaboratoryBookFiles, NeverChangesALineThatIsThere) {
    listTwoLevels();
    ASSERT_TRUE(run(20, 100));
    const std::string before = tests::readText(controls_);
    ASSERT_TRUE(run(21, 99, at(today, 600)));
    EXPECT_THAT(tests::readText(controls_), testing::StartsWith(before));
}

TEST_F(LaboratoryBookFiles, TellsTwoRunsOfOneSecondApart) {
    listTwoLevels();
    ASSERT_TRUE(run(20, 100));
    ASSERT_TRUE(run(20, 100));
    const LaboratoryBook book = readLaboratoryBook(book_);
    EXPECT_THAT(book.faults, IsEmpty());
    EXPECT_NE(book.values[0].run, book.values[2].run);
}

TEST_F(LaboratoryBookFiles, KeepsTextWithCommasAndQuotes) {
    listTwoLevels();
    const std::array values{ControlValue{"low", "L1", 20, at(today), "Smith, \"Bob\"", "#1", {}}};
    ASSERT_TRUE(addControlRun(book_, rules_, values, now_));
    const LaboratoryBook book = readLaboratoryBook(book_);
    ASSERT_THAT(book.values, SizeIs(1));
    EXPECT_EQ(book.values[0].operatorName, "Smith, \"Bob\"");
    EXPECT_EQ(book.values[0].analyser, "#1");
}

TEST_F(LaboratoryBookFiles, NamesADamagedLineAndKeepsTheOthers) {
    listTwoLevels();
    ASSERT_TRUE(run(20, 100));
    std::string text = tests::readText(controls_);
    text.insert(text.find('\n') + 1, "2026-03-01T08:00:00Z,2026-03-01T08:00,A1,r,low,L1,2o.5,C. Analyst\n");
    tests::writeText(controls_, text);
    const LaboratoryBook book = readLaboratoryBook(book_);
    ASSERT_THAT(book.faults, SizeIs(1));
    EXPECT_THAT(book.faults[0].sentence(), HasSubstr("controls.csv:2"));
    EXPECT_THAT(book.values, SizeIs(2));
}

TEST_F(LaboratoryBookFiles, LocksWhileALineCannotBeReadAndSaysWhich) {
    listTwoLevels();
    ASSERT_TRUE(run(20, 100));
    ASSERT_EQ(qc().state, QcState::Passed);
    tests::writeText(controls_, tests::readText(controls_) + "2026-03-02T09:00:00Z,2026-03");
    EXPECT_EQ(qc().state, QcState::Failed);
    EXPECT_THAT(qc().sentence, HasSubstr("controls.csv:4: the line is cut off"));
}

TEST_F(LaboratoryBookFiles, LetsACutLineAloneWhenMoreIsAdded) {
    listTwoLevels();
    ASSERT_TRUE(run(20, 100));
    tests::writeText(controls_, tests::readText(controls_) + "2026-03-02T09:00:00Z,2026-03");
    ASSERT_TRUE(run(21, 101));
    const LaboratoryBook book = readLaboratoryBook(book_);
    EXPECT_THAT(book.faults, SizeIs(1));
    EXPECT_THAT(book.values, SizeIs(4));
}

TEST_F(LaboratoryBookFiles, PassesOverALineThatSomebodyMarkedAsARemark) {
    listTwoLevels();
    ASSERT_TRUE(run(20, 100));
    tests::writeText(controls_, tests::readText(controls_) + "# 2026-03-02T09:00:00Z,2026-03\n");
    EXPECT_EQ(qc().state, QcState::Passed);
}

TEST_F(LaboratoryBookFiles, RefusesAnotherFileUnderItsName) {
    listTwoLevels();
    tests::writeText(controls_, "date;value\n1;2\n");
    EXPECT_THAT(readLaboratoryBook(book_).faults,
                ElementsAre(Field(&Failure::what, "the first line is not the header of this book")));
}

// Domain 1.2, step 1, and 1.6: two levels on each day. A laboratory that has listed none yet is told what to
// do.
TEST_F(LaboratoryBookFiles, LocksWithoutMaterialsAndSaysWhatToDo) {
    EXPECT_EQ(qc().state, QcState::Failed);
    EXPECT_EQ(qc().day, laboratory::DayControl::State::NotDone);
    EXPECT_THAT(qc().sentence, HasSubstr("ask for 2 control levels on each day"));
    EXPECT_THAT(qc().sentence, HasSubstr("Open Quality control, add the lot of each level"));
}

TEST_F(LaboratoryBookFiles, LocksNothingWhereTheRulesAskForNoControl) {
    rules_.control.levelsPerDay = 0;
    EXPECT_EQ(qc().state, QcState::NotStated);
    listTwoLevels();
    EXPECT_EQ(qc().state, QcState::NotStated);
    ASSERT_TRUE(run(20, 100));
    EXPECT_EQ(qc().state, QcState::Passed);
    ASSERT_TRUE(run(20, 107, at(today, 600)));
    EXPECT_EQ(qc().state, QcState::Failed) << "what was measured counts";
}

// A value is trusted between two controls that pass. The rest of 1.6's rejection: whatever was entered since
// the last one that passed is in doubt.
TEST_F(LaboratoryBookFiles, AControlThatFailsLaterPutsWhatWasEnteredSinceTheLastPassedOneInDoubt) {
    listTwoLevels();
    ASSERT_TRUE(run(20, 100, at(today, 480)));
    ASSERT_TRUE(run(20, 100, at(today, 600)));
    ASSERT_TRUE(run(20, 107, at(today, 720))); // 1-3s
    ASSERT_TRUE(run(20, 100, at(today, 750)));
    const auto doubt = [this](int minute, const char* analyser = "A1", const Date& day = today) {
        return laterRejection(rules_, readLaboratoryBook(book_), analyser, at(day, minute));
    };
    EXPECT_EQ(doubt(500), "") << "the control of 10:00 passed";
    EXPECT_THAT(doubt(600), HasSubstr("1-3s")) << "entered in the minute of the control that let it in";
    EXPECT_THAT(doubt(601), HasSubstr("the control of 2026-03-02 12:00 on A1"));
    EXPECT_THAT(doubt(720), HasSubstr("1-3s")) << "before the failed control of the same minute";
    EXPECT_EQ(doubt(721), "") << "the next control passed";
    EXPECT_EQ(doubt(760), "") << "nothing came later";
    EXPECT_EQ(doubt(601, "A2"), "") << "another analyser";
    EXPECT_THAT(doubt(601, ""), HasSubstr("A1")) << "nobody says on which one it was measured";
    EXPECT_EQ(doubt(601, "A1", {2026, 3, 1}), "") << "the first control of the next day passed";
}

// A value after the last control of its day is bracketed by the first one that follows, whenever that is.
TEST_F(LaboratoryBookFiles, TheFirstControlOfTheNextDayReachesBackOverMidnight) {
    listTwoLevels();
    ASSERT_TRUE(run(20, 100, at({2026, 3, 1}, 480)));
    ASSERT_TRUE(run(20, 107, at(today, 480))); // 1-3s
    EXPECT_THAT(laterRejection(rules_, readLaboratoryBook(book_), "A1", at({2026, 3, 1}, 990)),
                HasSubstr("the control of 2026-03-02 08:00 on A1"));
}

TEST_F(LaboratoryBookFiles, ListsTheNewestVersionsWhoseValuesAreInDoubt) {
    listTwoLevels();
    ASSERT_TRUE(run(20, 100, at(today, 480)));
    ASSERT_TRUE(run(20, 107, at(today, 720)));
    SweatTestRecord record = tests::evaluated(tests::exampleSweatTest());
    record.sites[0].analyser = "A1";
    record.sites[0].enteredAt = at(today, 500);
    record.sites[1].analyser = "A1";
    record.sites[1].enteredAt = at(today, 730);
    ASSERT_TRUE(validateSweatTest(record, "E. Second", "t"));
    ASSERT_TRUE(saveSweatTest(record, folder_.file("a.sweat.json")));
    const auto listed = [this](const Date& since) {
        return doubtfulResults(rules_, readLaboratoryBook(book_), folder_.file("a.sweat.json").parent_path(),
                               since);
    };
    ASSERT_THAT(listed(today), SizeIs(1));
    EXPECT_EQ(listed(today)[0].side, "left");
    EXPECT_EQ(listed(today)[0].order, "S-2026-0042");
    EXPECT_TRUE(listed(today)[0].signedOff);
    EXPECT_THAT(listed({2026, 3, 3}), IsEmpty());
    auto corrected = correctedVersion(record, sweatTestText(record), "C. Analyst", "analysed again", "t2");
    ASSERT_TRUE(corrected);
    corrected->sites[0].enteredAt = at(today, 760);
    ASSERT_TRUE(saveSweatTest(*corrected, folder_.file("a_v2.sweat.json")));
    EXPECT_THAT(listed(today), IsEmpty());
}

TEST_F(LaboratoryBookFiles, LocksTheDayUntilTwoLevelsPass) { // domain 1.2, step 1
    listTwoLevels();
    EXPECT_EQ(qc().state, QcState::Failed);
    EXPECT_EQ(qc().day, laboratory::DayControl::State::NotDone);
    EXPECT_THAT(qc().sentence, HasSubstr("no control was measured on 2026-03-02"));
    const std::array one{ControlValue{"low", "L1", 20, at(today), "C. Analyst", "A1", {}}};
    ASSERT_TRUE(addControlRun(book_, rules_, one, now_));
    EXPECT_EQ(qc().state, QcState::Failed);
    EXPECT_THAT(qc().sentence, HasSubstr("1 of 2 levels accepted"));
    ASSERT_TRUE(run(20, 100, at(today, 500)));
    EXPECT_EQ(qc().state, QcState::Passed);
    EXPECT_EQ(qc({2026, 3, 3}).state, QcState::Failed); // another day begins anew
}

TEST_F(LaboratoryBookFiles, LocksTheDayAfterAValueBeyondThreeSd) { // 1-3s
    listTwoLevels();
    ASSERT_TRUE(run(20, 107));
    EXPECT_EQ(qc().state, QcState::Failed);
    EXPECT_THAT(qc().sentence, HasSubstr("1-3s"));
    ASSERT_TRUE(run(20, 101, at(today, 520)));
    EXPECT_EQ(qc().state, QcState::Passed);
}

TEST_F(LaboratoryBookFiles, NeedsEveryAnalyserOfTheDayToPass) {
    listTwoLevels();
    ASSERT_TRUE(run(20, 100));
    ASSERT_TRUE(run(20, 107, at(today), "A2"));
    EXPECT_EQ(qc().state, QcState::Failed);
    EXPECT_THAT(qc().sentence, HasSubstr("A2"));
}

TEST_F(LaboratoryBookFiles, UsesTheNewestLotThatIsNotExpired) {
    listTwoLevels();
    ASSERT_TRUE(addControlLevel(book_, rules_, {"low", "L2", 21, 1, {2026, 2, 1}}, "C. Analyst", now_));
    EXPECT_EQ(readLaboratoryBook(book_).levelsOn(today)[0].lot, "L1");
    ASSERT_TRUE(addControlLevel(book_, rules_, {"low", "L3", 21, 1, {2027, 2, 1}}, "C. Analyst", now_));
    EXPECT_EQ(readLaboratoryBook(book_).levelsOn(today)[0].lot, "L3");
}

TEST_F(LaboratoryBookFiles, ALotThatWasListedWronglyIsPutRightAndWhatWasListedIsKept) {
    listTwoLevels();           // high: 100, SD 2
    ASSERT_TRUE(run(20, 107)); // 3.5 SD
    ASSERT_EQ(qc().state, QcState::Failed);
    const std::string listed = tests::readText(book_ / "materials.csv");
    ASSERT_TRUE(correctControlLevel(book_, rules_, {"high", "H1", 106, 2, {2026, 12, 31}}, "C. Analyst",
                                    "the sheet of another lot", now_));
    EXPECT_EQ(qc().state, QcState::Passed) << qc().sentence; // 0.5 SD
    EXPECT_EQ(tests::readText(book_ / "materials.csv"), listed);
    const LaboratoryBook book = readLaboratoryBook(book_);
    ASSERT_NE(book.correctionOf("high", "H1"), nullptr);
    EXPECT_EQ(book.correctionOf("high", "H1")->reason, "the sheet of another lot");
    EXPECT_EQ(book.correctionOf("low", "L1"), nullptr);
    EXPECT_THAT(correctControlLevel(book_, rules_, {"high", "H9", 106, 2, {2026, 12, 31}}, "C", "why", now_)
                    .error()
                    .sentence(),
                HasSubstr("not listed"));
    EXPECT_THAT(correctControlLevel(book_, rules_, {"high", "H1", 106, 2, {2026, 12, 31}}, "C", "", now_)
                    .error()
                    .sentence(),
                HasSubstr("the reason is missing"));
}

TEST_F(LaboratoryBookFiles, RefusesWhatNoControlHasAndWritesNothing) {
    listTwoLevels();
    const auto refused = [&](const ControlLevel& level) {
        return addControlLevel(book_, rules_, level, "C. Analyst", now_).error().sentence();
    };
    EXPECT_THAT(refused({"low", "L1", 20, 1, {2026, 12, 31}}), HasSubstr("listed already"));
    EXPECT_THAT(refused({"", "L9", 20, 1, {2026, 12, 31}}), HasSubstr("the name of the level is missing"));
    EXPECT_THAT(refused({"mid", "", 20, 1, {2026, 12, 31}}), HasSubstr("the lot is missing"));
    EXPECT_THAT(refused({"mid", "M1", 0, 1, {2026, 12, 31}}), HasSubstr("the target is 0"));
    EXPECT_THAT(refused({"mid", "M1", 50, 0, {2026, 12, 31}}), HasSubstr("the SD is 0"));
    EXPECT_THAT(refused({"mid\nx", "M1", 50, 1, {2026, 12, 31}}), HasSubstr("not one short line"));
    EXPECT_THAT(run(-1, 100).error().sentence(), HasSubstr("the value is -1"));
    EXPECT_THAT(run(20, 5000).error().sentence(), HasSubstr("the value is 5000"));
    const std::array unknown{ControlValue{"mid", "M1", 50, at(today), "C. Analyst", "A1", {}}};
    EXPECT_THAT(addControlRun(book_, rules_, unknown, now_).error().sentence(), HasSubstr("not listed"));
    const std::array twice{ControlValue{"low", "L1", 20, at(today), "C. Analyst", "A1", {}},
                           ControlValue{"low", "L1", 21, at(today), "C. Analyst", "A1", {}}};
    EXPECT_THAT(addControlRun(book_, rules_, twice, now_).error().sentence(), HasSubstr("two values"));
    EXPECT_FALSE(std::filesystem::exists(controls_));
    EXPECT_THAT(readLaboratoryBook(book_).levels, SizeIs(2));
}

TEST_F(LaboratoryBookFiles, SaysWhereItCannotWrite) {
    tests::writeText(book_, "a file where the folder should be");
    const Done done =
        addControlLevel(book_, rules_, {"low", "L1", 20, 1, {2026, 12, 31}}, "C. Analyst", now_);
    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().sentence(), HasSubstr("materials.csv"));
}

} // namespace
} // namespace eccrine::records
