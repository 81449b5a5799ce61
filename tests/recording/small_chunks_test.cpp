// SPDX-License-Identifier: GPL-3.0-or-later
// Very small chunks are joined when a recording is closed; what it says stays the same (docs/adr/0007).
#include "recording/database.hpp"
#include "recording/recording_reader.hpp"
#include "tests/recording/recording_fixture.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <cmath>
#include <functional>
#include <utility>

namespace eccrine::recording::tests {
namespace {

using eccrine::tests::TemporaryFolder;

constexpr int rate_hz = 50;
constexpr std::uint16_t perCommit = 5; // 100 ms

struct Piece {
    std::uint64_t index = 0;
    std::uint16_t ticks = perCommit;
    double at_s = 0.0, device_s = 0.0;
    bool overrun = false;
};

/// Pieces of a hundred milliseconds one after the other; every value is that of its index.
std::vector<Piece> regular(std::size_t count) {
    std::vector<Piece> pieces;
    for (std::size_t i = 0; i < count; ++i) {
        const double t = 0.1 * static_cast<double>(i);
        pieces.push_back({i * perCommit, perCommit, t, 7.0 + t});
    }
    return pieces;
}

void commit(RecordingWriter& writer, const Piece& piece) {
    std::vector<std::byte> raw;
    for (std::uint16_t k = 0; k < piece.ticks; ++k) {
        const auto value = static_cast<float>(piece.index + k);
        const auto tick = humidityTicks(1, 0.01F * value, 0.02F * value, value);
        raw.insert(raw.end(), tick.begin(), tick.end());
    }
    BlockPosition where = position(2, piece.index, piece.ticks, piece.device_s);
    where.overrunBefore = piece.overrun;
    writer.add(where, at(piece.at_s), raw);
    ASSERT_TRUE(writer.commit());
}

RecordingWriter written(const std::filesystem::path& file, const std::vector<Piece>& pieces) {
    auto writer = RecordingWriter::create(file, header());
    for (const Piece& piece : pieces)
        commit(*writer, piece);
    return std::move(*writer);
}

std::int64_t chunksIn(const std::filesystem::path& file) {
    auto database = Database::open(file, Database::Mode::ReadOnly);
    return *database->integer("SELECT count(*) FROM chunk");
}

/// Equal to the bit, missing values included.
bool same(const std::vector<double>& a, const std::vector<double>& b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](double x, double y) {
               return x == y || (std::isnan(x) && std::isnan(y));
           });
}

void expectSame(const RecordedTest& a, const RecordedTest& b) {
    EXPECT_EQ(a.sha256, b.sha256);
    for (std::size_t s = 0; s < a.sites.size(); ++s) {
        const HumiditySignals &x = a.sites[s].humidity, &y = b.sites[s].humidity;
        EXPECT_TRUE(same(x.time_s, y.time_s));
        EXPECT_TRUE(same(x.humidityOut_pct, y.humidityOut_pct));
        EXPECT_TRUE(same(x.temperatureOut_c, y.temperatureOut_c));
        EXPECT_TRUE(same(x.flow_sccm, y.flow_sccm));
    }
}

struct Course {
    const char* name;
    std::function<void(std::vector<Piece>&)> change;
    std::int64_t mostChunks;
};

class Joining : public testing::TestWithParam<Course> {};

TEST_P(Joining, ChangesNeitherTheCurvesNorTheHash) {
    const TemporaryFolder folder;
    const auto file = folder.file("a.eccrine");
    auto pieces = regular(200);
    GetParam().change(pieces);
    auto writer = written(file, pieces);
    const auto before = readTest(file);
    ASSERT_TRUE(before) << before.error().sentence();
    ASSERT_EQ(chunksIn(file), 200);
    ASSERT_TRUE(writer.close());
    EXPECT_LE(chunksIn(file), GetParam().mostChunks);
    const auto after = readTest(file);
    ASSERT_TRUE(after) << after.error().sentence();
    EXPECT_FALSE(after->interrupted);
    expectSame(*before, *after);
}

