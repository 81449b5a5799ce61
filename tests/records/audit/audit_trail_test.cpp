// SPDX-License-Identifier: GPL-3.0-or-later
#include "recording/content_hash.hpp"
#include "records/audit/audit_trail.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <barrier>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace eccrine::records {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr std::size_t headBytes = 16, frameBytes = 4 + 32;

AuditStamp stamp() {
    return {1'772'463'909'000'000'000, "0123456789abcdef0123456789abcdef", 5, 0, {}, "tester", "bench-2"};
}

AuditEvent event(const std::string& reason) {
    return {
        .action = AuditAction::TestEnded, .actor = "B. Tester", .objectType = "recording", .reason = reason};
}

/// A trail of some entries in a folder of its own, and what can be done to it from outside.
class Trail : public testing::Test {
protected:
    void SetUp() override {
        folder_ = fs::temp_directory_path() / ("audit-" + std::to_string(::getpid()));
        fs::remove_all(folder_);
        file = folder_ / "below" / "audit.trail";
    }
    void TearDown() override { fs::remove_all(folder_); }

    AuditHead add(const std::string& reason) {
        const auto head = appendToTrail(file, event(reason), stamp());
        EXPECT_TRUE(head) << head.error().sentence();
        return head.value_or(AuditHead{});
    }
    void five() {
        for (const char* reason : {"one", "two", "three", "four", "five"})
            add(reason);
    }
    std::string bytes() const {
        std::ifstream in(file, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    }
    void write(const std::string& text) const {
        std::ofstream out(file, std::ios::binary | std::ios::trunc);
        out << text;
    }
    /// Where each entry begins, with its length before it; the end of the file last.
    std::vector<std::size_t> places() const {
        const std::string text = bytes();
        std::vector<std::size_t> out{headBytes};
        while (out.back() < text.size()) {
            const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[out.back() + i]); };
            out.push_back(out.back() + frameBytes + at(0) + 256U * at(1));
        }
        return out;
    }
    std::string entry(std::size_t number) const { // from 1
        const auto at = places();
        return bytes().substr(at[number - 1], at[number] - at[number - 1]);
    }
    TrailCheck check(const std::optional<AuditHead>& anchor = {}) const {
        const auto found = checkTrail(file, anchor);
        EXPECT_TRUE(found) << found.error().sentence();
        return found.value_or(TrailCheck{});
    }
    /// That exactly this entry is named, and nothing can be added behind it.
    void expectFault(std::uint64_t number, const char* says) {
        const TrailCheck found = check();
        ASSERT_TRUE(found.fault);
        EXPECT_THAT(found.fault->sentence(), HasSubstr("entry " + std::to_string(number) + " "));
        EXPECT_THAT(found.fault->sentence(), HasSubstr(says));
        EXPECT_EQ(found.head.sequence, number - 1);
        const std::string before = bytes();
        const auto added = appendToTrail(file, event("more"), stamp());
        ASSERT_FALSE(added);
        EXPECT_EQ(added.error().what, found.fault->what);
        EXPECT_EQ(bytes(), before);
    }
    std::vector<std::string> reasons() const {
        std::vector<std::string> out;
        EXPECT_TRUE(checkTrail(
            file, {}, [&](const AuditEntry& e, const std::string&) { out.push_back(e.event.reason); }));
        return out;
    }
    fs::path file;

private:
    fs::path folder_;
};

TEST_F(Trail, HoldsItsEntriesInOrderEachWithTheHashOfTheOneBefore) {
    const AuditHead first = add("one");
    const AuditHead second = add("two");
    EXPECT_EQ(first.sequence, 1U);
    EXPECT_EQ(second.sequence, 2U);
    std::vector<std::string> previous, hashes;
    const auto found = checkTrail(file, {}, [&](const AuditEntry& e, const std::string& hash) {
        previous.push_back(e.previous);
        hashes.push_back(hash);
    });
    ASSERT_TRUE(found);
    EXPECT_FALSE(found->fault);
    EXPECT_EQ(found->tornBytes, 0U);
    EXPECT_EQ(previous, (std::vector<std::string>{"", first.hash}));
    EXPECT_EQ(hashes, (std::vector<std::string>{first.hash, second.hash}));
    EXPECT_EQ(found->head.hash, second.hash);
}

