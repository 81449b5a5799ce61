// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/baseline.hpp"
#include "core/failure.hpp"
#include "core/quantity.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace eccrine::protocols {

/// When a baseline counts as settled; handed to analysis::BaselineMonitor.
using SettlingRule = analysis::SettlingLimits;

/// What the source may do during a stimulation step. Limits in code win over these.
struct Stimulus {
    Milliamperes current{};
    Millicoulombs charge{}; ///< ends the step per site, ramp-down share included
    Seconds rampUp{}, rampDown{};
    Seconds atMost{}; ///< cap by time
    Volts voltageLimit{};
    SquareCentimetres electrodeArea{};
};

struct Step {
    enum class Kind { Baseline, Stimulation, Recording };
    std::string id;    ///< "baseline"
    std::string title; ///< for a person
    Kind kind = Kind::Baseline;
    std::optional<SettlingRule> settling; ///< Baseline
    Seconds waitAtMost{};                 ///< Baseline: then the operator is asked
    std::optional<Stimulus> stimulus;     ///< Stimulation
    Seconds afterStimulusStop{};          ///< Recording: at least this long after the current ended
    Seconds afterStimulusStart{};         ///< Recording: and at least this long after it began
};

/// A protocol as its cited file says it. The file is refused whole when anything in it is wrong.
struct Protocol {
    int schema = 1;
    std::string id;      ///< "qsart"
    std::string version; ///< of the file's content, for people
    std::string title;
    std::string hash; ///< SHA-256 of the file's bytes, hex; stored with each recording
    std::string drug;
    std::vector<Step> steps;
};

[[nodiscard]] Result<Protocol> loadProtocol(const std::filesystem::path& file);
[[nodiscard]] Result<Protocol> parseProtocol(const std::string& text, const std::string& name);

} // namespace eccrine::protocols
