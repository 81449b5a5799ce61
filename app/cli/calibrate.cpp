// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/lag_correction.hpp"
#include "analysis/rate_curve.hpp"
#include "app/cli/command_line.hpp"
#include "app/cli/output.hpp"
#include "core/finite_text.hpp"
#include "core/wall_time.hpp"
#include "recording/durable_file.hpp"
#include "recording/recording_reader.hpp"
#include "records/result_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

namespace eccrine::app {
namespace {

struct Options {
    std::string file, site, by, out;
    double at_s = 0.0, before_s = 30.0;
    std::optional<double> to_s;
    bool json = false;
};

struct Samples {
    std::vector<double> time_s, value; ///< the step at 0
    std::string quantity;
};

/// Means of a tenth of a second of what the hygrometer showed (or of the imported rate) around the step.
Result<Samples> samplesOf(const RecordedTest& test, const Options& o) {
    const auto refused = [&](std::string what, std::string remedy) {
        return failed(std::move(what), o.file, std::move(remedy));
    };
    const auto site = std::find_if(test.sites.begin(), test.sites.end(),
                                   [&](const SiteSignals& s) { return s.site == o.site; });
    if (site == test.sites.end())
        return failed("the recording does not have the site " + o.site, o.file, "name one that it has",
                      Failure::Kind::Call);
    const HumiditySignals& h = site->humidity;
    const bool imported = h.humidityOut_pct.empty();
    const std::vector<double>& values = imported ? h.rate_nl_per_min : h.humidityOut_pct;
    if (values.empty()) return refused("the site has no outlet humidity", "record it with the step");
    constexpr double bin_s = 0.1;
    Samples out;
    out.quantity = imported ? "sweat rate, nL/min" : "outlet humidity, %RH";
    double sum = 0.0, times = 0.0, missing = 0.0, all = 0.0, edge = -std::numeric_limits<double>::infinity();
    std::size_t n = 0;
    const auto close = [&] {
        if (n == 0) return;
        out.time_s.push_back(times / static_cast<double>(n));
        out.value.push_back(sum / static_cast<double>(n));
        sum = times = 0.0;
        n = 0;
    };
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double t = h.time_s[i] - o.at_s;
        if (t < -o.before_s || (o.to_s && h.time_s[i] > *o.to_s)) continue;
        all += 1.0;
        if (std::isnan(values[i])) {
            missing += 1.0;
            continue;
        }
        if (t >= edge) {
            close();
            edge = (std::floor(t / bin_s) + 1.0) * bin_s;
        }
        sum += values[i];
        times += t;
        ++n;
    }
    close();
    if (missing > 0.05 * all)
        return refused("more than 5 % of the samples around the step are missing", "repeat the calibration");
    if (out.time_s.empty() || out.time_s.front() > -5.0)
        return refused("there are less than 5 s of samples before the step",
                       "check --at: it is on the time axis of the recording");
    return out;
}

std::string tomlOf(const Options& o, const RecordedTest& test, const analysis::StepResponse& step) {
    const auto serial = test.meta.find("device.serial");
    std::string source = "step calibration, " + localDateText(SystemHostClock().wall());
    if (!o.by.empty()) source += ", by " + o.by;
    if (serial != test.meta.end()) source += ", instrument " + serial->second;
    source += ", residual " + records::fixed(100.0 * step.residual, 2) + " % of the step, recording " +
              test.sha256.substr(0, 12);
    std::replace(source.begin(), source.end(), '"', '\'');
    std::replace(source.begin(), source.end(), '\\', '/');
    return "schema = 1\n\n[[capsule]]\nsites = [\"" + o.site + "\"]\nsource = \"" + source +
           "\"\nwashout_s = " + records::fixed(step.fast.count(), 3) +
           "\ntransport_delay_s = " + records::fixed(step.delay.count(), 3) +
           "\nsensor_lag_s = " + records::fixed(step.slow.count(), 3) + "\n";
}

int calibrateStep(const Options& o) {
    const auto test = recording::readTest(o.file);
    if (!test) return reportFailure(test.error(), o.json);
    const auto samples = samplesOf(*test, o);
    if (!samples) return reportFailure(samples.error(), o.json);
    auto step = analysis::fitStep(samples->time_s, samples->value);
    if (!step) {
        Failure failure = step.error();
        failure.where = o.file + ", site " + o.site;
        return reportFailure(failure, o.json);
    }
    const std::string lines = tomlOf(o, *test, *step);
    if (!o.out.empty()) {
        auto file = recording::DurableFile::create(o.out, false);
        if (!file) return reportFailure(file.error(), o.json);
        if (auto done = file->write(lines); !done) return reportFailure(done.error(), o.json);
        if (auto done = file->finish(); !done) return reportFailure(done.error(), o.json);
    }
    if (o.json)
        return print(nlohmann::ordered_json{{"site", o.site},
                                            {"quantity", samples->quantity},
                                            {"transport_delay_s", step->delay.count()},
                                            {"sensor_lag_s", step->slow.count()},
                                            {"washout_s", step->fast.count()},
                                            {"residual", step->residual},
                                            {"simulated", test->simulated},
                                            {"recording_sha256", test->sha256}}
                         .dump(2) +
                     "\n");
    return print(
        (test->simulated ? "SIMULATED: not a capsule's calibration\n\n" : "") + records::siteTitle(o.site) +
        ", " + samples->quantity + "\n  delay           " + records::fixed(step->delay.count(), 2) +
        " s\n  time constants  " + records::fixed(step->slow.count(), 2) + " s" +
        (step->fast.count() > 0.0 ? " and " + records::fixed(step->fast.count(), 2) + " s"
                                  : " (a second one explains the step no better)") +
        "\n  residual        " + records::fixed(100.0 * step->residual, 2) + " % of the step\n\n" + lines);
}

} // namespace

void addCalibrate(CLI::App& program, Action& chosen) {
    auto o = std::make_shared<Options>();
    auto* verb = program.add_subcommand("calibrate", "Constants of a channel from a calibration recording");
    verb->require_subcommand(1);
    auto* step = verb->add_subcommand(
        "step",
        "Delay and time constants from a step: humidity put on or taken off, the capsule lifted or seated");
    step->add_option("FILE", o->file, "the recording of the step")->required();
    step->add_option("--site", o->site, "the channel, for instance foot")->required()->type_name("SITE");
    step->add_option("--at", o->at_s, "when the step was made, on the time axis of the recording [s]")
        ->required()
        ->type_name("S")
        ->check(finiteText);
    step->add_option("--before", o->before_s, "how much before the step is used [s]")
        ->check(CLI::Range(5.0, 3600.0))
        ->check(finiteText);
    step->add_option("--to", o->to_s, "where the step's record ends, before the next one [s]")
        ->type_name("S")
        ->check(finiteText);
    step->add_option("--by", o->by, "who calibrates")->type_name("NAME");
    step->add_option("--out", o->out,
                     "write the lines for the capsule file there; an existing file is refused")
        ->type_name("FILE");
    step->add_flag("--json", o->json, "print one JSON document");
    step->footer(
        "The longer time constant is entered as that of the hygrometer, the shorter as that of the capsule: "
        "for the lag correction only the two together matter.");
    step->callback([o, &chosen] { chosen = [o] { return calibrateStep(*o); }; });
}

} // namespace eccrine::app
