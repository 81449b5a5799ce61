// SPDX-License-Identifier: GPL-3.0-or-later
#include "recording/durable_file.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

namespace eccrine::recording {
namespace {

using eccrine::tests::readText;
using eccrine::tests::TemporaryFolder;
using eccrine::tests::writeText;

TEST(DurableFile, AppearsUnderItsNameOnlyWhenFinished) {
    const TemporaryFolder folder;
    auto file = DurableFile::create(folder.file("r.csv"), false);
    ASSERT_TRUE(file->write("whole"));
    EXPECT_FALSE(std::filesystem::exists(folder.file("r.csv")));
    ASSERT_TRUE(file->finish());
    EXPECT_EQ(readText(folder.file("r.csv")), "whole");
}

TEST(DurableFile, GivenUpItLeavesNothing) {
    const TemporaryFolder folder;
    {
        auto file = DurableFile::create(folder.file("r.csv"), false);
        ASSERT_TRUE(file->write("half"));
    }
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(DurableFile, ReplacesOnlyWhenAllowed) {
    const TemporaryFolder folder;
    writeText(folder.file("r.csv"), "old");
    EXPECT_EQ(DurableFile::create(folder.file("r.csv"), false).error().exitCode(), 2);
    auto file = DurableFile::create(folder.file("r.csv"), true);
    ASSERT_TRUE(file->write("new"));
    EXPECT_EQ(readText(folder.file("r.csv")), "old");
    ASSERT_TRUE(file->finish());
    EXPECT_EQ(readText(folder.file("r.csv")), "new");
}

TEST(DurableFile, AFolderThatIsNotThereIsAFailureWithTheName) {
    const auto file = DurableFile::create("/nonexistent/r.csv", false);
    ASSERT_FALSE(file);
    EXPECT_NE(file.error().sentence().find("/nonexistent/r.csv"), std::string::npos);
}

} // namespace
} // namespace eccrine::recording
