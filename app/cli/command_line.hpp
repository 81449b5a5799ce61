// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>

#include <functional>

namespace eccrine::app {

/// A verb adds its options to the parser and leaves in `chosen` what is to be done when it was the one
/// called.
using Action = std::function<int()>;
void addAnalyze(CLI::App& program, Action& chosen);
void addCalc(CLI::App& program, Action& chosen);
void addCalibrate(CLI::App& program, Action& chosen);
void addChloride(CLI::App& program, Action& chosen);
void addConvert(CLI::App& program, Action& chosen);
void addEligibility(CLI::App& program, Action& chosen);
void addNorms(CLI::App& program, Action& chosen);
void addPlot(CLI::App& program, Action& chosen);
void addQns(CLI::App& program, Action& chosen);
void addReport(CLI::App& program, Action& chosen);
void addReview(CLI::App& program, Action& chosen);
void addRun(CLI::App& program, Action& chosen);

/// A verb, or without one the application window.
int runCommandLine(int& argc, char** argv);

} // namespace eccrine::app
