// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/baseline.hpp"
#include "analysis/early_response.hpp"
#include "core/failure.hpp"
#include "core/quantity.hpp"
#include "protocols/checklist.hpp"
#include "protocols/preset_file.hpp"
#include "protocols/source.hpp"
#include "protocols/stimulus.hpp"

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace eccrine::protocols {

/// When a baseline counts as settled; handed to analysis::BaselineMonitor.
using SettlingRule = analysis::SettlingLimits;

/// What an operator may answer to a step.
struct Answer {
    std::string id;         ///< "normal"
    std::string text;       ///< for a person
    bool voidsSite = false; ///< the site that was asked about takes no further part
    bool endsTest = false;
};

struct Step {
    enum class Kind { Baseline, Stimulation, Recording, Operator };
    std::string id;    ///< "baseline"
    std::string title; ///< for a person
    Kind kind = Kind::Baseline;
    std::optional<SettlingRule> settling;  ///< Baseline
    Seconds waitAtMost{};                  ///< Baseline: then the operator is asked
    std::optional<Stimulus> stimulus;      ///< Stimulation
    Seconds afterStimulusStop{};           ///< Recording: at least this long after the current ended
    Seconds afterStimulusStart{};          ///< Recording: and at least this long after it began
    std::optional<Seconds> afterStepStart; ///< Recording: of fixed length instead, see Engine
    std::string instruction;               ///< Operator: what to do
    std::vector<Answer> answers;           ///< Operator: at least one that goes on
    bool eachSite = false;                 ///< Operator: asked once for each site
    bool asksQuestions = false;            ///< Operator: goes on once the safety questions are settled
    bool afterEveryCurrent = false;        ///< Operator: asked also when the current was ended early
    Seconds atLeast{};                     ///< Operator: not answered before
    std::optional<Seconds> remindAfter;    ///< Operator and Recording: then `reminder` is shown
    std::string reminder;
};

/// A place on the body where this protocol may be run, and the front end's channel that goes there.
struct TestSite {
    std::string id;          ///< "left_forearm"
    std::string title;       ///< for a person
    std::string side;        ///< "left", "right"
    std::size_t channel = 0; ///< site bit of the front end, from 0
};

/// What has to be done before the test begins, ticked by the operator.
struct Preparation {
    std::string id;
    std::string title;
    std::string instruction;
    bool hardStop = false; ///< the test does not begin without it
    std::string source;
};

/// What an interrupted stimulation is still good for, as parts of the charge that was wanted.
struct DoseRule {
    double complete = 1.0; ///< from here on nothing is flagged
    double enough = 1.0;   ///< from here on the collection goes on, flagged
};

/// A protocol as its cited file says it. The file is refused whole when anything in it is wrong.
struct Protocol {
    enum class Test { Qsart, Pilocarpine };
    int schema = 1;
    Test test = Test::Qsart;
    std::string id;      ///< "qsart"
    std::string version; ///< of the file's content, for people
    std::string title;
    std::string hash; ///< SHA-256 of the file's bytes, hex; stored with each recording
    std::string drug;
    std::optional<PresetInUse> preset; ///< of the drug library; every protocol with a stimulation has one
    std::vector<Step> steps;
    std::vector<TestSite> sites; ///< empty: the four standard ones, in the order of the channels
    std::vector<Preparation> preparation;
    std::optional<DoseRule> dose;
    std::optional<analysis::EarlyResponseLimits> earlyResponse;
    std::string checklist; ///< file beside this one with the questions before any current; empty: none
    std::optional<Checklist> questions; ///< of a loaded file with a step that asks them
    std::vector<Source> sources;
    std::map<std::string, std::string> cites; ///< "stimulation.current_ma" -> id of a source
};

/// With the presets that are beside it, see presetsFor().
[[nodiscard]] Result<Protocol> loadProtocol(const std::filesystem::path& file);
/// With the presets that came with the program, or with others.
[[nodiscard]] Result<Protocol> parseProtocol(const std::string& text, const std::string& name);
[[nodiscard]] Result<Protocol> parseProtocol(const std::string& text, const std::string& name,
                                             const PresetLibrary& presets);

/// The soft limits that the stimulation crosses; for each a person gives a reason before it is armed.
[[nodiscard]] std::vector<SoftCrossing> softCrossings(const Protocol& protocol, bool insensateSkin);

} // namespace eccrine::protocols
