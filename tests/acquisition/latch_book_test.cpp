// SPDX-License-Identifier: GPL-3.0-or-later
#include "acquisition/latch_book.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace eccrine::acquisition {
namespace {

using testing::HasSubstr;

class Latches : public testing::Test {
protected:
    eccrine::tests::TemporaryFolder folder;
    std::filesystem::path file = folder.file("state/latches.json"); // the folder is not there yet
    Latch leak{"Current stopped: 80 µA \"leak\".", "rec-1",
               WallTime{std::chrono::milliseconds{1'700'000'000'123}}};
};

TEST_F(Latches, AnInstrumentThatNobodyKnowsIsNotLatched) {
    EXPECT_FALSE(LatchBook(file).of("A"));
}

TEST_F(Latches, OutliveTheProcessAndBelongToOneInstrument) {
    {
        LatchBook book(file);
        ASSERT_TRUE(book.set("A", leak));
        EXPECT_EQ(book.of("A"), leak);
    }
    const LatchBook again(file);
    EXPECT_EQ(again.of("A"), leak);
    EXPECT_FALSE(again.of("B"));
}

TEST_F(Latches, AnotherInstrumentAtTheSamePortIsNoticedOnceAlsoByTheNextProcess) {
    {
        LatchBook book(file);
        ASSERT_TRUE(book.set("A", leak));
        EXPECT_EQ(book.connected("efp:/dev/ttyACM0", "A"), "") << "the first one here";
        EXPECT_EQ(book.connected("efp:/dev/ttyACM1", "B"), "") << "another port";
        EXPECT_EQ(book.connected("efp:/dev/ttyACM0", "A"), "");
    }
    LatchBook again(file);
    EXPECT_EQ(again.connected("efp:/dev/ttyACM0", "C"), "A");
    EXPECT_EQ(again.connected("efp:/dev/ttyACM0", "C"), "") << "connected once more: it is meant";
    EXPECT_EQ(again.connected("efp:/dev/ttyACM0", "A"), "C");
    EXPECT_EQ(again.of("A"), leak) << "a latch has nothing to do with the port";
}

TEST_F(Latches, OnlyTheLastPortsAreRemembered) { // a training instrument has another one each time
    LatchBook book(file);
    for (int port = 0; port < 40; ++port)
        EXPECT_EQ(book.connected("tcp://127.0.0.1:" + std::to_string(port), "A"), "");
    EXPECT_EQ(LatchBook(file).connected("tcp://127.0.0.1:39", "B"), "A");
    EXPECT_EQ(LatchBook(file).connected("tcp://127.0.0.1:0", "B"), "") << "forgotten";
}

TEST_F(Latches, AreReleasedForGood) {
    {
        LatchBook book(file);
        ASSERT_TRUE(book.set("A", leak));
        ASSERT_TRUE(book.set("B", leak));
        ASSERT_TRUE(book.release("A"));
        EXPECT_FALSE(book.of("A"));
    }
    const LatchBook again(file);
    EXPECT_FALSE(again.of("A"));
    EXPECT_EQ(again.of("B"), leak);
}

TEST_F(Latches, ADamagedBookLatchesEveryInstrumentUntilAPersonReleasesOne) {
    {
        LatchBook book(file);
        ASSERT_TRUE(book.set("A", leak));
    }
    const std::string whole = eccrine::tests::readText(file);
    std::string changed = whole;
    changed.replace(changed.find("rec-1"), 5, "rec-2");
    for (const std::string& bad :
         {changed, whole.substr(0, whole.size() / 2), std::string("[]"), std::string()}) {
        eccrine::tests::writeText(file, bad);
        LatchBook book(file);
        ASSERT_TRUE(book.of("A")) << bad;
        ASSERT_TRUE(book.of("never seen")) << bad;
        EXPECT_THAT(book.of("A")->sentence, HasSubstr(file.string()));
        ASSERT_TRUE(book.release("A"));
        EXPECT_FALSE(LatchBook(file).of("A"));
        EXPECT_TRUE(LatchBook(file).of("B")) << "nobody has looked there";
    }
}

TEST_F(Latches, ALatchThatCannotBeStoredHoldsAllTheSame) {
    const auto block = folder.file("state");
    eccrine::tests::writeText(block, "a file where the folder should be");
    LatchBook book(file);
    EXPECT_FALSE(book.set("A", leak));
    EXPECT_EQ(book.of("A")->sentence, leak.sentence);
    EXPECT_FALSE(book.release("A"));
    EXPECT_TRUE(book.of("A")) << "not released as long as it would come back";
}

} // namespace
} // namespace eccrine::acquisition
