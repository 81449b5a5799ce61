// SPDX-License-Identifier: GPL-3.0-or-later
// eccrine-instrument: the command line of the virtual instrument.
#include "core/finite_text.hpp"
#include "devices/virtual/instrument.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <exception>
#include <limits>

namespace {

using namespace eccrine;
using namespace eccrine::devices::virtual_instrument;

int complain(const Failure& failure) {
    (void)std::fprintf(stderr, "eccrine-instrument: %s\n", failure.sentence().c_str());
    return failure.exitCode();
}

int start(int argc, char** argv) {
    InstrumentOptions options;
    std::uint16_t port = 0;
    bool pty = false;
    std::string sex = "male";
    std::string link, patients, scenario, truth, control, trace;

    CLI::App app{"A virtual front end: a patient model with capsules and electrodes on, speaking EFP/1 on a "
                 "pty or a TCP\n"
                 "port of this machine. Everything it sends is marked as simulated.",
                 "eccrine-instrument"};
    app.set_version_flag("--version", "eccrine-instrument " ECCRINE_VERSION);
    auto* tcp = app.add_option("--tcp", port, "Listen on this port of 127.0.0.1; 0 takes a free one")
                    ->type_name("PORT");
    auto* onPty = app.add_flag("--pty", pty, "Open a pseudo-terminal (this is the default)")->excludes(tcp);
    app.add_option("--link", link, "With --pty: a symbolic link to the terminal, kept right when it changes")
        ->type_name("PATH")
        ->excludes(tcp);
    (void)onPty;
    app.add_option("--speed", options.speed,
                   "Device seconds per real second, 1 to 100 (leases stay in real time)")
        ->check(finiteText)
        ->check(CLI::Range(1.0, 100.0))
        ->capture_default_str();
    app.add_option(
           "--preset", options.patient.preset,
           "healthy, distal-neuropathy, anhidrosis, hung-up; with pilocarpine sweat-good, sweat-poor, "
           "sweat-none")
        ->group("Patient")
        ->capture_default_str();
    app.add_option("--sex", sex, "male or female")
        ->check(CLI::IsMember({"male", "female"}))
        ->group("Patient")
        ->capture_default_str();
    app.add_option("--age", options.patient.age_years, "Years")
        ->check(finiteText)
        ->check(CLI::Range(0.0, 120.0))
        ->group("Patient")
        ->capture_default_str();
    app.add_option("--seed", options.patient.seed, "Same seed, same patient and same noise")
        ->group("Patient")
        ->capture_default_str();
    app.add_option("--shape", options.patient.shape,
                   "Course of the response instead of the preset's: sharp, sigmoid, slow_decay, persistent")
        ->group("Patient");
    app.add_option("--patients", patients, "Another patients.toml instead of the built-in one")
        ->type_name("FILE")
        ->group("Patient");
    app.add_option("--noise", options.noise.factor, "Factor on all noise; 0 is an ideal instrument")
        ->check(finiteText)
        ->check(CLI::Range(0.0, 100.0))
        ->group("Signals")
        ->capture_default_str();
    app.add_option("--slow-noise", options.noise.slow_nLPerMin,
                   "Standard deviation of the correlated humidity noise, nL/min (default 0.1)")
        ->check(finiteText)
        ->check(CLI::Range(0.0, 1000.0))
        ->group("Signals");
    app.add_option("--drift", options.noise.drift_nLPerMinPerMin, "Drift of the baseline, nL/min per minute")
        ->check(finiteText)
        ->check(CLI::Range(-1000.0, 1000.0))
        ->group("Signals")
        ->capture_default_str();
    app.add_option("--scenario", scenario,
                   "Faults to come, a TOML file (examples: devices/virtual/scenarios)")
        ->type_name("FILE")
        ->group("Signals");
    app.add_option("--truth", truth, "Write the truth of the last test to this file as JSON")
        ->type_name("FILE");
    app.add_option("--control", control,
                   "A local socket that takes faults while the program runs and tells what really flows")
        ->type_name("PATH");
    app.add_option(
           "--log-output", trace,
           "Write the current that really flows through each site to this file as CSV, a line a change")
        ->type_name("FILE");
    app.footer("The first line of output is the URL for `eccrine run qsart --instrument URL`, then "
               "`expected: {json}` for the\n"
               "nominal stimulus and, 600 s of device time after a stimulus began, `truth: {json}` for the "
               "delivered one.");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return app.exit(error); // --help, --version
        return complain({error.what(), "", "see eccrine-instrument --help", Failure::Kind::Call});
    }
    if (tcp->count() > 0) options.tcpPort = port;
    if (!link.empty()) options.ptyLink = link;
    if (!patients.empty()) options.patientsFile = patients;
    if (!scenario.empty()) options.scenarioFile = scenario;
    if (!truth.empty()) options.truthFile = truth;
    if (!control.empty()) options.controlSocket = control;
    if (!trace.empty()) options.outputTrace = trace;
    options.patient.sex = sex == "female" ? Sex::Female : Sex::Male;

    auto instrument = Instrument::create(options);
    if (!instrument) return complain(instrument.error());
    if (const auto done = (*instrument)->run(); !done) return complain(done.error());
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    try {
        return start(argc, argv);
    } catch (const std::exception& problem) { // start-up only: no memory, no thread
        return complain({problem.what(), "", "", Failure::Kind::Data});
    }
}
