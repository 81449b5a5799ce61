// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/failure.hpp"

#include <CLI/CLI.hpp>

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>

namespace eccrine::app {

/// A verb adds its options to the parser and leaves in `chosen` what is to be done when it was the one
/// called.
using Action = std::function<int()>;
void addAnalyze(CLI::App& program, Action& chosen);
void addCalc(CLI::App& program, Action& chosen);
/// Those of a sweat test's bench, below calc.
void addLaboratoryChecks(CLI::App& calc, Action& chosen);
void addCalibrate(CLI::App& program, Action& chosen);
void addChloride(CLI::App& program, Action& chosen);
void addConvert(CLI::App& program, Action& chosen);
void addEligibility(CLI::App& program, Action& chosen);
void addNorms(CLI::App& program, Action& chosen);
void addPresets(CLI::App& program, Action& chosen);
void addPlot(CLI::App& program, Action& chosen);
void addQns(CLI::App& program, Action& chosen);
void addRecords(CLI::App& program, Action& chosen);
void addReport(CLI::App& program, Action& chosen);
void addReview(CLI::App& program, Action& chosen);
void addRun(CLI::App& program, Action& chosen);

using AddVerb = void (*)(CLI::App&, Action&);
/// The verbs that neither draw nor run a test, by their names: they need no more than the analysis, and start
/// before the libraries of a window would be loaded.
struct QuickVerb {
    std::string_view name;
    AddVerb add;
};
[[nodiscard]] std::initializer_list<QuickVerb> quickVerbs();

/// A word that should be a verb of `app`, or of the program, with the one that was probably meant.
[[nodiscard]] Failure unknownVerb(const CLI::App& app, const std::string& word);
/// Its name, and that it takes one verb at the most.
void nameProgram(CLI::App& program);
/// Parses, and does what the verb says; `otherwise` when there is none. What is wrong with the call is one
/// line with the verb or option that was probably meant.
int runVerb(CLI::App& program, Action& chosen, int argc, char** argv, const Action& otherwise);

/// Every verb, or without one the application window: the program eccrine-window.
int runCommandLine(int& argc, char** argv);

/// The verbs that need no window; for all else this process becomes eccrine-window. The program eccrine.
int runQuickCommandLine(int argc, char** argv);

} // namespace eccrine::app
