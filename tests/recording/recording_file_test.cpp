// SPDX-License-Identifier: GPL-3.0-or-later
#include "recording/database.hpp"
#include "recording/recording_reader.hpp"
#include "tests/recording/recording_fixture.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <csignal>
#include <fstream>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace eccrine::recording::tests {
namespace {

using eccrine::tests::readText;
using eccrine::tests::TemporaryFolder;
using eccrine::tests::writeText;
using testing::HasSubstr;

RecordingWriter create(const std::filesystem::path& file) {
    auto writer = RecordingWriter::create(file, header());
    EXPECT_TRUE(writer) << writer.error().sentence();
    return std::move(*writer);
}

TEST(RecordingFile, GivesBackWhatWasWritten) {
    const TemporaryFolder folder;
    auto writer = create(folder.file("a.eccrine"));
    const auto raw = currentTicks(10, 2000);
    writer.add(position(1, 0, 10, 5.0), at(0.0), raw);
    writer.add({at(0.25), "note", "forearm", "{\"text\":\"moved\"}"});
    ASSERT_TRUE(writer.commit());
    auto reader = RecordingReader::open(folder.file("a.eccrine"));
    ASSERT_TRUE(reader) << reader.error().sentence();
    const auto news = reader->readNew();
    ASSERT_TRUE(news);
    ASSERT_EQ(news->chunks.size(), 1U);
    EXPECT_EQ(news->chunks[0].raw, raw);
    EXPECT_EQ(news->chunks[0].position.first, DeviceTime{std::chrono::seconds{5}});
    ASSERT_EQ(news->events.size(), 1U);
    EXPECT_EQ(news->events[0].detail, "{\"text\":\"moved\"}");
    EXPECT_EQ(reader->header().streams, header().streams);
    EXPECT_EQ(reader->header().sites[0].capsule.area, SquareCentimetres{0.8});
    EXPECT_EQ(reader->header().sites[1].capsule.area, std::nullopt);
    EXPECT_EQ(reader->header().meta.at("operator"), "M. Muster");
}

TEST(RecordingFile, ContiguousBlocksBecomeOneChunkAndAGapBeginsANewOne) {
    const TemporaryFolder folder;
    auto writer = create(folder.file("a.eccrine"));
    writer.add(position(1, 0, 10, 0.0), at(0.00), currentTicks(10, 1));
    writer.add(position(1, 10, 10, 0.01), at(0.01), currentTicks(10, 1));
    writer.add(position(1, 30, 10, 0.03), at(0.03), currentTicks(10, 1));
    ASSERT_TRUE(writer.commit());
    const auto news = RecordingReader::open(folder.file("a.eccrine"))->readNew();
    ASSERT_EQ(news->chunks.size(), 2U);
    EXPECT_EQ(news->chunks[0].position.ticks, 20);
    EXPECT_EQ(news->chunks[1].position.firstIndex, 30U);
}

TEST(RecordingFile, AReaderSeesOnlyWhatIsNewSinceItsLastRead) {
    const TemporaryFolder folder;
    auto writer = create(folder.file("a.eccrine"));
    auto reader = RecordingReader::open(folder.file("a.eccrine"));
    writer.add(position(1, 0, 10, 0.0), at(0.0), currentTicks(10, 1));
    EXPECT_TRUE(reader->readNew()->chunks.empty()) << "not committed yet";
    ASSERT_TRUE(writer.commit());
    EXPECT_EQ(reader->readNew()->chunks.size(), 1U);
    EXPECT_TRUE(reader->readNew()->chunks.empty());
    EXPECT_FALSE(reader->complete());
    writer.add(position(1, 10, 10, 0.01), at(0.01), currentTicks(10, 1));
    ASSERT_TRUE(writer.close());
    EXPECT_EQ(reader->readNew()->chunks.size(), 1U);
    EXPECT_TRUE(reader->complete());
}

TEST(RecordingFile, ClosedItIsOneFileWithTheIdentityOfARecording) {
    const TemporaryFolder folder;
    auto writer = create(folder.file("a.eccrine"));
    writer.add(position(1, 0, 10, 0.0), at(0.0), currentTicks(10, 1));
    ASSERT_TRUE(writer.close());
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
    const std::string head = readText(folder.file("a.eccrine")).substr(0, 100);
    EXPECT_EQ(head.substr(0, 15), "SQLite format 3");
    EXPECT_EQ(head.substr(68, 4), "ECCR"); // application_id, big-endian at offset 68 of the SQLite header
}

TEST(RecordingFile, ReadingDoesNotChangeTheFile) {
    const TemporaryFolder folder;
    auto writer = create(folder.file("a.eccrine"));
    writer.add(position(1, 0, 10, 0.0), at(0.0), currentTicks(10, 1));
    ASSERT_TRUE(writer.close());
    const std::string before = readText(folder.file("a.eccrine"));
    ASSERT_TRUE(readTest(folder.file("a.eccrine")));
    EXPECT_EQ(readText(folder.file("a.eccrine")), before);
}

TEST(RecordingFile, SamplesCanNeitherBeChangedNorRemoved) {
    const TemporaryFolder folder;
    auto writer = create(folder.file("a.eccrine"));
    writer.add(position(1, 0, 10, 0.0), at(0.0), currentTicks(10, 1));
    ASSERT_TRUE(writer.close());
    auto database = Database::open(folder.file("a.eccrine"), Database::Mode::ReadWrite);
    ASSERT_TRUE(database);
    EXPECT_FALSE(database->execute("UPDATE chunk SET ticks=5"));
    EXPECT_FALSE(database->execute("DELETE FROM chunk"));
}

TEST(RecordingFile, ADamagedSampleIsFoundByItsChecksum) {
    const TemporaryFolder folder;
    const auto file = folder.file("a.eccrine");
    auto writer = create(file);
    writer.add(position(1, 0, 100, 0.0), at(0.0), currentTicks(100, 1234));
    ASSERT_TRUE(writer.close());
    std::string bytes = readText(file);
    std::string raw;
    for (const std::byte b : currentTicks(100, 1234))
        raw += static_cast<char>(b);
    const auto place = bytes.find(raw.substr(0, 60));
    ASSERT_NE(place, std::string::npos);
    bytes[place + 30] = static_cast<char>(bytes[place + 30] ^ 1);
    writeText(file, bytes);
    const auto test = readTest(file);
    ASSERT_FALSE(test);
    EXPECT_THAT(test.error().sentence(), HasSubstr("chunk 1 does not match its checksum"));
}

struct Tampering {
    const char* name;
    const char* sql;
    const char* says;
};

class TamperedRow : public testing::TestWithParam<Tampering> {};

TEST_P(TamperedRow, IsFoundByItsChecksum) {
    const TemporaryFolder folder;
    const auto file = folder.file("a.eccrine");
    auto writer = create(file);
    writer.add(position(1, 0, 100, 0.0), at(0.0), currentTicks(100, 1234));
    writer.add({at(0.05), "stimulus_start", "forearm", "{}"});
    ASSERT_TRUE(writer.close());
    {
        auto database = Database::open(file, Database::Mode::ReadWrite);
        ASSERT_TRUE(database->execute("DROP TRIGGER chunk_stays; DROP TRIGGER event_stays"));
        ASSERT_TRUE(database->execute(GetParam().sql));
    }
    const auto test = readTest(file);
    ASSERT_FALSE(test);
    EXPECT_THAT(test.error().sentence(), HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    EachColumn, TamperedRow,
    testing::Values(Tampering{"ChunkTime", "UPDATE chunk SET test_us=test_us+1000", "chunk 1 does not match"},
                    Tampering{"ChunkDeviceTime", "UPDATE chunk SET device_us=device_us+1",
                              "chunk 1 does not match"},
                    Tampering{"ChunkIndex", "UPDATE chunk SET first_index=7", "chunk 1 does not match"},
                    Tampering{"ChunkOverrun", "UPDATE chunk SET overrun=1", "chunk 1 does not match"},
                    Tampering{"ChunkLength", "UPDATE chunk SET ticks=50", "chunk 1 has the wrong length"},
                    Tampering{"ChunkStream", "UPDATE chunk SET stream=2", "chunk 1 has the wrong length"},
                    Tampering{"EventTime", "UPDATE event SET test_us=0", "event 1 does not match"},
                    Tampering{"EventKind", "UPDATE event SET kind='note'", "event 1 does not match"},
                    Tampering{"EventSite", "UPDATE event SET site=''", "event 1 does not match"},
                    Tampering{"EventDetail", "UPDATE event SET detail='[]'", "event 1 does not match"}),
    [](const auto& tampering) { return std::string(tampering.param.name); });

TEST(RecordingFile, TheHashIsThatOfTheContentAndNotOfTheDatabasePages) {
    const TemporaryFolder folder;
    for (const char* name : {"a.eccrine", "b.eccrine", "c.eccrine"}) {
        auto writer = create(folder.file(name));
        writer.add(position(1, 0, 10, 0.0), at(0.0), currentTicks(10, *name == 'c' ? 2 : 1));
        ASSERT_TRUE(*name == 'b' ? writer.commit() : writer.close());
    }
    const auto a = readTest(folder.file("a.eccrine"));
    EXPECT_EQ(a->sha256.size(), 64U);
    EXPECT_EQ(a->sha256, readTest(folder.file("b.eccrine"))->sha256)
        << "closed or not, the samples are the same";
    EXPECT_NE(a->sha256, readTest(folder.file("c.eccrine"))->sha256);
}

TEST(RecordingFile, AFileThatIsThereIsNotOverwritten) {
    const TemporaryFolder folder;
    writeText(folder.file("a.eccrine"), "precious");
    const auto writer = RecordingWriter::create(folder.file("a.eccrine"), header());
    ASSERT_FALSE(writer);
    EXPECT_EQ(writer.error().exitCode(), 2);
    EXPECT_EQ(readText(folder.file("a.eccrine")), "precious");
}

TEST(RecordingFile, AFolderThatIsNotThereLeavesNothing) {
    const TemporaryFolder folder;
    EXPECT_FALSE(RecordingWriter::create(folder.file("missing/a.eccrine"), header()));
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

struct Foreign {
    const char* name;
    std::string content;
    const char* says;
};

class ForeignFile : public testing::TestWithParam<Foreign> {};

TEST_P(ForeignFile, IsRefusedWithOneSentence) {
    const TemporaryFolder folder;
    writeText(folder.file("x.eccrine"), GetParam().content);
    const auto test = readTest(folder.file("x.eccrine"));
    ASSERT_FALSE(test);
    EXPECT_THAT(test.error().sentence(), HasSubstr(GetParam().says));
    EXPECT_THAT(test.error().sentence(), HasSubstr("x.eccrine"));
}

INSTANTIATE_TEST_SUITE_P(Kinds, ForeignFile,
                         testing::Values(Foreign{"Empty", "", "the file is empty"},
                                         Foreign{"Text", "hello, this is not a recording", "not a recording"},
                                         Foreign{"SqliteHeadOnly", std::string("SQLite format 3\0", 16),
                                                 "not a recording"},
                                         Foreign{"Garbage", std::string(5000, '\x5A'), "not a recording"}),
                         [](const auto& kind) { return std::string(kind.param.name); });

TEST(RecordingFile, ADatabaseOfAnotherProgramIsRefused) {
    const TemporaryFolder folder;
    {
        auto other = Database::open(folder.file("other.eccrine"), Database::Mode::Create);
        ASSERT_TRUE(other->execute("CREATE TABLE t(x)"));
    }
    const auto test = readTest(folder.file("other.eccrine"));
    ASSERT_FALSE(test);
    EXPECT_THAT(test.error().sentence(), HasSubstr("another program"));
}

TEST(RecordingFile, ANewerFormatIsRefusedByItsVersion) {
    const TemporaryFolder folder;
    { ASSERT_TRUE(create(folder.file("a.eccrine")).close()); }
    {
        auto database = Database::open(folder.file("a.eccrine"), Database::Mode::ReadWrite);
        ASSERT_TRUE(database->execute("PRAGMA user_version=99"));
    }
    const auto test = readTest(folder.file("a.eccrine"));
    ASSERT_FALSE(test);
    EXPECT_THAT(test.error().sentence(), HasSubstr("format version 99"));
}

TEST(RecordingFile, ATruncatedFileIsRefused) {
    const TemporaryFolder folder;
    const auto file = folder.file("a.eccrine");
    auto writer = create(file);
    writer.add(position(1, 0, 5000, 0.0), at(0.0), currentTicks(5000, 77));
    ASSERT_TRUE(writer.close());
    const auto size = std::filesystem::file_size(file);
    for (const auto part : {size / 4, size / 2, size - 4096}) {
        std::filesystem::copy_file(file, folder.file("cut.eccrine"),
                                   std::filesystem::copy_options::overwrite_existing);
        std::filesystem::resize_file(folder.file("cut.eccrine"), part);
        const auto test = readTest(folder.file("cut.eccrine"));
        ASSERT_FALSE(test) << part << " of " << size;
        EXPECT_THAT(test.error().sentence(), HasSubstr("cut.eccrine"));
    }
}

TEST(RecordingFile, MissingFilesAndFoldersAreWrongCalls) {
    const TemporaryFolder folder;
    EXPECT_EQ(readTest(folder.file("none.eccrine")).error().exitCode(), 2);
    EXPECT_EQ(readTest(folder.path()).error().exitCode(), 2);
}

TEST(ReadTest, APipeIsReadAsCsvAndOneNamedAsARecordingIsRefused) {
    const TemporaryFolder folder;
    const auto pipe = folder.file("rows");
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    std::thread writer(
        [&] { std::ofstream(pipe) << "# eccrine-csv: 1\ntime_s,foot.sweat_rate_nl_per_min\n0,40\n1,41\n"; });
    const auto test = readTest(pipe);
    writer.join();
    ASSERT_TRUE(test) << test.error().sentence();
    EXPECT_EQ(test->sites.at(0).humidity.rate_nl_per_min, (std::vector<double>{40.0, 41.0}));

    ASSERT_EQ(::mkfifo(folder.file("a.eccrine").c_str(), 0600), 0);
    const auto refused = readTest(folder.file("a.eccrine"));
    ASSERT_FALSE(refused); // and not waited for
    EXPECT_EQ(refused.error().exitCode(), 2);
}

/// Runs `work` in a child process and returns its wait status.
template <class Work>
int inChild(Work work) {
    const pid_t child = ::fork();
    if (child == 0) {
        work();
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return status;
}

/// One end of a pipe to a child process that writes a recording: a byte for each commit.
class Acknowledgements {
public:
    Acknowledgements() { EXPECT_EQ(::pipe(ends_.data()), 0); }
    Acknowledgements(const Acknowledgements&) = delete;
    Acknowledgements& operator=(const Acknowledgements&) = delete;
    ~Acknowledgements() {
        ::close(ends_[0]);
        ::close(ends_[1]);
    }
    void give() const {
        const char one = 1;
        if (::write(ends_[1], &one, 1) != 1) ::_exit(9);
    }
    /// Waits for the next one.
    [[nodiscard]] bool take() const {
        char one = 0;
        return ::read(ends_[0], &one, 1) == 1;
    }
    /// Those that have come already; the child has ended.
    [[nodiscard]] std::uint64_t takeRest() {
        ::close(std::exchange(ends_[1], -1));
        std::uint64_t n = 0;
        while (take())
            ++n;
        return n;
    }

private:
    std::array<int, 2> ends_{};
};

/// Commits ten ticks of the current stream at a time until somebody ends the process.
[[noreturn]] void writeForEver(const std::filesystem::path& file, const Acknowledgements& done) {
    auto writer = RecordingWriter::create(file, header());
    for (std::uint64_t i = 0;; ++i) {
        const double t = 0.01 * static_cast<double>(i);
        writer->add(position(1, i * 10, 10, t), at(t), currentTicks(10, 5));
        if (!writer->commit()) ::_exit(1);
        done.give();
    }
}

TEST(RecordingFile, AKillInMidWriteLosesNothingThatWasAcknowledged) {
    for (int round = 1; round <= 20; ++round) {
        const TemporaryFolder folder;
        const auto file = folder.file("a.eccrine");
        Acknowledgements commits;
        const pid_t child = ::fork();
        if (child == 0) writeForEver(file, commits);
        std::uint64_t acknowledged = 0;
        for (int i = 0; i < 3 * round && commits.take(); ++i)
            ++acknowledged;
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        acknowledged += commits.takeRest();
        ASSERT_GE(acknowledged, 3U);

        const auto test = readTest(file);
        ASSERT_TRUE(test) << test.error().sentence();
        const auto ticks = test->sites[0].current.time_s.size();
        EXPECT_GE(ticks, acknowledged * 10);
        EXPECT_LE(ticks, (acknowledged + 1) * 10) << "at most the commit that the kill fell into";
        EXPECT_TRUE(test->interrupted);
        auto database = Database::open(file, Database::Mode::ReadOnly);
        EXPECT_EQ(
            *database->integer("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check='ok'"), 1);
    }
}

TEST(RecordingFile, WhatWasNotCommittedIsNotThere) {
    const TemporaryFolder folder;
    const auto file = folder.file("a.eccrine");
    inChild([&] {
        auto writer = RecordingWriter::create(file, header());
        writer->add(position(1, 0, 10, 0.0), at(0.0), currentTicks(10, 5));
        if (!writer->commit()) ::_exit(1);
        writer->add(position(1, 10, 10, 0.01), at(0.01), currentTicks(10, 5));
        ::kill(::getpid(), SIGKILL);
    });
    EXPECT_EQ(readTest(file)->sites[0].current.time_s.size(), 10U);
}

TEST(RecordingFile, AnotherProcessFollowsItWhileItGrows) {
    const TemporaryFolder folder;
    const auto file = folder.file("a.eccrine");
    Acknowledgements commits;
    const pid_t child = ::fork();
    if (child == 0) writeForEver(file, commits);
    ASSERT_TRUE(commits.take());
    auto reader = RecordingReader::open(file);
    ASSERT_TRUE(reader) << reader.error().sentence();
    CurveAssembler curves(reader->header());
    for (std::size_t acknowledged = 2; acknowledged <= 50; ++acknowledged) {
        ASSERT_TRUE(commits.take());
        const auto news = reader->readNew();
        ASSERT_TRUE(news) << news.error().sentence();
        curves.add(*news);
        ASSERT_GE(curves.test().sites[0].current.time_s.size(), acknowledged * 10);
    }
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    const auto& time = curves.test().sites[0].current.time_s;
    EXPECT_NEAR(time.back(), 0.001 * static_cast<double>(time.size() - 1), 1e-9)
        << "no tick twice, none left out";
}

/// An interrupted recording: its samples are still in the journal beside it.
void interrupted(const std::filesystem::path& file) {
    inChild([&] {
        auto writer = RecordingWriter::create(file, header());
        writer->add(position(1, 0, 10, 0.0), at(0.0), currentTicks(10, 5));
        if (!writer->commit()) ::_exit(1);
        ::kill(::getpid(), SIGKILL);
    });
}

TEST(RecordingFile, ReadingAnInterruptedOneChangesNeitherFileNorJournal) {
    const TemporaryFolder folder;
    interrupted(folder.file("a.eccrine"));
    const std::string file = readText(folder.file("a.eccrine"));
    const std::string journal = readText(folder.file("a.eccrine-wal"));
    ASSERT_FALSE(journal.empty());
    ASSERT_TRUE(readTest(folder.file("a.eccrine")));
    EXPECT_EQ(readText(folder.file("a.eccrine")), file);
    EXPECT_EQ(readText(folder.file("a.eccrine-wal")), journal);
}

TEST(RecordingFile, AnInterruptedOneInAFolderThatIsNotWritableSaysWhatToDo) {
    using std::filesystem::perms;
    const TemporaryFolder folder;
    const auto file = folder.file("a.eccrine");
    interrupted(file);
    std::filesystem::remove(folder.file("a.eccrine-shm"));
    const auto enter = perms::owner_exec | perms::group_exec | perms::others_exec;
    std::filesystem::permissions(folder.path(), enter);
    const int status = inChild([&] {
        if (::geteuid() == 0 && ::setuid(65534) != 0) ::_exit(1); // nothing is forbidden to root
        const auto test = readTest(file);
        if (test) ::_exit(2);
        if (test.error().sentence().find("copy it together with its -wal file") == std::string::npos)
            ::_exit(3);
    });
    std::filesystem::permissions(folder.path(), perms::owner_all);
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(RecordingFile, AFolderThatMayNotBeEnteredIsSaidToBeThat) {
    const TemporaryFolder folder;
    auto writer = create(folder.file("a.eccrine"));
    ASSERT_TRUE(writer.close());
    std::filesystem::permissions(folder.path(), std::filesystem::perms::none);
    const int status = inChild([&] {
        if (::geteuid() == 0 && ::setuid(65534) != 0) ::_exit(1); // nothing is forbidden to root
        const auto test = readTest(folder.file("a.eccrine"));
        if (test || test.error().sentence().find("check the permissions") == std::string::npos) ::_exit(2);
    });
    std::filesystem::permissions(folder.path(), std::filesystem::perms::owner_all);
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(RecordingFile, AFullDiskKeepsWhatIsPendingAndWhatWasCommitted) {
    const TemporaryFolder folder;
    const auto file = folder.file("a.eccrine");
    // RLIMIT_FSIZE makes the kernel refuse to let a file grow, as a full disk does.
    const int status = inChild([&] {
        ::signal(SIGXFSZ, SIG_IGN);
        auto writer = RecordingWriter::create(file, header());
        writer->add(position(1, 0, 10, 0.0), at(0.0), currentTicks(10, 5));
        if (!writer->commit()) ::_exit(1);
        rlimit limit{};
        ::getrlimit(RLIMIT_FSIZE, &limit);
        const rlimit small{256 * 1024, limit.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &small);
        writer->add(position(1, 10, 60000, 0.01), at(0.01), currentTicks(60000, 5));
        if (writer->commit()) ::_exit(2);
        if (writer->pendingBytes() != 60000U * 12U) ::_exit(3);
        ::setrlimit(RLIMIT_FSIZE, &limit); // space again
        if (!writer->close()) ::_exit(4);
    });
    ASSERT_TRUE(WIFEXITED(status));
    ASSERT_EQ(WEXITSTATUS(status), 0);
    const auto test = readTest(file);
    ASSERT_TRUE(test) << test.error().sentence();
    EXPECT_EQ(test->sites[0].current.time_s.size(), 60010U);
    EXPECT_FALSE(test->interrupted);
}

} // namespace
} // namespace eccrine::recording::tests
