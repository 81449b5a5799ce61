// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/chloride/guideline.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace eccrine::chloride {
namespace {

struct CollectorName {
    Collector collector;
    std::string_view code;
};
// The first name of a collector is its code.
constexpr std::array collectorNames{
    CollectorName{Collector::Coil, "coil"},        CollectorName{Collector::Coil, "macroduct"},
    CollectorName{Collector::Gauze, "gauze"},      CollectorName{Collector::Gauze, "gibson-cooke"},
    CollectorName{Collector::Pad, "pad"},          CollectorName{Collector::Pad, "paper"},
    CollectorName{Collector::Pad, "filter-paper"}, CollectorName{Collector::Cell, "cell"},
    CollectorName{Collector::Cell, "nanoduct"},
};

bool collectsVolume(Collector collector) {
    return collector == Collector::Coil || collector == Collector::Cell;
}

} // namespace

std::string_view codeOf(Collector collector) {
    return std::find_if(collectorNames.begin(), collectorNames.end(),
                        [&](const CollectorName& n) { return n.collector == collector; })
        ->code;
}

std::optional<Collector> collectorOf(std::string_view code) {
    for (const CollectorName& name : collectorNames)
        if (name.code == code) return name.collector;
    return std::nullopt;
}

std::string_view unitOf(Collector collector) {
    return collectsVolume(collector) ? "uL" : "mg";
}

std::string_view printedUnitOf(Collector collector) {
    return collectsVolume(collector) ? "µL" : "mg";
}

bool AgeBand::holds(const Date& born, const Date& on) const {
    const Date from = born.plusMonths(fromMonths);
    if (fromIncluded ? on < from : on <= from) return false;
    if (!toMonths) return true;
    const Date to = born.plusMonths(*toMonths);
    return toIncluded ? on <= to : on < to;
}

const ClassRange* AgeBand::classOf(std::int64_t value) const {
    for (const ClassRange& range : classes)
        if (value >= range.lowest && value <= range.highest) return &range;
    return nullptr;
}

const AgeBand* Guideline::bandAt(const Date& born, const Date& on) const {
    for (const AgeBand& band : bands)
        if (band.holds(born, on)) return &band;
    return nullptr;
}

const SufficiencyRule* Guideline::sufficiencyFor(Collector collector) const {
    for (const SufficiencyRule& rule : sufficiency)
        if (rule.collector == collector) return &rule;
    return nullptr;
}

const Wording* Guideline::words(const std::string& code) const {
    const auto found = wording.find(code);
    return found == wording.end() ? nullptr : &found->second;
}

const Source* Guideline::source(const std::string& sourceId) const {
    for (const Source& s : sources)
        if (s.id == sourceId) return &s;
    return nullptr;
}

const Guideline* GuidelineLibrary::find(std::string_view id) const {
    for (const Guideline& g : guidelines)
        if (g.id == id) return &g;
    return nullptr;
}

Result<const Guideline*> GuidelineLibrary::require(const std::string& id) const {
    if (const Guideline* found = find(id)) return found;
    for (const std::string& sentence : refused)
        if (sentence.find("/" + id + ".toml") != std::string::npos)
            return failed("the profile was refused: " + sentence, "profile " + id, "correct its file");
    std::string known;
    for (const Guideline& g : guidelines)
        known += (known.empty() ? "" : ", ") + g.id;
    return failed("there is no guideline profile of this name", "profile " + (id.empty() ? "(empty)" : id),
                  "choose one of " + known, Failure::Kind::Call);
}

GuidelineLibrary loadGuidelines(const std::vector<std::filesystem::path>& folders) {
    GuidelineLibrary library;
    std::set<std::string> names;
    for (const auto& folder : folders) {
        std::error_code error;
        std::vector<std::filesystem::path> files;
        for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end;
             it.increment(error))
            if (it->path().extension() == ".toml" && it->path().filename() != "drug-classes.toml")
                files.push_back(it->path());
        std::sort(files.begin(), files.end());
        for (const auto& file : files) {
            if (!names.insert(file.filename().string()).second) continue;
            auto guideline = loadGuideline(file);
            if (!guideline)
                library.refused.push_back(guideline.error().sentence());
            else if (library.find(guideline->id) == nullptr)
                library.guidelines.push_back(std::move(*guideline));
        }
    }
    std::sort(library.guidelines.begin(), library.guidelines.end(),
              [](const Guideline& a, const Guideline& b) { return a.id < b.id; });
    return library;
}

} // namespace eccrine::chloride