INSTANTIATE_TEST_SUITE_P(
    Of, Joining,
    testing::Values(Course{"ASteadyClock", [](auto&) {}, 1}, //
                    Course{"AGap",
                           [](auto& pieces) {
                               for (std::size_t i = 100; i < pieces.size(); ++i) {
                                   pieces[i].index += 10;
                                   pieces[i].at_s += 0.2;
                                   pieces[i].device_s += 0.2;
                               }
                           },
                           2},
                    Course{"AnOverrun", [](auto& pieces) { pieces[100].overrun = true; }, 2},
                    Course{"AClockThatWasSet",
                           [](auto& pieces) {
                               for (std::size_t i = 100; i < pieces.size(); ++i)
                                   pieces[i].at_s += 0.000'001;
                           },
                           2},
                    Course{"ADeviceThatRepeatsItself", // and goes on in the middle of a chunk
                           [](auto& pieces) {
                               for (std::size_t i = 100; i < pieces.size(); ++i) {
                                   pieces[i].index -= 3 * perCommit;
                                   pieces[i].at_s -= 0.3;
                                   pieces[i].device_s -= 0.3;
                               }
                           },
                           6},
                    Course{"AClockThatIsNeverSteady",
                           [](auto& pieces) {
                               for (std::size_t i = 0; i < pieces.size(); ++i)
                                   pieces[i].at_s += i % 2 == 0 ? 0.0 : 0.000'002;
                           },
                           200}),
    [](const auto& course) { return std::string(course.param.name); });

TEST(JoinedRecording, AReaderThatFollowedItGetsEachTickOnce) {
    const TemporaryFolder folder;
    const auto file = folder.file("a.eccrine");
    const auto pieces = regular(60);
    auto writer = written(file, {pieces.begin(), pieces.begin() + 41});
    auto reader = RecordingReader::open(file);
    ASSERT_TRUE(reader);
    CurveAssembler curves(reader->header());
    curves.add(*reader->readNew());
    for (auto piece = pieces.begin() + 41; piece != pieces.end(); ++piece)
        commit(writer, *piece);
    ASSERT_TRUE(writer.close());
    ASSERT_EQ(chunksIn(file), 1) << "the reader stands in the middle of a chunk";
    const auto rest = reader->readNew();
    ASSERT_TRUE(rest) << rest.error().sentence();
    curves.add(*rest);
    EXPECT_TRUE(reader->readNew()->chunks.empty());
    const auto& gas = curves.test().sites[0].humidity;
    ASSERT_EQ(gas.time_s.size(), 60U * perCommit);
    for (std::size_t i = 0; i < gas.time_s.size(); ++i) {
        ASSERT_DOUBLE_EQ(gas.time_s[i], static_cast<double>(i) / rate_hz);
        ASSERT_EQ(gas.flow_sccm[i], static_cast<double>(i));
    }
}

TEST(JoinedRecording, KeepsItsSamplesAsAnyOtherDoes) {
    const TemporaryFolder folder;
    const auto file = folder.file("a.eccrine");
    ASSERT_TRUE(written(file, regular(100)).close());
    ASSERT_EQ(chunksIn(file), 1);
    auto database = Database::open(file, Database::Mode::ReadWrite);
    EXPECT_FALSE(database->execute("DELETE FROM chunk"));
    EXPECT_FALSE(database->execute("UPDATE chunk SET ticks=5"));
}

TEST(JoinedRecording, GrowsChunksOfThirtyTwoKilobytesAndAFollowerMayStandInAny) {
    const TemporaryFolder folder;
    const auto file = folder.file("a.eccrine");
    const auto pieces = regular(700); // 3500 ticks of 24 bytes
    auto writer = written(file, {pieces.begin(), pieces.begin() + 400});
    auto reader = RecordingReader::open(file);
    CurveAssembler curves(reader->header());
    curves.add(*reader->readNew());
    for (auto piece = pieces.begin() + 400; piece != pieces.end(); ++piece)
        commit(writer, *piece);
    const auto before = readTest(file);
    ASSERT_TRUE(writer.close());
    ASSERT_EQ(chunksIn(file), 3);
    expectSame(*before, *readTest(file));
    curves.add(*reader->readNew());
    EXPECT_TRUE(same(curves.test().sites[1].humidity.flow_sccm, before->sites[1].humidity.flow_sccm));
    EXPECT_TRUE(same(curves.test().sites[1].humidity.time_s, before->sites[1].humidity.time_s));
}