TEST_F(Trail, IsForItsUserAlone) {
    add("one");
    EXPECT_EQ(fs::status(file).permissions() & fs::perms(0077), fs::perms::none);
}

TEST_F(Trail, AnyChangedByteIsFoundAtItsEntry) {
    five();
    const std::string whole = bytes();
    const auto at = places();
    for (std::size_t i = at[2] + 4; i < at[3]; ++i) { // of entry 3, its length apart
        std::string changed = whole;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        write(changed);
        const TrailCheck found = check();
        ASSERT_TRUE(found.fault) << "byte " << i;
        EXPECT_THAT(found.fault->what, HasSubstr("entry 3 ")) << "byte " << i;
        EXPECT_EQ(found.head.sequence, 2U);
    }
    write(whole);
    EXPECT_FALSE(check().fault);
}

TEST_F(Trail, AChangedEntryIsNamed) {
    five();
    std::string text = bytes();
    text.replace(text.find("three"), 5, "throw");
    write(text);
    expectFault(3, "it was changed");
}

TEST_F(Trail, AChangedLastEntryIsNamedAndIsNoUnfinishedOne) {
    five();
    std::string text = bytes();
    text.replace(text.find("five"), 4, "nine");
    write(text);
    expectFault(5, "it was changed");
}

// Whoever changes an entry may compute its hash anew; then the next one does not follow it.
TEST_F(Trail, AChangedEntryWithAHashOfItsOwnIsFoundByTheNext) {
    five();
    const auto at = places();
    std::string text = bytes();
    text.replace(text.find("three"), 5, "throw");
    const std::string hash = hashOf(text.substr(at[2] + 4, at[3] - at[2] - frameBytes));
    for (std::size_t i = 0; i < 32; ++i)
        text[at[3] - 32 + i] = static_cast<char>(std::stoi(hash.substr(2 * i, 2), nullptr, 16));
    write(text);
    expectFault(4, "does not follow the entry before it");
}

TEST_F(Trail, ARemovedEntryIsMissed) {
    five();
    const auto at = places();
    write(bytes().erase(at[1], at[2] - at[1]));
    expectFault(2, "is not there, but entry 3");
}

TEST_F(Trail, ARemovedFirstEntryIsMissed) {
    five();
    const auto at = places();
    write(bytes().erase(at[0], at[1] - at[0]));
    expectFault(1, "is not there, but entry 2");
}

TEST_F(Trail, AnEntryThatWasPutInIsFound) {
    five();
    const auto at = places();
    const std::string again = entry(2);
    write(bytes().insert(at[3], again));
    expectFault(4, "but entry 2 in its place");
}

TEST_F(Trail, SwappedEntriesAreFound) {
    five();
    const auto at = places();
    const std::string second = entry(2), third = entry(3);
    write(bytes().replace(at[1], at[3] - at[1], third + second));
    expectFault(2, "but entry 3 in its place");
}

TEST_F(Trail, AnEntryOfAnotherTrailDoesNotFit) {
    five();
    const auto at = places();
    const std::string whole = bytes();
    fs::remove(file);
    for (const char* reason : {"uno", "two", "three"})
        add(reason);
    const std::string foreign = entry(3);
    write(std::string(whole).replace(at[2], at[3] - at[2], foreign));
    expectFault(3, "does not follow the entry before it");
}

// What a chain cannot show, and what can.
TEST_F(Trail, ACutTailIsFoundByAnAnchorOnly) {
    five();
    const AuditHead anchor = check().head;
    write(bytes().substr(0, places()[3]));
    EXPECT_FALSE(check().fault) << "a chain without its end is a chain";
    const TrailCheck found = check(anchor);
    ASSERT_TRUE(found.fault);
    EXPECT_THAT(found.fault->what, HasSubstr("entry 4 is not there"));
    EXPECT_THAT(found.fault->what, HasSubstr("cut from the end"));
}

TEST_F(Trail, ATrailThatWasWrittenAnewIsFoundByAnAnchorOnly) {
    five();
    const AuditHead anchor = check().head;
    fs::remove(file);
    for (const char* reason : {"one", "two", "three", "four", "nine", "six"})
        add(reason);
    EXPECT_FALSE(check().fault);
    const TrailCheck found = check(anchor);
    ASSERT_TRUE(found.fault);
    EXPECT_THAT(found.fault->what, HasSubstr("entry 5 is another one"));
}

