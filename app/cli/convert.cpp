// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_line.hpp"
#include "app/cli/output.hpp"
#include "app/cli/station_option.hpp"
#include "app/data_files.hpp"
#include "recording/csv_writer.hpp"
#include "recording/recording_reader.hpp"

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

namespace eccrine::app {
namespace {

struct Options {
    std::string file, to, out, station;
    bool fullRate = false, force = false, json = false;
};

/// How many samples became one row, for the copy; empty: every sample is there.
std::string reductionOf(const RecordedTest& test) {
    std::string text;
    const auto add = [&](const std::string& site, const char* signals, std::size_t samples) {
        if (samples < 2) return;
        if (!text.empty()) text += ", ";
        text += signals;
        text += " of " + site + " to means of " + std::to_string(samples) + " samples";
    };
    for (const SiteSignals& site : test.sites) {
        add(site.site, "gas readings", site.humidity.samplesPerRow);
        add(site.site, "current", site.current.samplesPerRow);
    }
    return text;
}

int convert(const Options& o) {
    if (o.to != "csv")
        return reportFailure(
            {"the format \"" + o.to + "\" is not known", "--to", "write csv", Failure::Kind::Call}, o.json);
    std::filesystem::path out = o.out.empty() ? std::filesystem::path(o.file).replace_extension(".csv")
                                              : std::filesystem::path(o.out);
    std::error_code error;
    if (std::filesystem::equivalent(out, o.file, error))
        return reportFailure({"the output would replace its own source", out.string(),
                              "name another file with --out", Failure::Kind::Call},
                             o.json);
    const auto station = stationHere(o.station);
    if (!station) return reportFailure(station.error(), o.json);
    auto test = recording::readTest(o.file);
    if (!test) return reportFailure(test.error(), o.json);
    if (const auto may = records::mayLeaveAsResult(*station, test->simulated, o.file); !may)
        return reportFailure(may.error(), o.json);
    if (const std::string reduced = reductionOf(*test); !reduced.empty()) {
        if (o.fullRate)
            return reportFailure({"the recording is longer than is kept in memory at its full rate", o.file,
                                  "leave --full-rate out, or cut the recording into parts"},
                                 o.json);
        std::fprintf(stderr, "eccrine: the recording was reduced while reading: %s\n", reduced.c_str());
        test->meta["reduced"] = reduced; // whoever reads the copy is to know as well
    }
    if (auto done = recording::writeCsv(*test, out, {o.fullRate, o.force}); !done)
        return reportFailure(done.error(), o.json);
    return print(o.json ? "{\"file\": \"" + out.string() + "\"}\n" : out.string() + "\n");
}

} // namespace

void addConvert(CLI::App& program, Action& chosen) {
    auto o = std::make_shared<Options>();
    auto* verb = program.add_subcommand("convert", "A recording in another format");
    verb->add_option("FILE", o->file, "the recording (.eccrine, CSV, EDF or BDF)")->required();
    verb->add_option("--to", o->to, "csv")->required()->type_name("FORMAT");
    verb->add_option("-o,--out", o->out, "output file (default: beside the recording)")->type_name("FILE");
    verb->add_flag("--full-rate", o->fullRate,
                   "every current sample instead of means over each humidity interval");
    verb->add_flag("--force", o->force, "replace an existing file");
    addStationOption(*verb, o->station);
    verb->add_flag("--json", o->json, "print one JSON document");
    verb->callback([o, &chosen] { chosen = [o] { return convert(*o); }; });
}

} // namespace eccrine::app
