// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/analysis_options.hpp"
#include "app/cli/command_line.hpp"
#include "app/cli/offscreen.hpp"
#include "app/cli/output.hpp"
#include "app/cli/station_option.hpp"
#include "app/data_files.hpp"
#include "recording/recording_reader.hpp"
#include "records/after_care_sheet.hpp"
#include "records/later_controls.hpp"
#include "records/report_pdf.hpp"
#include "records/stored_evaluation.hpp"
#include "records/sweat_report.hpp"
#include "records/test_versions.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace eccrine::app {
namespace {

struct Options {
    std::string file, out, station;
    AnalysisOptions analysis;
    bool force = false, json = false, afterCare = false;
    /// Options that were given: of the analysis, and that mean nothing to a sweat test; empty: none.
    std::string forAnalysis, forRecordings;
};

constexpr std::string_view sweatEnding = ".sweat.json";

bool isSweatTest(const std::string& file) {
    return file.size() > sweatEnding.size() &&
           file.compare(file.size() - sweatEnding.size(), sweatEnding.size(), sweatEnding) == 0;
}

int done(const std::filesystem::path& out, const Done& written, bool json) {
    if (!written) return reportFailure(written.error(), json);
    return print(json ? "{\"file\": \"" + out.string() + "\"}\n" : out.string() + "\n");
}

/// A later version holds in its place, or may: nobody can read it.
Done holdsStill(const records::SweatTestRecord& record, const std::string& file) {
    const records::TestVersions all = records::versionsBeside(file, record);
    if (all.signedVersion > record.version)
        return failed("this result was corrected, and is no longer the one that holds", file,
                      "make the report of " + all.signedFile.filename().string());
    if (all.lastIsDamaged() && all.damagedVersion > record.version)
        return failed("a later version of this result cannot be read, and nobody knows which one holds", file,
                      "restore " + all.damaged.filename().string() + " from a copy");
    return {};
}

int sweatReport(const Options& o, const records::Station& station) {
    auto record = records::loadSweatTest(o.file);
    if (!record) return reportFailure(record.error(), o.json);
    if (const auto may = records::mayLeaveAsResult(station, record->simulated, o.file); !may)
        return reportFailure(may.error(), o.json);
    const std::filesystem::path folder = std::filesystem::absolute(o.file).parent_path();
    if (const Done holds = holdsStill(*record, o.file); !holds) return reportFailure(holds.error(), o.json);
    const auto rules = laboratoryRules();
    if (!rules) return reportFailure(rules.error(), o.json);
    // as it is today, also of a result that was signed before
    record->qcAlarm =
        records::laterControlsOf(*record, *rules, records::readLaboratoryBook(folder / "laboratory"));
    const auto guideline = records::guidelineOfResult(*record, guidelineFolders());
    if (!guideline) return reportFailure(guideline.error(), o.json);
    const std::filesystem::path out =
        o.out.empty() ? o.file.substr(0, o.file.size() - sweatEnding.size()) + ".pdf" : o.out;
    const std::string instrument =
        records::instrumentOf(*record, std::filesystem::path(o.file).parent_path());
    const Offscreen fonts;
    return done(out, records::writeSweatReport(*record, *guideline, instrument, out, o.force), o.json);
}

/// Needs no analysis: a current that ended early is cared for as well.
int afterCare(const Options& o, const records::Station& station) {
    if (!o.forAnalysis.empty())
        return reportFailure({"the option " + o.forAnalysis +
                                  " is for the analysis, and the page of "
                                  "--after-care holds no result",
                              o.file, "leave one of the two out", Failure::Kind::Call},
                             o.json);
    std::string ending = std::filesystem::path(o.file).extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (ending == ".csv" || ending == ".edf" || ending == ".bdf")
        return reportFailure(
            {"a file of signals does not say what was seen of the skin, so --after-care makes "
             "no page of it",
             o.file, "give the .eccrine of the test", Failure::Kind::Call},
            o.json);
    const auto test = recording::readTest(o.file);
    if (!test) return reportFailure(test.error(), o.json);
    if (const auto may = records::mayLeaveAsResult(station, test->simulated, o.file); !may)
        return reportFailure(may.error(), o.json);
    const std::filesystem::path beside = std::filesystem::path(o.file).replace_extension();
    const std::filesystem::path out = o.out.empty() ? beside.string() + "-after-care.pdf" : o.out;
    const Offscreen fonts;
    return done(out, records::writeAfterCareSheet(*test, out, o.force), o.json);
}

int report(const Options& o) {
    if (!o.out.empty() && std::filesystem::path(o.out).extension() != ".pdf")
        return reportFailure({"a report is a PDF", o.out,
                              "give a name that ends with .pdf; eccrine plot writes pictures",
                              Failure::Kind::Call},
                             o.json);
    const auto station = stationHere(o.station);
    if (!station) return reportFailure(station.error(), o.json);
    if (isSweatTest(o.file)) {
        if (o.forRecordings.empty()) return sweatReport(o, *station);
        return reportFailure({"the option " + o.forRecordings + " is for recordings, not for a sweat test",
                              o.file, "leave it out", Failure::Kind::Call},
                             o.json);
    }
    if (o.afterCare) return afterCare(o, *station);
    const auto analyzed = analyzeRecording(o.file, o.analysis);
    if (!analyzed) return reportFailure(analyzed.error(), o.json);
    if (const auto may = records::mayLeaveAsResult(*station, analyzed->test.simulated, o.file); !may)
        return reportFailure(may.error(), o.json);
    const std::filesystem::path out = o.out.empty() ? std::filesystem::path(o.file).replace_extension(".pdf")
                                                    : std::filesystem::path(o.out);
    const Offscreen fonts;
    const records::Review* review = analyzed->review ? &*analyzed->review : nullptr;
    return done(out, records::writeReport(analyzed->test, analyzed->result, out, o.force, review), o.json);
}

} // namespace

void addReport(CLI::App& program, Action& chosen) {
    auto o = std::make_shared<Options>();
    auto* verb = program.add_subcommand("report", "The report of a recording or a sweat test as PDF");
    verb->add_option("FILE", o->file,
                     "the recording (.eccrine, CSV, EDF or BDF) or the sweat test (.sweat.json)")
        ->required();
    verb->add_option("-o,--out", o->out, "output file (default: beside FILE)")->type_name("FILE");
    verb->add_flag("--force", o->force, "replace an existing file");
    verb->add_flag("--json", o->json, "print one JSON document");
    auto* afterCare = verb->add_flag("--after-care", o->afterCare,
                                     "the page for the patient instead: care of the skin after the current");
    addStationOption(*verb, o->station);
    const std::size_t own = verb->get_options().size();
    addAnalysisOptions(*verb, o->analysis, "latest");
    verb->callback([o, verb, own, afterCare, &chosen] {
        const auto all = verb->get_options();
        for (std::size_t i = own; i < all.size(); ++i)
            if (all[i]->count() > 0) o->forAnalysis = all[i]->get_name();
        o->forRecordings = afterCare->count() > 0 ? afterCare->get_name() : o->forAnalysis;
        chosen = [o] { return report(*o); };
    });
}

} // namespace eccrine::app