TEST_F(Trail, AnAnchorHoldsWhileTheTrailGrows) {
    five();
    const AuditHead anchor = check().head;
    add("six");
    EXPECT_FALSE(check(anchor).fault);
}

// Every length that a power cut can leave of a write of one entry.
TEST_F(Trail, AnEntryThatWasCutOffAtAnyByteIsToldFromOneThatWasChanged) {
    five();
    const std::string whole = bytes();
    const auto at = places();
    for (std::size_t size = at[4] + 1; size < at[5]; ++size) {
        write(whole.substr(0, size));
        const TrailCheck found = check();
        EXPECT_FALSE(found.fault) << size;
        EXPECT_EQ(found.head.sequence, 4U) << size;
        EXPECT_EQ(found.tornBytes, size - at[4]) << size;
        // the file has its length already, and zeros where nothing was written
        if (size >= at[5] - 32) continue; // part of the hash is there
        write(whole.substr(0, size) + std::string(at[5] - size, '\0'));
        EXPECT_FALSE(check().fault) << size;
        EXPECT_EQ(check().head.sequence, 4U) << size;
    }
}

TEST_F(Trail, AnUnfinishedEntryIsRemovedAndItsRemovalIsAnEntry) {
    five();
    const std::string whole = bytes();
    const auto at = places();
    write(whole.substr(0, at[4] + 50));
    EXPECT_EQ(add("six").sequence, 6U);
    EXPECT_EQ(bytes().substr(0, at[4]), whole.substr(0, at[4]));
    std::vector<AuditEntry> all;
    ASSERT_TRUE(checkTrail(file, {}, [&](const AuditEntry& e, const std::string&) { all.push_back(e); }));
    ASSERT_EQ(all.size(), 6U);
    EXPECT_EQ(all[4].event.action, AuditAction::TornEntryRemoved);
    EXPECT_EQ(all[4].event.before, recording::sha256Of(whole.substr(at[4], 50)));
    EXPECT_THAT(all[4].event.reason, HasSubstr("50 bytes"));
    EXPECT_EQ(all[5].event.reason, "six");
    EXPECT_FALSE(check().fault);
}

TEST_F(Trail, WhatStandsBehindTheLastEntryAndIsNoBeginningOfOneIsNoPowerCut) {
    five();
    const std::string whole = bytes();
    write(whole + whole.substr(headBytes, 40)); // the beginning of entry 1
    expectFault(6, "is not the beginning of it");
    write(whole + std::string(4, '\xFF') + "rubbish");
    expectFault(6, "a length that no entry has");
}

TEST_F(Trail, ZerosAtTheEndAreAPowerCutAndInTheMiddleAreNot) {
    five();
    const std::string whole = bytes();
    const auto at = places();
    write(whole + std::string(300, '\0'));
    EXPECT_FALSE(check().fault);
    EXPECT_EQ(check().tornBytes, 300U);
    write(std::string(whole).replace(at[2], at[3] - at[2], std::string(at[3] - at[2], '\0')));
    expectFault(3, "overwritten with zeros");
}

// A trail is made with its first entry: what holds none is no trail of a station that was never used.
TEST_F(Trail, AFileThatWasEmptiedIsNoTrailThatWasNeverUsed) {
    add("one");
    const std::string whole = bytes();
    for (const std::string& left : {std::string(), whole.substr(0, 7), std::string(9, '\0'),
                                    whole.substr(0, headBytes), whole.substr(0, headBytes + 20)}) {
        write(left);
        const TrailCheck found = check();
        ASSERT_TRUE(found.fault) << left.size();
        EXPECT_THAT(found.fault->sentence(), HasSubstr("emptied or cut off")) << left.size();
        const auto added = appendToTrail(file, event("more"), stamp());
        ASSERT_FALSE(added) << left.size();
        EXPECT_EQ(added.error().what, found.fault->what);
        EXPECT_EQ(bytes(), left) << "it is evidence";
    }
}

TEST_F(Trail, IsMadeWithItsFirstEntryAndLeavesNothingBeside) {
    add("one");
    EXPECT_EQ(reasons(), std::vector<std::string>{"one"});
    EXPECT_EQ(std::distance(fs::directory_iterator(file.parent_path()), {}), 1);
}

