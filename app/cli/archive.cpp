// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/archive.hpp"

#include "analysis/norms/comparison.hpp"
#include "analysis/qsart_analysis.hpp"
#include "recording/durable_file.hpp"
#include "recording/recording_reader.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <unistd.h>

namespace eccrine::app {
namespace {

namespace fs = std::filesystem;
using analysis::SiteAnalysis;

const std::set<std::string> extensions{".eccrine", ".csv", ".edf", ".bdf"};

constexpr const char* head = "file,sha256,site,usable,baseline_nl_per_min,onset_latency_s,onset_half_width_s,"
                             "peak_nl_per_min,peak_time_s,"
                             "volume_ul,volume_uncertainty_ul,charge_mc,shape,norm,flags,error\n";

std::string cell(double value) {
    std::array<char, 32> digits{};
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    return {digits.data(), error == std::errc{} ? end : digits.data()};
}
std::string cell(const std::optional<Seconds>& s) {
    return s ? cell(s->count()) : std::string();
}
/// Quoted where a comma, quote or line end would be read as more than text.
std::string cell(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
    if (text.find_first_of(",\"") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char c : text)
        quoted += c == '"' ? "\"\"" : std::string(1, c);
    return quoted + "\"";
}

std::string rowOf(const std::string& file, const std::string& sha256, const SiteAnalysis& s) {
    const auto& m = s.measures;
    const bool peak = m && s.peakReliable;
    std::string flags;
    for (const auto& flag : s.flags)
        flags += (flags.empty() ? "" : " ") + flag.code;
    return cell(file) + "," + sha256 + "," + cell(s.site) + "," + (s.usable ? "yes" : "no") + "," +
           (s.baseline ? cell(s.baseline->level.value) : "") + "," + cell(s.onset.latency) + "," +
           cell(s.onset.halfWidth) + "," + (peak ? cell(m->peak.value) : "") + "," +
           (peak ? cell(m->peakTime.count()) : "") + "," + (m ? cell(m->volume.value) : "") + "," +
           (m ? cell(m->uncertainty.value) : "") + "," +
           (s.delivered ? cell(s.delivered->charge.value) : "") + "," + std::string(nameOf(s.shape)) + "," +
           cell(s.norm.normClass == analysis::NormClass::None ? std::string()
                                                              : std::string(nameOf(s.norm.normClass))) +
           "," + flags + ",\n";
}

/// All rows of one recording; a failure is one row with its sentence.
std::string rowsOf(const fs::path& file, const std::string& name, const ArchiveJob& job, bool& bad) {
    const auto test = recording::readTest(file);
    auto result = test ? analysis::analyzeTest(*test, job.parameters)
                       : Result<analysis::TestAnalysis>(tl::unexpected(test.error()));
    if (!result) {
        bad = true;
        return cell(name) + ",,,no,,,,,,,,,,,," + cell(result.error().sentence()) + "\n";
    }
    compareWithNorms(*result, *test, job.norms);
    std::string rows;
    for (const SiteAnalysis& site : result->sites)
        rows += rowOf(name, test->sha256, site);
    return rows;
}

/// What the rows were made with: another set of parameters or norms must not be mixed in.
std::string recipeOf(const ArchiveJob& job) {
    std::string text = "# " + std::string(analysis::algorithmVersion) + " " + ECCRINE_VERSION;
    for (const auto& p : analysis::parameterList(job.parameters))
        text += " " + p.name + "=" + p.value;
    for (const auto& set : job.norms.sets)
        text += " norms=" + set.sha256;
    return text + "\n";
}

/// Rows of an interrupted run by file name. Blocks are "> NAME\n rows ... <\n"; one without its end was cut
/// off.
Result<std::map<std::string, std::string>> takeOver(const fs::path& partial, const std::string& recipe) {
    std::map<std::string, std::string> rows;
    std::ifstream in(partial, std::ios::binary);
    if (!in) return rows;
    std::string line;
    if (!std::getline(in, line) || line + "\n" != recipe)
        return failed("an interrupted run with other parameters, norms or another version left its rows here",
                      partial.string(), "remove it, or call with the same ones");
    std::string name, block;
    while (std::getline(in, line)) {
        if (line.starts_with("> ")) {
            name = line.substr(2);
            block.clear();
        } else if (line == "<") {
            rows[name] = block;
        } else {
            block += line + "\n";
        }
    }
    return rows;
}

Result<std::vector<fs::path>> recordingsIn(const ArchiveJob& job) {
    std::vector<fs::path> files;
    std::error_code error;
    const fs::path table = fs::weakly_canonical(job.table, error);
    for (fs::recursive_directory_iterator
             at(job.folder, fs::directory_options::skip_permission_denied, error),
         end;
         !error && at != end; at.increment(error)) {
        const auto extension = at->path().extension();
        std::error_code ignored;
        if (!at->is_regular_file(ignored) || !extensions.contains(extension.string())) continue;
        if (fs::weakly_canonical(at->path(), ignored) != table) files.push_back(at->path());
    }
    if (error)
        return failed("the folder cannot be read (" + error.message() + ")", job.folder.string(),
                      "check the permissions", Failure::Kind::Call);
    if (files.empty())
        return failed("there is no recording (.eccrine, .csv, .edf or .bdf) in it", job.folder.string(),
                      "choose another folder");
    std::sort(files.begin(), files.end());
    return files;
}

class Progress {
public:
    explicit Progress(std::size_t all) : all_(all), terminal_(::isatty(STDERR_FILENO) == 1) {}
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    ~Progress() {
        if (terminal_) std::fputc('\n', stderr);
    }
    void at(std::size_t done) {
        const std::size_t percent = 100 * done / all_;
        if (percent == shown_) return;
        shown_ = percent;
        if (terminal_) {
            std::string bar(50, ' ');
            std::fill_n(bar.begin(), percent / 2, '#');
            std::fprintf(stderr, "\r[%s] %zu of %zu", bar.c_str(), done, all_);
        } else if (percent % 10 == 0) {
            std::fprintf(stderr, "%zu of %zu recordings\n", done, all_);
        }
    }

private:
    std::size_t all_, shown_ = 1000;
    bool terminal_;
};

} // namespace

Result<ArchiveDone> analyzeArchive(const ArchiveJob& job) {
    std::error_code error;
    if (fs::exists(job.table, error) && !job.replace)
        return failed("the file exists already", job.table.string(), "choose another name, or add --force",
                      Failure::Kind::Call);
    const auto files = recordingsIn(job);
    if (!files) return tl::unexpected(files.error());
    const fs::path partial = job.table.string() + ".partial";
    const std::string recipe = recipeOf(job);
    auto rows = takeOver(partial, recipe);
    if (!rows) return tl::unexpected(rows.error());
    ArchiveDone done{files->size(), 0, 0};

    std::ofstream journal(partial, std::ios::binary | (rows->empty() ? std::ios::trunc : std::ios::app));
    if (rows->empty()) journal << recipe;
    if (!journal.flush())
        return failed("the table cannot be written there", partial.string(),
                      "choose a folder you may write to", Failure::Kind::Call);
    std::mutex mutex; // of all that follows but `next`
    Progress progress(files->size());
    std::size_t finished = 0;
    bool full = false;
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
        for (std::size_t i = next++; i < files->size(); i = next++) {
            const std::string name = fs::relative((*files)[i], job.folder).string();
            {
                const std::lock_guard lock(mutex);
                if (full) return;
                if (rows->contains(name)) {
                    ++done.takenOver;
                    progress.at(++finished);
                    continue;
                }
            }
            bool bad = false;
            std::string block = rowsOf((*files)[i], name, job, bad);
            const std::lock_guard lock(mutex);
            journal << "> " << name << '\n' << block << "<\n";
            if (!journal.flush()) full = true;
            (*rows)[name] = std::move(block);
            progress.at(++finished);
        }
    };
    {
        std::vector<std::jthread> pool;
        for (unsigned i = 1; i < std::max(1U, job.jobs); ++i)
            pool.emplace_back(work);
        work();
    }
    if (full)
        return failed("the rows cannot be written", partial.string(),
                      "free some space and call again: what is there is taken over");

    auto table = recording::DurableFile::create(job.table, job.replace);
    if (!table) return tl::unexpected(table.error());
    if (auto wrote = table->write(head); !wrote) return tl::unexpected(wrote.error());
    for (const fs::path& file : *files) {
        const std::string& block = (*rows)[fs::relative(file, job.folder).string()];
        if (block.find(",,,no,,,,,,,,,,,,") != std::string::npos) ++done.failed;
        if (auto wrote = table->write(block); !wrote) return tl::unexpected(wrote.error());
    }
    if (auto wrote = table->finish(); !wrote) return tl::unexpected(wrote.error());
    journal.close();
    fs::remove(partial, error);
    return done;
}

} // namespace eccrine::app
