// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/analysis_options.hpp"
#include "app/cli/command_line.hpp"
#include "app/cli/offscreen.hpp"
#include "app/cli/output.hpp"
#include "app/cli/station_option.hpp"
#include "app/data_files.hpp"
#include "core/finite_text.hpp"
#include "records/figure.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <map>
#include <memory>
#include <string>

namespace eccrine::app {
namespace {

struct Options {
    std::string file, out, station;
    AnalysisOptions analysis;
    std::string kind = "curves", theme = "print";
    records::FigureOptions figure;
    bool force = false, json = false;
};

int plot(const Options& o) {
    const auto station = stationHere(o.station);
    if (!station) return reportFailure(station.error(), o.json);
    const auto done = analyzeRecording(o.file, o.analysis);
    if (!done) return reportFailure(done.error(), o.json);
    if (const auto may = records::mayLeaveAsResult(*station, done->test.simulated, o.file); !may)
        return reportFailure(may.error(), o.json);
    records::FigureOptions figure = o.figure;
    figure.curves = o.kind == "curves" || o.kind == "all";
    figure.raw = o.kind == "raw" || o.kind == "all";
    figure.residual = o.kind == "residual" || o.kind == "all";
    figure.theme = o.theme == "dark"    ? records::FigureOptions::Theme::Dark
                   : o.theme == "light" ? records::FigureOptions::Theme::Light
                                        : records::FigureOptions::Theme::Print;
    figure.review = done->review ? &*done->review : nullptr;
    const auto out = o.out.empty() ? std::filesystem::path(o.file).replace_extension(".svg")
                                   : std::filesystem::path(o.out);
    const Offscreen fonts;
    if (auto written = records::writeFigure(done->test, done->result, out, figure, o.force); !written)
        return reportFailure(written.error(), o.json);
    return print(o.json ? nlohmann::json{{"file", out.string()}}.dump() + "\n" : out.string() + "\n");
}

} // namespace

void addPlot(CLI::App& program, Action& chosen) {
    auto o = std::make_shared<Options>();
    auto* verb = program.add_subcommand("plot", "A figure of a recording: SVG, PNG or PDF");
    verb->add_option("FILE", o->file, "the recording")->required();
    verb->add_option("-o,--out", o->out, "figure .svg, .png or .pdf (default: .svg beside the recording)")
        ->type_name("FILE");
    verb->add_option("--figure", o->kind,
                     "curves (default), raw (the signals as recorded), residual (the fit of the onset and "
                     "what it leaves) or all")
        ->check(CLI::IsMember({"curves", "raw", "residual", "all"}));
    verb->add_flag("--overlay", o->figure.overlay, "all sites in one field");
    verb->add_option("--sites", o->figure.sites, "only these sites, separated by commas")
        ->delimiter(',')
        ->type_name("SITE,...");
    verb->add_option("--from", o->figure.from_s, "seconds from the stimulus start")
        ->type_name("S")
        ->check(finiteText);
    verb->add_option("--to", o->figure.to_s, "seconds from the stimulus start")
        ->type_name("S")
        ->check(finiteText);
    verb->add_option("--theme", o->theme, "print (default), light or dark")
        ->check(CLI::IsMember({"print", "light", "dark"}));
    verb->add_option("--width", o->figure.width_mm, "width in mm")
        ->check(CLI::Range(40.0, 2000.0))
        ->check(finiteText);
    verb->add_option("--height", o->figure.height_mm, "height in mm (default: what the fields need)")
        ->check(CLI::Range(40.0, 5000.0))
        ->check(finiteText);
    verb->add_option("--dpi", o->figure.dpi, "of a PNG")->check(CLI::Range(30.0, 1200.0))->check(finiteText);
    verb->add_flag("--force", o->force, "replace an existing file");
    addStationOption(*verb, o->station);
    verb->add_flag("--json", o->json, "print one JSON document");
    addAnalysisOptions(*verb, o->analysis, "latest");
    verb->callback([o, &chosen] { chosen = [o] { return plot(*o); }; });
}

} // namespace eccrine::app