TEST_F(Trail, AnotherFileIsNotWrittenInto) {
    fs::create_directories(file.parent_path());
    write("# a protocol, and no audit trail\n");
    const auto added = appendToTrail(file, event("one"), stamp());
    ASSERT_FALSE(added);
    EXPECT_THAT(added.error().sentence(), HasSubstr("no audit trail that this program knows"));
    EXPECT_EQ(bytes(), "# a protocol, and no audit trail\n");
}

TEST_F(Trail, ThatIsNotThereIsNotAWholeOne) {
    const auto found = checkTrail(file);
    ASSERT_FALSE(found);
    EXPECT_THAT(found.error().sentence(), HasSubstr(file.string()));
}

TEST_F(Trail, AnEntryThatCannotBeStoredAddsNothing) {
    add("one");
    const std::string before = bytes();
    EXPECT_FALSE(appendToTrail(file, event(std::string(70'000, 'x')), stamp()));
    EXPECT_EQ(bytes(), before);
}

TEST_F(Trail, AFolderThatCannotBeMadeIsTold) {
    fs::create_directories(file.parent_path().parent_path());
    std::ofstream(file.parent_path()) << "a file in the way";
    const auto added = appendToTrail(file, event("one"), stamp());
    ASSERT_FALSE(added);
    EXPECT_THAT(added.error().sentence(), HasSubstr("cannot be opened"));
}

// A device that takes no bytes: what cannot be written is no entry.
TEST_F(Trail, AFullDiskIsTold) {
    fs::create_directories(file.parent_path());
    fs::create_symlink("/dev/full", file);
    EXPECT_FALSE(appendToTrail(file, event("one"), stamp()));
}

// A program that ended while it made a trail has left its part, a second name of the trail.
TEST_F(Trail, IsMadeWithoutTouchingWhatAnEarlierOneHasLeft) {
    ASSERT_TRUE(appendToTrail(file, event("one"), stamp()));
    const fs::path kept = file.parent_path() / "kept";
    fs::rename(file, kept);
    const std::string before = tests::readText(kept);
    fs::create_hard_link(kept, file.parent_path() / ("." + file.filename().string() + "." +
                                                     std::to_string(::getpid()) + ".part"));
    ASSERT_TRUE(appendToTrail(file, event("another"), stamp()));
    EXPECT_EQ(tests::readText(kept), before);
    EXPECT_FALSE(check().fault);
}

TEST_F(Trail, OfSeveralThreadsThatMakeItHasTheEntryOfEach) {
    constexpr int threads = 2, rounds = 50;
    for (int round = 0; round < rounds; ++round) {
        fs::remove(file);
        std::barrier together(threads);
        std::array<bool, threads> good{};
        {
            std::vector<std::jthread> all;
            for (std::size_t t = 0; t < threads; ++t)
                all.emplace_back([&, t] {
                    together.arrive_and_wait();
                    good.at(t) = appendToTrail(file, event(std::to_string(t)), stamp()).has_value();
                });
        }
        EXPECT_THAT(good, testing::Each(true));
        ASSERT_FALSE(check().fault) << check().fault->sentence();
        EXPECT_THAT(reasons(), testing::UnorderedElementsAre("0", "1"));
    }
}

TEST_F(Trail, OfSeveralProcessesHasEachEntryOnceAndInOrder) {
    constexpr int processes = 4, each = 25;
    std::vector<pid_t> children;
    for (int p = 0; p < processes; ++p) {
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            bool good = true;
            for (int i = 0; i < each && good; ++i)
                good = appendToTrail(file, event(std::to_string(p) + "/" + std::to_string(i)), stamp())
                           .has_value();
            ::_exit(good ? 0 : 1);
        }
        children.push_back(child);
    }
    for (const pid_t child : children) {
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    EXPECT_FALSE(check().fault);
    const auto all = reasons();
    ASSERT_EQ(all.size(), std::size_t{processes * each});
    EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), all.size());
    for (int p = 0; p < processes; ++p) { // those of one process in its own order
        int next = 0;
        for (const std::string& reason : all)
            if (reason.starts_with(std::to_string(p) + "/")) {
                EXPECT_EQ(reason, std::to_string(p) + "/" + std::to_string(next++));
            }
    }
}

} // namespace
} // namespace eccrine::records
