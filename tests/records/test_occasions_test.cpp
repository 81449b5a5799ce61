// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/laboratory/qns_csv.hpp"
#include "datafiles/csv_table.hpp"
#include "example_sweat.hpp"
#include "records/test_occasions.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace eccrine::records {
namespace {

using laboratory::Attempt;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class OccasionsOfRecords : public testing::Test {
protected:
    SweatTestRecord test(const std::string& id, const std::string& patient, const std::string& day) {
        SweatTestRecord r = tests::exampleSweatTest();
        r.id = id;
        r.patientId = patient;
        r.orderNumber = "O-" + id;
        r.collectedAt = Moment::parse(day + "T10:00", "day").value();
        return r;
    }
    static SweatTestRecord withoutSweat(SweatTestRecord r) {
        for (SweatSite& site : r.sites) {
            site.amount = 5;
            site.chloride.reset();
        }
        return r;
    }
    void keep(const SweatTestRecord& record, bool evaluate = true) {
        const SweatTestRecord kept = evaluate ? tests::evaluated(record) : record;
        const auto file = folder_.file(record.id + "v" + std::to_string(record.version) + ".sweat.json");
        ASSERT_TRUE(saveSweatTest(kept, file));
    }
    TestOccasions found() { return testOccasionsIn(folder_.path(), "Lab"); }
    tests::TemporaryFolder folder_;
};

TEST_F(OccasionsOfRecords, CountsATestOnceWhateverTheNumberOfItsSites) {
    SweatTestRecord one = test("a", "P1", "2026-03-02");
    one.sites[1].amount = 5; // one good site: a result, no QNS (domain 1.4, rule 6)
    one.sites[1].chloride.reset();
    keep(one);
    const TestOccasions all = found();
    ASSERT_THAT(all.occasions, SizeIs(1));
    const auto& o = all.occasions[0];
    EXPECT_FALSE(o.qns);
    EXPECT_EQ(o.caseId, "O-a");
    EXPECT_EQ(o.date, (Date{2026, 3, 2}));
    EXPECT_EQ(o.born, (Date{2026, 2, 2}));
    EXPECT_EQ(o.laboratory, "Lab");
    EXPECT_EQ(o.operatorName, "B. Tester");
    EXPECT_EQ(o.device, "not recorded");
    EXPECT_EQ(o.attempt, Attempt::First);
    EXPECT_EQ(o.skinReaction, false); // redness is usual
}

TEST_F(OccasionsOfRecords, CallsTheTestAfterAnInsufficientOneItsRepeat) {
    keep(withoutSweat(test("a", "P1", "2026-03-02")));
    keep(withoutSweat(test("b", "P1", "2026-03-05")));
    keep(test("c", "P1", "2026-03-09"));
    keep(test("d", "P1", "2026-04-01")); // after a result: a first attempt of its own
    keep(test("e", "P2", "2026-03-03"));
    const auto all = found().occasions;
    ASSERT_THAT(all, SizeIs(5));
    EXPECT_EQ(all[0].caseId, "O-a");
    EXPECT_TRUE(all[0].qns);
    EXPECT_EQ(all[1].caseId, "O-e");
    EXPECT_EQ(all[1].attempt, Attempt::First);
    EXPECT_EQ(all[2].caseId, "O-a");
    EXPECT_EQ(all[2].attempt, Attempt::Repeat);
    EXPECT_EQ(all[3].caseId, "O-a");
    EXPECT_EQ(all[3].attempt, Attempt::Repeat);
    EXPECT_FALSE(all[3].qns);
    EXPECT_EQ(all[4].caseId, "O-d");
    EXPECT_EQ(all[4].attempt, Attempt::First);
}

TEST_F(OccasionsOfRecords, LeavesOutWhatWasSimulatedOrNotCollectedAndCountsIt) {
    SweatTestRecord simulated = test("a", "P1", "2026-03-02");
    simulated.simulated = true;
    keep(simulated);
    keep(test("b", "P2", "2026-03-02"), false); // never came to a result
    const TestOccasions all = found();
    EXPECT_THAT(all.occasions, IsEmpty());
    EXPECT_EQ(all.simulated, 1U);
    EXPECT_EQ(all.notCollected, 1U);
}

TEST_F(OccasionsOfRecords, TakesTheLatestVersionOfATest) {
    keep(withoutSweat(test("a", "P1", "2026-03-02")));
    SweatTestRecord corrected = test("a", "P1", "2026-03-02");
    corrected.version = 2;
    keep(corrected);
    const auto all = found().occasions;
    ASSERT_THAT(all, SizeIs(1));
    EXPECT_FALSE(all[0].qns);
}

TEST_F(OccasionsOfRecords, CountsABurnAndAWeltAsASkinReactionAndNothingThatNobodyLookedAt) {
    SweatTestRecord burned = test("a", "P1", "2026-03-02");
    burned.sites[0].skin = SkinFinding::Burn;
    keep(burned);
    SweatTestRecord unseen = test("b", "P2", "2026-03-03");
    for (SweatSite& site : unseen.sites)
        site.skin = SkinFinding::NotInspected;
    keep(unseen);
    const auto all = found().occasions;
    ASSERT_THAT(all, SizeIs(2));
    EXPECT_EQ(all[0].skinReaction, true);
    EXPECT_FALSE(all[1].skinReaction.has_value());
}

TEST_F(OccasionsOfRecords, NamesARecordThatCannotBeReadAndCountsTheOthers) {
    keep(test("a", "P1", "2026-03-02"));
    tests::writeText(folder_.file("broken.sweat.json"), "{");
    const TestOccasions all = found();
    EXPECT_THAT(all.occasions, SizeIs(1));
    ASSERT_THAT(all.faults, SizeIs(1));
    EXPECT_THAT(all.faults[0].sentence(), HasSubstr("broken.sweat.json"));
}

TEST_F(OccasionsOfRecords, GivesAFileThatTheCountingReadsAgain) {
    keep(withoutSweat(test("a", "P1", "2026-03-02")));
    keep(test("b", "P1", "2026-03-05"));
    SweatTestRecord named = test("c", "P2", "2026-03-05");
    named.operatorName = "Smith, \"Bob\"";
    keep(named);
    const auto before = found().occasions;
    const std::string csv = occasionsCsv(before);
    const auto table = datafiles::parseCsvTable(csv, "export.csv");
    ASSERT_TRUE(table) << table.error().sentence();
    const auto read = laboratory::occasionsOf(*table, "export.csv");
    ASSERT_TRUE(read) << read.error().sentence();
    EXPECT_EQ(read->faulty, 0U);
    ASSERT_THAT(read->occasions, SizeIs(3));
    EXPECT_EQ(occasionsCsv(read->occasions), csv);
    EXPECT_THAT(csv, testing::Not(HasSubstr("Ann Other"))); // nobody is named
}

} // namespace
} // namespace eccrine::records
