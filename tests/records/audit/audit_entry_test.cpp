// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/audit/audit_entry.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <string>
#include <vector>

namespace eccrine::records {
namespace {

using testing::HasSubstr;

std::string hexText(const std::string& bytes) {
    constexpr const char* digits = "0123456789abcdef";
    std::string out;
    for (const char c : bytes) {
        out += digits[static_cast<unsigned char>(c) >> 4U];
        out += digits[static_cast<unsigned char>(c) & 15U];
    }
    return out;
}

std::string repeated(const std::string& digits, int times) {
    std::string out;
    for (int i = 0; i < times; ++i)
        out += digits;
    return out;
}

AuditEntry refusal() {
    AuditEntry e;
    e.sequence = 1;
    e.stamp = {1'772'463'909'000'000'001,
               "0123456789abcdef0123456789abcdef",
               77,
               3600,
               repeated("cd", 32),
               "tester",
               "bench-2"};
    e.event = {.action = AuditAction::ConfigRefused,
               .actor = "B. Tester",
               .objectType = "protocol",
               .objectId = "qsart.toml",
               .after = repeated("ab", 32),
               .reason = "qsart.toml:3:5: zu groß; kürzer."};
    return e;
}

AuditEntry release() {
    AuditEntry e;
    e.sequence = 2;
    e.stamp = {-1, {}, std::numeric_limits<std::uint64_t>::max(), -12600, {}, {}, {}};
    e.event = {.action = AuditAction::LatchReleased,
               .objectType = "instrument",
               .objectId = "SN-0042",
               .objectVersion = "7",
               .before = repeated("ab", 32)};
    e.previous = "185eeff38ca1114345d338c7de8658dd6d3bb431dc2274a348b9698f38393c81";
    return e;
}

// Bytes and hashes: struct.pack and hashlib of Python 3.11, by docs/formats/audit-trail.md.
TEST(AuditEntry, HasTheDocumentedBytesAndHash) {
    const auto first = bytesOf(refusal());
    ASSERT_TRUE(first) << first.error().sentence();
    EXPECT_EQ(hexText(*first), "0100000000000000013225c9880e99180123456789abcdef0123456789abcdef4d00000000000"
                               "000100e0000cdcdcdcdcdcdcdcd"
                               "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd09000000422e20546573746572000"
                               "00000060000007465737465720700"
                               "000062656e63682d3201000800000070726f746f636f6c0a00000071736172742e746f6d6c000"
                               "000000000000000000000000000"
                               "000000000000000000000000000000000000000000abababababababababababababababababa"
                               "babababababababababababababab"
                               "2200000071736172742e746f6d6c3a333a353a207a752067726fc39f3b206bc3bc727a65722e0"
                               "0000000000000000000000000000000"
                               "00000000000000000000000000000000");
    EXPECT_EQ(hashOf(*first), "185eeff38ca1114345d338c7de8658dd6d3bb431dc2274a348b9698f38393c81");
    const auto second = bytesOf(release());
    ASSERT_TRUE(second) << second.error().sentence();
    EXPECT_EQ(second->size(), 224U);
    EXPECT_EQ(hashOf(*second), "79808fa17be98b854107486c32d3f8a211e2f1ce1790518b15da8f7bad34e042");
}

TEST(AuditEntry, IsReadBackToTheSameBytes) {
    for (const AuditEntry& e : {refusal(), release()}) {
        const std::string bytes = bytesOf(e).value();
        const auto back = entryOf(bytes);
        ASSERT_TRUE(back);
        EXPECT_EQ(bytesOf(*back).value(), bytes);
        EXPECT_EQ(back->event.reason, e.event.reason);
        EXPECT_EQ(back->event.after, e.event.after);
        EXPECT_EQ(back->stamp.utc_ns, e.stamp.utc_ns);
        EXPECT_EQ(back->stamp.monotonic_ns, e.stamp.monotonic_ns);
        EXPECT_EQ(back->stamp.tzOffset_s, e.stamp.tzOffset_s);
        EXPECT_EQ(back->previous, e.previous);
    }
}

TEST(AuditEntry, EveryFieldCountsForItsHash) {
    const std::vector<std::function<void(AuditEntry&)>> changes{
        [](AuditEntry& e) { ++e.sequence; },
        [](AuditEntry& e) { ++e.stamp.utc_ns; },
        [](AuditEntry& e) { e.stamp.bootId[3] = 'f'; },
        [](AuditEntry& e) { ++e.stamp.monotonic_ns; },
        [](AuditEntry& e) { e.stamp.tzOffset_s = 0; },
        [](AuditEntry& e) { e.stamp.program.clear(); },
        [](AuditEntry& e) { e.event.actor = "C. Tester"; },
        [](AuditEntry& e) { e.event.role = "operator"; },
        [](AuditEntry& e) { e.stamp.login = "teste"; },
        [](AuditEntry& e) { e.stamp.workstation += "2"; },
        [](AuditEntry& e) { e.event.action = AuditAction::TestBegun; },
        [](AuditEntry& e) { e.event.objectType = "station"; },
        [](AuditEntry& e) { e.event.objectId = "other.toml"; },
        [](AuditEntry& e) { e.event.objectVersion = "1"; },
        [](AuditEntry& e) { e.event.before = e.event.after; },
        [](AuditEntry& e) { e.event.after.clear(); },
        [](AuditEntry& e) { e.event.reason.pop_back(); },
        [](AuditEntry& e) { e.previous = e.event.after; },
        // a letter that goes from one field to the next
        [](AuditEntry& e) {
            e.stamp.login = "teste";
            e.stamp.workstation = "rbench-2";
        },
    };
    const std::string before = hashOf(bytesOf(refusal()).value());
    for (std::size_t i = 0; i < changes.size(); ++i) {
        AuditEntry changed = refusal();
        changes[i](changed);
        EXPECT_NE(hashOf(bytesOf(changed).value()), before) << "change " << i;
    }
}

TEST(AuditEntry, BytesThatAreCutOffOrGoOnAreNone) {
    const std::string bytes = bytesOf(refusal()).value();
    for (std::size_t n = 0; n < bytes.size(); ++n)
        EXPECT_FALSE(entryOf(bytes.substr(0, n))) << n;
    EXPECT_FALSE(entryOf(bytes + '\0'));
}

TEST(AuditEntry, ALengthBeyondTheBytesIsRefused) {
    std::string bytes = bytesOf(refusal()).value();
    constexpr std::size_t actorLength = 76; // behind seven fields of fixed size
    for (std::size_t i = 0; i < 4; ++i)
        bytes[actorLength + i] = '\xFF';
    EXPECT_FALSE(entryOf(bytes));
}

TEST(AuditEntry, WhatCannotBeStoredIsRefusedAndNotCut) {
    AuditEntry e = refusal();
    e.event.reason.assign(65537, 'x');
    EXPECT_THAT(bytesOf(e).error().sentence(), HasSubstr("the reason is longer than 65536 bytes"));
    e.event.reason.pop_back();
    EXPECT_TRUE(bytesOf(e));
    e.event.before = "abc";
    EXPECT_THAT(bytesOf(e).error().sentence(), HasSubstr("hash of before"));
    e.event.before = repeated("zz", 32);
    EXPECT_FALSE(bytesOf(e));
}

TEST(AuditAction, HasANameAlsoWhenALaterProgramMadeIt) {
    EXPECT_EQ(nameOf(AuditAction::ConfigRefused), "config_refused");
    EXPECT_EQ(nameOf(static_cast<AuditAction>(4711)), "action 4711");
}

TEST(StampOfNow, SaysWhichComputerProgramAndBoot) {
    const AuditStamp stamp = stampNow();
    EXPECT_EQ(stamp.bootId.size(), 32U);
    EXPECT_EQ(stamp.program.size(), 64U);
    EXPECT_FALSE(stamp.login.empty());
    EXPECT_FALSE(stamp.workstation.empty());
    EXPECT_GT(stampNow().monotonic_ns, stamp.monotonic_ns);
}

} // namespace
} // namespace eccrine::records
