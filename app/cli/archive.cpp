// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/archive.hpp"

#include "app/cli/archive_journal.hpp"
#include "recording/content_hash.hpp"
#include "recording/durable_file.hpp"
#include "records/result_csv.hpp"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <fstream>
#include <mutex>
#include <new>
#include <set>
#include <system_error>
#include <thread>
#include <unistd.h>

namespace eccrine::app {
namespace {

namespace fs = std::filesystem;
using Entry = ArchiveJournal::Entry;

std::string lower(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

bool isTableOfResults(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::string line(64, '\0');
    in.read(line.data(), static_cast<std::streamsize>(line.size()));
    line.resize(static_cast<std::size_t>(in.gcount()));
    return records::isResultCsvHead(line);
}

/// What a folder holds, by the name in the table.
struct Found {
    std::map<std::string, fs::path> recordings;
    std::map<std::string, Failure> unreadable; ///< folders
    std::vector<std::string> tables, copies;
    bool edf = false; ///< there is an EDF or BDF file
};

void collect(const fs::path& folder, const ArchiveJob& job, Found& found) {
    static const std::set<std::string> extensions{".eccrine", ".csv", ".edf", ".bdf"};
    const auto nameOf = [&](const fs::path& path) { return path.lexically_relative(job.folder).string(); };
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        std::error_code ignored;
        if (at->is_directory(ignored) && !at->is_symlink(ignored)) {
            collect(at->path(), job, found);
            continue;
        }
        const std::string extension = lower(at->path().extension().string());
        // a link that leads nowhere is kept: that it cannot be read has to be said
        if (!extensions.contains(extension) || (!at->is_regular_file(ignored) && at->exists(ignored)))
            continue;
        if (extension == ".csv" && isTableOfResults(at->path())) {
            if (!fs::equivalent(at->path(), job.table, ignored)) found.tables.push_back(nameOf(at->path()));
            continue;
        }
        found.edf = found.edf || extension == ".edf" || extension == ".bdf";
        found.recordings.emplace(nameOf(at->path()), at->path());
    }
    if (error)
        found.unreadable.emplace(nameOf(folder),
                                 Failure{"the folder cannot be read (" + error.message() + ")",
                                         folder.string(), "check the permissions"});
}

/// What was converted from a recording that lies beside it, as the name says, is the same test and not
/// another one.
void passOverCopies(Found& found) {
    for (auto at = found.recordings.begin(); at != found.recordings.end();) {
        const fs::path name = at->first;
        const bool original = lower(name.extension().string()) == ".eccrine";
        if (original || !found.recordings.contains(fs::path(name).replace_extension(".eccrine").string())) {
            ++at;
            continue;
        }
        found.copies.push_back(at->first);
        at = found.recordings.erase(at);
    }
}

Result<Found> contentOf(const ArchiveJob& job) {
    Found found;
    collect(job.folder, job, found);
    if (const auto top = found.unreadable.find("."); top != found.unreadable.end()) {
        top->second.kind = Failure::Kind::Call;
        return tl::unexpected(top->second);
    }
    if (found.recordings.empty() && found.unreadable.empty())
        return failed("there is no recording (.eccrine, .csv, .edf or .bdf) in it", job.folder.string(),
                      "choose another folder");
    if (!job.call.map.empty() && !found.edf)
        return failed("signals are named, but there is no EDF or BDF file in the folder", job.folder.string(),
                      "leave out --map", Failure::Kind::Call);
    std::sort(found.tables.begin(), found.tables.end());
    passOverCopies(found);
    return found;
}

/// What the rows are made with: those of another call must not be mixed in.
std::string recipeOf(const ArchiveJob& job) {
    std::string text = "# " + std::string(analysis::algorithmVersion) + " " + ECCRINE_VERSION +
                       " columns=" + recording::sha256Of(records::resultCsvHead()).substr(0, 16);
    for (const auto& p : analysis::parameterList(job.call.parameters))
        text += " " + p.name + "=" + inOneWord(p.value);
    for (const auto& set : job.call.norms.sets)
        text += " norms=" + set.sha256;
    const AnalysisOptions& o = job.call.options;
    for (const std::string& setting : o.settings) // over the parameters of a review
        text += " set=" + inOneWord(setting);
    for (const std::string& meta : o.meta)
        text += " meta=" + inOneWord(meta);
    for (const std::string& map : o.map)
        text += " map=" + inOneWord(map);
    if (job.station.use == records::Station::Use::Patients) text += " station=patients";
    return text + " method=" + inOneWord(o.method) + " review=" + inOneWord(o.review);
}

/// The rows of one recording as it is now; a failure is one row with its sentence.
Entry analyzed(const fs::path& file, const std::string& name, const RecordingPrint& print,
               const ArchiveJob& job) {
    const auto because = [&](const Failure& failure) {
        std::string sentence = failure.sentence();
        std::replace_if(
            sentence.begin(), sentence.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
        return Entry{print, true, std::move(sentence)};
    };
    try {
        auto test = readStated(file, job.call);
        if (!test) return because(test.error());
        if (const auto may = records::mayLeaveAsResult(job.station, test->simulated, file.string()); !may)
            return because(may.error());
        const auto done = analyzeStated(std::move(*test), file, job.call);
        if (!done) return because(done.error());
        return {
            print, false,
            records::resultCsvRows(name, done->test, done->result, done->review ? &*done->review : nullptr)};
    } catch (const std::bad_alloc&) {
        return because({"there is not enough memory for it", file.string(), "analyse it with fewer --jobs"});
    } catch (const std::exception& fault) {
        return because({std::string("the analysis broke off: ") + fault.what(), file.string(),
                        "please report this with the recording"});
    }
}

class Progress {
public:
    explicit Progress(std::size_t all) : all_(all), terminal_(::isatty(STDERR_FILENO) == 1) {}
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    ~Progress() {
        if (terminal_) std::fputc('\n', stderr);
    }
    void another() {
        const std::size_t percent = 100 * ++done_ / all_;
        if (percent == shown_) return;
        shown_ = percent;
        if (terminal_) {
            std::string bar(50, ' ');
            std::fill_n(bar.begin(), percent / 2, '#');
            std::fprintf(stderr, "\r[%s] %zu of %zu", bar.c_str(), done_, all_);
        } else if (percent % 10 == 0) {
            std::fprintf(stderr, "%zu of %zu recordings\n", done_, all_);
        }
    }

private:
    std::size_t all_, done_ = 0, shown_ = 1000;
    bool terminal_;
};

/// Several threads, one recording after another, each into the journal.
class Workers {
public:
    Workers(const ArchiveJob& job, const Found& found, ArchiveJournal& journal)
        : job_(job), journal_(journal), files_(found.recordings.begin(), found.recordings.end()),
          withReviews_(job.call.options.review != "none"), progress_(files_.size()) {}

    /// How many were taken over; fails when the rows cannot be written.
    Result<std::size_t> run() {
        {
            std::vector<std::jthread> pool;
            const std::size_t others = std::min<std::size_t>(std::max(1U, job_.jobs), files_.size());
            for (std::size_t i = 1; i < others; ++i) {
                try {
                    pool.emplace_back([this] { work(); });
                } catch (const std::system_error&) {
                    break; // no more threads to be had: those that run do it all
                }
            }
            work();
        }
        if (full_)
            return failed("the rows cannot be written", job_.table.string() + ".partial",
                          "free some space and call again: what is there is taken over");
        return takenOver_;
    }

private:
    void work() {
        for (std::size_t i = next_++; i < files_.size(); i = next_++) {
            const auto& [name, file] = files_[i];
            // taken before the recording is read: one that changes meanwhile is done again next time
            const auto print = printOf(file, withReviews_);
            {
                const std::lock_guard lock(mutex_);
                if (full_) return;
                if (const Entry* known = journal_.find(name);
                    known != nullptr && print && known->print == *print) {
                    ++takenOver_;
                    progress_.another();
                    continue;
                }
            }
            Entry entry = analyzed(file, name, print ? *print : RecordingPrint{}, job_);
            const std::lock_guard lock(mutex_);
            if (!journal_.append(name, std::move(entry))) full_ = true;
            progress_.another();
        }
    }

    const ArchiveJob& job_;
    std::mutex mutex_; ///< of the journal and what follows but `next_`
    ArchiveJournal& journal_;
    std::vector<std::pair<std::string, fs::path>> files_;
    bool withReviews_;
    Progress progress_;
    std::size_t takenOver_ = 0;
    bool full_ = false;
    std::atomic<std::size_t> next_{0};
};

/// A table may be replaced, a recording or anything else of that name never.
Done mayWrite(const ArchiveJob& job) {
    const auto refused = [&](const char* what, const char* remedy) {
        return failed(what, job.table.string(), remedy, Failure::Kind::Call);
    };
    std::error_code error;
    if (!fs::exists(job.table, error)) return {};
    if (!fs::is_regular_file(job.table, error) || !isTableOfResults(job.table))
        return refused("this exists already and is no table of results", "choose another name for the table");
    if (!job.replace) return refused("the file exists already", "choose another name, or add --force");
    return {};
}

} // namespace

Result<ArchiveDone> analyzeArchive(const ArchiveJob& job) {
    if (auto may = mayWrite(job); !may) return tl::unexpected(may.error());
    auto found = contentOf(job);
    if (!found) return tl::unexpected(found.error());
    auto journal = ArchiveJournal::open(job.table.string() + ".partial", recipeOf(job));
    if (!journal) return tl::unexpected(journal.error());
    const auto takenOver = Workers(job, *found, *journal).run();
    if (!takenOver) return tl::unexpected(takenOver.error());

    ArchiveDone done{
        found->recordings.size(), *takenOver, {}, std::move(found->tables), std::move(found->copies)};
    std::map<std::string, std::string> rows;
    const auto because = [&](const std::string& name, const std::string& sentence) {
        rows[name] = records::failedCsvRow(name, sentence);
        done.failed.push_back({name, sentence});
    };
    for (const auto& [name, file] : found->recordings) {
        const Entry& entry = *journal->find(name);
        if (entry.failed)
            because(name, entry.text);
        else
            rows[name] = entry.text;
    }
    for (const auto& [name, failure] : found->unreadable)
        because(name, failure.sentence());
    auto table = recording::DurableFile::create(job.table, job.replace);
    if (!table) return tl::unexpected(table.error());
    if (auto wrote = table->write(records::resultCsvHead()); !wrote) return tl::unexpected(wrote.error());
    for (const auto& [name, text] : rows)
        if (auto wrote = table->write(text); !wrote) return tl::unexpected(wrote.error());
    if (auto wrote = table->finish(); !wrote) return tl::unexpected(wrote.error());
    journal->remove();
    return done;
}

} // namespace eccrine::app
