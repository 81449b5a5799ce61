// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/station.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace eccrine::records {
namespace {

using testing::HasSubstr;
using Use = Station::Use;

TEST(StationFile, SaysWhatTheComputerIsThereFor) {
    const auto patients = parseStation("schema = 1\nuse = \"patients\"\n", "/etc/s.toml");
    ASSERT_TRUE(patients) << patients.error().sentence();
    EXPECT_EQ(patients->use, Use::Patients);
    EXPECT_EQ(patients->file, "/etc/s.toml");
    EXPECT_EQ(parseStation("use = \"training\"\nschema = 1\n", "s.toml")->use, Use::Training);
}

TEST(StationFile, OfAComputerWithoutOneIsForTraining) {
    EXPECT_EQ(Station{}.use, Use::Training);
}

struct BrokenCase {
    const char *name, *text, *says;
};

class BrokenStationFile : public testing::TestWithParam<BrokenCase> {};

TEST_P(BrokenStationFile, IsRefusedWholeWithTheLine) {
    const auto station = parseStation(GetParam().text, "s.toml");
    ASSERT_FALSE(station);
    EXPECT_THAT(station.error().sentence(), HasSubstr(GetParam().says));
    EXPECT_THAT(station.error().sentence(), HasSubstr("use = \"patients\" or use = \"training\""));
}

INSTANTIATE_TEST_SUITE_P(
    , BrokenStationFile,
    testing::Values(BrokenCase{"AnotherUse", "schema = 1\nuse = \"Patients\"\n", "s.toml:2:"},
                    BrokenCase{"NoUse", "schema = 1\n", "has no \"use\""},
                    BrokenCase{"NoSchema", "use = \"patients\"\n", "has no \"schema\""},
                    BrokenCase{"ALaterSchema", "schema = 2\nuse = \"patients\"\n", "schema version is not 1"},
                    BrokenCase{"ANumber", "schema = 1\nuse = 1\n", "\"use\" has to be a text"},
                    BrokenCase{"AKeyThatIsMisspelt", "schema = 1\nuse = \"patients\"\nuser = \"a\"\n",
                               "s.toml:3:"},
                    BrokenCase{"CutOff", "schema = 1\nuse = \"pati", "s.toml:2:"},
                    BrokenCase{"Empty", "", "\"schema\""}),
    [](const auto& each) { return each.param.name; });

TEST(StationFile, ThatIsNotThereOrAFolderIsRefusedByName) {
    EXPECT_THAT(loadStation("/nowhere/station.toml").error().sentence(), HasSubstr("/nowhere/station.toml"));
    EXPECT_THAT(loadStation(std::filesystem::temp_directory_path()).error().sentence(),
                HasSubstr("cannot be read"));
}

TEST(SimulatedResult, LeavesAStationForTrainingOnly) {
    EXPECT_TRUE(mayLeaveAsResult({Use::Training, {}}, true, "a.eccrine"));
    const auto may = mayLeaveAsResult({Use::Patients, "/etc/s.toml"}, true, "a.eccrine");
    ASSERT_FALSE(may);
    EXPECT_EQ(may.error().sentence(), "a.eccrine: it is simulated, and a station for patients (/etc/s.toml) "
                                      "hands on no simulated result; look "
                                      "at it here, and export it at a station for training.");
    EXPECT_EQ(may.error().exitCode(), 1);
}

TEST(ResultOfAPatient, LeavesEveryStation) {
    EXPECT_TRUE(mayLeaveAsResult({Use::Training, {}}, false, "a.eccrine"));
    EXPECT_TRUE(mayLeaveAsResult({Use::Patients, "/etc/s.toml"}, false, "a.eccrine"));
}

} // namespace
} // namespace eccrine::records