TEST(JoinedRecording, TwoStreamsAreJoinedEachForItself) {
    const TemporaryFolder folder;
    const auto file = folder.file("a.eccrine");
    auto writer = RecordingWriter::create(file, header());
    auto reader = RecordingReader::open(file);
    CurveAssembler curves(reader->header());
    for (std::uint16_t i = 0; i < 60; ++i) {
        const double t = 0.02 * i;
        writer->add(position(1, 20U * i, 20, t), at(t), currentTicks(20, i));
        writer->add(position(2, i, 1, t), at(t), humidityTicks(1, i, 32.0F, 100.0F));
        ASSERT_TRUE(writer->commit());
        if (i == 33) curves.add(*reader->readNew());
    }
    const auto before = readTest(file);
    ASSERT_TRUE(writer->close());
    ASSERT_EQ(chunksIn(file), 2);
    const auto after = readTest(file);
    expectSame(*before, *after);
    curves.add(*reader->readNew());
    for (const RecordedTest* test : {&*after, &curves.test()}) {
        EXPECT_TRUE(same(test->sites[1].current.current_ma, before->sites[1].current.current_ma));
        EXPECT_TRUE(same(test->sites[1].current.time_s, before->sites[1].current.time_s));
        EXPECT_TRUE(same(test->sites[0].humidity.humidityOut_pct, before->sites[0].humidity.humidityOut_pct));
    }
}

TEST(JoinedRecording, APeriodThatIsNoWholeNumberOfMicrosecondsJoinsNothing) {
    const TemporaryFolder folder;
    const auto file = folder.file("a.eccrine");
    RecordingHeader h = header();
    h.streams[1].rateMilliHz = 30'000;
    auto writer = RecordingWriter::create(file, h);
    for (std::uint16_t i = 0; i < 30; ++i) {
        writer->add(position(2, 3U * i, 3, 0.1 * i), at(0.1 * i), humidityTicks(3, 40.0F, 32.0F, 100.0F));
        ASSERT_TRUE(writer->commit());
    }
    ASSERT_TRUE(writer->close());
    EXPECT_EQ(chunksIn(file), 30);
    EXPECT_EQ(readTest(file)->sites[0].humidity.time_s.size(), 90U);
}

TEST(JoinedRecording, WithADamagedChunkStaysAsItIs) {
    const TemporaryFolder folder;
    const auto file = folder.file("a.eccrine");
    auto writer = written(file, regular(40));
    {
        auto database = Database::open(file, Database::Mode::ReadWrite);
        ASSERT_TRUE(
            database->execute("DROP TRIGGER chunk_stays; UPDATE chunk SET first_index=7 WHERE id=20"));
    }
    ASSERT_TRUE(writer.close());
    EXPECT_EQ(chunksIn(file), 40);
    EXPECT_EQ(readTest(file).error().what, "chunk 20 does not match its checksum");
}

TEST(JoinedRecording, WithoutRoomForACopyStaysAsItIs) {
    const TemporaryFolder folder;
    const auto file = folder.file("a.eccrine");
    auto writer = written(file, regular(40));
    // nothing can be written under the name of the copy
    std::filesystem::create_directory(folder.path() / (".a.eccrine." + std::to_string(::getpid()) + ".part"));
    ASSERT_TRUE(writer.close());
    EXPECT_EQ(chunksIn(file), 40);
    EXPECT_FALSE(readTest(file)->interrupted);
}

