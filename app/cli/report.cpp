// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/analysis_options.hpp"
#include "app/cli/command_line.hpp"
#include "app/cli/offscreen.hpp"
#include "app/cli/output.hpp"
#include "records/report_pdf.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace eccrine::app {
namespace {

struct Options {
    std::string file, out;
    AnalysisOptions analysis;
    bool force = false, json = false;
};

int report(const Options& o) {
    const auto done = analyzeRecording(o.file, o.analysis);
    if (!done) return reportFailure(done.error(), o.json);
    const auto out = o.out.empty() ? std::filesystem::path(o.file).replace_extension(".pdf")
                                   : std::filesystem::path(o.out);
    const Offscreen fonts;
    const records::Review* review = done->review ? &*done->review : nullptr;
    if (auto written = records::writeReport(done->test, done->result, out, o.force, review); !written)
        return reportFailure(written.error(), o.json);
    return print(o.json ? "{\"file\": \"" + out.string() + "\"}\n" : out.string() + "\n");
}

} // namespace

void addReport(CLI::App& program, Action& chosen) {
    auto o = std::make_shared<Options>();
    auto* verb = program.add_subcommand("report", "The one-page report of a recording as PDF");
    verb->add_option("FILE", o->file, "the recording (.eccrine, CSV, EDF or BDF)")->required();
    verb->add_option("-o,--out", o->out, "output file (default: beside the recording)")->type_name("FILE");
    addAnalysisOptions(*verb, o->analysis, "latest");
    verb->add_flag("--force", o->force, "replace an existing file");
    verb->add_flag("--json", o->json, "print one JSON document");
    verb->callback([o, &chosen] { chosen = [o] { return report(*o); }; });
}

} // namespace eccrine::app
