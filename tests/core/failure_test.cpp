// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/failure.hpp"

#include <gtest/gtest.h>

namespace eccrine {
namespace {

TEST(Failure, SaysWhereWhatAndWhatToDoInOneSentence) {
    const Failure f{"the cell holds the text \"abc\" where a number belongs", "test.csv:7:3",
                    "correct the cell"};
    EXPECT_EQ(f.sentence(),
              "test.csv:7:3: the cell holds the text \"abc\" where a number belongs; correct the cell.");
}

TEST(Failure, LeavesOutWhatIsNotKnown) {
    EXPECT_EQ((Failure{"the file is empty", "", ""}).sentence(), "the file is empty.");
}

TEST(Failure, DoesNotEndInTwoFullStops) {
    EXPECT_EQ((Failure{"the disk is full.", "", ""}).sentence(), "the disk is full.");
}

TEST(Failure, JoinsAWholeSentenceWithItsRemedy) {
    EXPECT_EQ((Failure{"The link was lost.", "", "check the cable"}).sentence(),
              "The link was lost; check the cable.");
}

TEST(Failure, AWrongCallExitsWithTwoAndWrongDataWithOne) {
    EXPECT_EQ((Failure{"", "", "", Failure::Kind::Call}).exitCode(), 2);
    EXPECT_EQ((Failure{"", "", "", Failure::Kind::Data}).exitCode(), 1);
}

} // namespace
} // namespace eccrine