TEST(JoinedRecording, WhoeverReadsOnKeepsWhatHeOpened) {
    const TemporaryFolder folder;
    const auto file = folder.file("a.eccrine");
    ASSERT_TRUE(written(file, regular(100)).close());
    auto writer = written(folder.file("b.eccrine"), regular(100));
    auto reading = Database::open(folder.file("b.eccrine"), Database::Mode::ReadOnly);
    auto rows = Statement::prepare(*reading, "SELECT id FROM chunk");
    ASSERT_TRUE(*rows->next());
    EXPECT_FALSE(writer.close()) << "its journal cannot be removed while somebody reads";
    EXPECT_EQ(chunksIn(folder.file("b.eccrine")), 100);
}

TEST(JoinedRecording, ASecondCloseDoesNothingAndNothingCanBeAdded) {
    const TemporaryFolder folder;
    const auto file = folder.file("a.eccrine");
    auto writer = written(file, regular(40));
    ASSERT_TRUE(writer.close());
    EXPECT_TRUE(writer.close());
    writer.setMeta("late", "1");
    EXPECT_FALSE(writer.commit());
    EXPECT_EQ(readTest(file)->meta.count("late"), 0U);
}

/// Ends a process as soon as a file of this ending is there.
void killAtSight(pid_t child, const std::filesystem::path& folder, const std::string& ending) {
    for (;;) {
        for (const auto& entry : std::filesystem::directory_iterator(folder))
            if (entry.path().string().ends_with(ending)) {
                ::kill(child, SIGKILL);
                ::waitpid(child, nullptr, 0);
                return;
            }
        if (::waitpid(child, nullptr, WNOHANG) == child) return; // was quicker
    }
}

TEST(JoinedRecording, AKillWhileTheCopyIsWrittenLeavesAWholeRecording) {
    const auto pieces = regular(400);
    std::string hash;
    for (int round = 0; round < 10; ++round) {
        const TemporaryFolder folder;
        const auto file = folder.file("a.eccrine");
        const pid_t child = ::fork();
        if (child == 0) ::_exit(written(file, pieces).close() ? 0 : 1);
        killAtSight(child, folder.path(), ".part");
        const auto test = readTest(file);
        ASSERT_TRUE(test) << test.error().sentence();
        EXPECT_FALSE(test->interrupted);
        EXPECT_EQ(test->sites[0].humidity.time_s.size(), 400U * perCommit);
        if (round > 0) {
            EXPECT_EQ(test->sha256, hash);
        }
        hash = test->sha256;
    }
}

TEST(JoinedRecording, LongChunksAreLeftAsTheyAre) {
    const TemporaryFolder folder;
    const auto file = folder.file("a.eccrine");
    auto writer = RecordingWriter::create(file, header());
    constexpr std::uint16_t long_ = 1000; // 12 kB
    for (std::uint64_t i = 0; i < 40; ++i) {
        const double t = static_cast<double>(i);
        writer->add(position(1, i * long_, long_, t), at(t), currentTicks(long_, 5));
        ASSERT_TRUE(writer->commit());
    }
    ASSERT_TRUE(writer->close());
    EXPECT_EQ(chunksIn(file), 40);
}

/// The hash as docs/formats/recording.md has it, computed from what was written.
class Written {
public:
    Written() : context_(EVP_MD_CTX_new()) { EVP_DigestInit_ex(context_, EVP_sha256(), nullptr); }
    Written(const Written&) = delete;
    Written& operator=(const Written&) = delete;
    ~Written() { EVP_MD_CTX_free(context_); }
    Written& number(std::int64_t n) {
        for (int i = 0; i < 8; ++i)
            byte(static_cast<unsigned char>(static_cast<std::uint64_t>(n) >> (8 * i)));
        return *this;
    }
    Written& real(double x) { return number(std::bit_cast<std::int64_t>(x)); }
    Written& text(const std::string& s) {
        number(static_cast<std::int64_t>(s.size()));
        for (const char c : s)
            byte(static_cast<unsigned char>(c));
        return *this;
    }
    Written& bare(const std::vector<std::byte>& bytes) {
        for (const std::byte b : bytes)
            byte(static_cast<unsigned char>(b));
        return *this;
    }
    std::string hex() {
        std::array<unsigned char, 32> digest{};
        unsigned length = 0;
        EVP_DigestFinal_ex(context_, digest.data(), &length);
        std::string out;
        for (const unsigned char b : digest) {
            out += "0123456789abcdef"[b >> 4U];
            out += "0123456789abcdef"[b & 15U];
        }
        return out;
    }

private:
    void byte(unsigned char b) { EVP_DigestUpdate(context_, &b, 1); }
    EVP_MD_CTX* context_;
};

