// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_line.hpp"

#include "app/cli/output.hpp"
#include "core/nearest_name.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <vector>

namespace eccrine::app {
namespace {

/// "eccrine calc sweat-rate", as it is called.
std::string callOf(const CLI::App& app) {
    const CLI::App* parent = app.get_parent();
    return (parent != nullptr ? callOf(*parent) + " " : "") + app.get_name();
}

/// The verb in a message that begins with the program's name; empty: the program itself.
std::string whereOf(const CLI::App& app) {
    const CLI::App* parent = app.get_parent();
    if (parent == nullptr) return {};
    const std::string above = whereOf(*parent);
    return above.empty() ? app.get_name() : above + " " + app.get_name();
}

std::vector<std::string> verbsOf(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::App* verb : app.get_subcommands([](const CLI::App*) { return true; }))
        names.push_back(verb->get_name());
    return names;
}

std::string didYouMean(std::string_view written, const std::vector<std::string>& names) {
    const std::string_view meant = nearestName(written, names);
    return meant.empty() ? std::string() : "did you mean " + std::string(meant) + "? ";
}

} // namespace

Failure unknownVerb(const CLI::App& app, const std::string& word) {
    const bool program = app.get_parent() == nullptr;
    return {"\"" + word + "\" is " + (program ? "no verb and no recording" : "not among what it does"),
            whereOf(app), didYouMean(word, verbsOf(app)) + "see " + callOf(app) + " --help",
            Failure::Kind::Call};
}

namespace {

Failure unknownOption(const CLI::App& app, const std::string& word) {
    std::vector<std::string> names;
    for (const CLI::Option* option : app.get_options([](const CLI::Option*) { return true; }))
        for (const std::string& name : option->get_lnames())
            names.push_back("--" + name);
    const std::string written = word.substr(0, word.find('='));
    return {"there is no option " + written, whereOf(app),
            didYouMean(written, names) + "see " + callOf(app) + " --help", Failure::Kind::Call};
}

/// What is wrong with a call that could not be parsed: a word that is not known before what is missing, which
/// mostly is the same thing misspelt.
Failure wrongCall(const CLI::App& program, const CLI::ParseError& error) {
    const CLI::App* app = &program;
    for (;;) {
        const auto verbs = app->get_subcommands();
        for (const std::string& word : app->remaining()) {
            if (word.starts_with('-')) return unknownOption(*app, word);
            if (verbs.empty() && !verbsOf(*app).empty()) return unknownVerb(*app, word);
            return {"there is nothing to do with \"" + word + "\"", whereOf(*app),
                    "see " + callOf(*app) + " --help", Failure::Kind::Call};
        }
        if (verbs.empty()) break;
        app = verbs.back();
    }
    std::string what = error.what();
    std::replace(what.begin(), what.end(), '\n', ' ');
    while (what.ends_with('.') || what.ends_with(' '))
        what.pop_back();
    return {what, whereOf(*app), "see " + callOf(*app) + " --help", Failure::Kind::Call};
}

int carryOut(const Action& chosen) {
    try {
        return chosen();
    } catch (const std::bad_alloc&) {
        std::fputs("eccrine: there is not enough memory for this; close other programs, or choose a smaller "
                   "file.\n",
                   stderr);
    } catch (const std::exception& fault) {
        std::fprintf(stderr, "eccrine: an unforeseen fault ended the call: %s; please report it.\n",
                     fault.what());
    }
    return 1;
}

} // namespace

std::initializer_list<QuickVerb> quickVerbs() {
    static const std::initializer_list<QuickVerb> verbs{
        {"analyze", addAnalyze}, {"norms", addNorms},       {"presets", addPresets},
        {"review", addReview},   {"convert", addConvert},   {"calibrate", addCalibrate},
        {"calc", addCalc},       {"chloride", addChloride}, {"eligibility", addEligibility},
        {"qns", addQns},         {"records", addRecords}};
    return verbs;
}

void nameProgram(CLI::App& program) {
    program.name("eccrine");
    program.require_subcommand(0, 1);
}

int runVerb(CLI::App& program, Action& chosen, int argc, char** argv, const Action& otherwise) {
    try {
        program.parse(argc, argv);
    } catch (const CLI::CallForHelp& help) {
        return program.exit(help);
    } catch (const CLI::CallForVersion& version) {
        return program.exit(version);
    } catch (const CLI::ParseError& error) {
        const bool json = std::find(argv + 1, argv + argc, std::string_view("--json")) != argv + argc;
        return reportFailure(wrongCall(program, error), json);
    }
    return carryOut(chosen ? chosen : otherwise);
}

} // namespace eccrine::app
