// SPDX-License-Identifier: GPL-3.0-or-later
#include "example_sweat.hpp"
#include "records/test_versions.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

namespace eccrine::records {
namespace {

class Versions : public testing::Test {
protected:
    std::filesystem::path write(const std::string& name, const std::string& id, int version, bool isSigned) {
        SweatTestRecord record = tests::exampleSweatTest();
        record.id = id;
        record.version = version;
        record.validatedBy = isSigned ? "D. Chemist" : "";
        tests::writeText(folder_.file(name), sweatTestText(record));
        return folder_.file(name);
    }
    std::filesystem::path damage(const std::string& name) {
        tests::writeText(folder_.file(name), "{");
        return folder_.file(name);
    }
    [[nodiscard]] std::vector<TestVersions> all() const { return testVersionsIn(folder_.path()); }
    [[nodiscard]] static TestVersions beside(const std::filesystem::path& file) {
        return versionsBeside(file, *loadSweatTest(file));
    }
    tests::TemporaryFolder folder_;
};

TEST_F(Versions, OfOneTestStandTogetherTheNewestNameFirst) {
    write("2026-03-01_a.sweat.json", "a", 1, true);
    const auto corrected = write("2026-03-01_a_v2.sweat.json", "a", 2, true);
    const auto other = write("2026-03-02_b.sweat.json", "b", 1, false);
    tests::writeText(folder_.file("notes.json"), "{}");
    const auto found = all();
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].file, other);
    EXPECT_TRUE(found[0].signedFile.empty());
    EXPECT_EQ(found[1].name, "2026-03-01_a");
    EXPECT_EQ(found[1].file, corrected);
    EXPECT_EQ(found[1].newest.version, 2);
    EXPECT_FALSE(found[1].lastIsDamaged());
}

TEST_F(Versions, ByTheNumberAndNotByTheAlphabet) {
    write("a_v9.sweat.json", "a", 9, true);
    const auto tenth = write("a_v10.sweat.json", "a", 10, true);
    EXPECT_EQ(all().at(0).signedFile, tenth);
}

TEST_F(Versions, ACorrectionThatNobodySignedYetReplacesNothing) {
    const auto first = write("a.sweat.json", "a", 1, true);
    const auto draft = write("a_v2.sweat.json", "a", 2, false);
    const TestVersions found = beside(first);
    EXPECT_EQ(found.signedFile, first);
    EXPECT_EQ(found.file, draft);
}

TEST_F(Versions, AreFoundUnderAnotherNameByTheirId) {
    const auto renamed = write("copy.sweat.json", "a", 1, true);
    const auto corrected = write("a_v2.sweat.json", "a", 2, true);
    write("b_v2.sweat.json", "b", 7, true);
    EXPECT_EQ(beside(renamed).signedFile, corrected);
}

TEST_F(Versions, ALaterOneThatCannotBeReadIsNamed) {
    const auto first = write("a.sweat.json", "a", 1, true);
    const auto lost = damage("a_v2.sweat.json");
    const TestVersions found = beside(first);
    EXPECT_TRUE(found.lastIsDamaged());
    EXPECT_EQ(found.damaged, lost);
    EXPECT_EQ(found.signedFile, first);
    write("a_v3.sweat.json", "a", 3, true);
    EXPECT_FALSE(beside(first).lastIsDamaged()) << "a later one can be read";
}

TEST_F(Versions, ATestOfWhichNothingCanBeReadIsStillThere) {
    const auto lost = damage("a.sweat.json");
    const auto found = all();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_TRUE(found[0].file.empty());
    EXPECT_EQ(found[0].damaged, lost);
    EXPECT_EQ(found[0].name, "a");
}

TEST_F(Versions, OfAFolderThatIsNotThereAreNone) {
    EXPECT_TRUE(testVersionsIn(folder_.file("nowhere")).empty());
}

} // namespace
} // namespace eccrine::records