/// Everything but the samples, for the header of the fixture.
void addHead(Written& hash) {
    const RecordingHeader h = header();
    hash.text(h.id).text(h.protocol).text(h.protocolHash).number(1);
    hash.number(1).text("operator").text("M. Muster");
    hash.number(2);
    for (const StreamDescription& s : h.streams) {
        hash.number(s.id).number(static_cast<int>(s.format)).number(s.siteMask).number(s.rateMilliHz);
        hash.number(static_cast<std::int64_t>(s.channels.size()));
        for (const ChannelDescription& c : s.channels)
            hash.number(static_cast<int>(c.measurand)).real(c.scale).real(c.offset);
    }
    hash.number(2);
    hash.text("forearm").number(1).real(0.8).number(1).real(0.6).number(0).number(0).number(0).number(0);
    hash.text("foot").number(0).number(0).number(0).number(0).number(0).number(0);
}

TEST(RecordingHash, IsTheOneOfTheDescription) {
    const TemporaryFolder folder;
    const auto file = folder.file("a.eccrine");
    auto writer = RecordingWriter::create(file, header());
    const auto first = humidityTicks(5, 40.0F, 32.0F, 100.0F), second = humidityTicks(5, 41.0F, 32.5F, 99.0F);
    writer->add(position(2, 0, 5, 7.0), at(0.0), first);
    ASSERT_TRUE(writer->commit());
    writer->add(position(2, 5, 5, 7.1), at(0.1), second);
    ASSERT_TRUE(writer->commit());
    writer->add(position(2, 20, 5, 7.4), at(0.4), first); // after a gap
    writer->add({at(0.05), "stimulus_start", "forearm", "{}"});
    ASSERT_TRUE(writer->close());

    Written samples;
    samples.number(0).number(7'000'000).number(0).number(0).bare(first).bare(second).number(10);
    samples.number(20).number(7'400'000).number(400'000).number(0).bare(first).number(5);
    Written whole;
    whole.text("ECCRINE-RECORDING-2");
    addHead(whole);
    whole.text(Written().hex()).text(samples.hex()); // stream 1 has none
    whole.number(50'000).text("stimulus_start").text("forearm").text("{}");
    EXPECT_EQ(readTest(file)->sha256, whole.hex());
}

TEST(RecordingHash, OfVersion1IsStillTheOneOfItsTime) {
    const TemporaryFolder folder;
    const auto file = folder.file("a.eccrine");
    auto writer = RecordingWriter::create(file, header());
    const auto raw = humidityTicks(5, 40.0F, 32.0F, 100.0F);
    for (const int i : {0, 1}) {
        const double t = 0.1 * i;
        writer->add(position(2, 5U * static_cast<unsigned>(i), 5, 7.0 + t), at(t), raw);
        ASSERT_TRUE(writer->commit());
    }
    ASSERT_TRUE(writer->close());
    ASSERT_TRUE(Database::open(file, Database::Mode::ReadWrite)->execute("PRAGMA user_version=1"));

    Written whole;
    whole.text("ECCRINE-RECORDING-1");
    addHead(whole);
    for (const int i : {0, 1}) {
        whole.number(2).number(5 * i).number(5).number(7'000'000 + 100'000 * i).number(100'000 * i).number(0);
        whole.number(static_cast<std::int64_t>(raw.size())).bare(raw);
    }
    EXPECT_EQ(readTest(file)->sha256, whole.hex());
}

} // namespace
} // namespace eccrine::recording::tests
