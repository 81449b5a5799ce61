// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/sweat/sweat_flow.hpp"

#include <algorithm>
#include <utility>

namespace eccrine::ui {

namespace {

constexpr std::array<std::string_view, sweatStepCount> codes{
    "patient",   "safety",     "kit",   "preparation", "stimulation", "skin",
    "collector", "collection", "yield", "laboratory",  "result"};

/// Steps of a protocol by the page that shows them; those that are neither stimulation nor collection.
constexpr std::array pages{std::pair{std::string_view("electrodes"), SweatStep::Preparation},
                           std::pair{std::string_view("circulation"), SweatStep::Preparation},
                           std::pair{std::string_view("begin"), SweatStep::Stimulation},
                           std::pair{std::string_view("inspect"), SweatStep::Skin},
                           std::pair{std::string_view("clean_again"), SweatStep::Collector},
                           std::pair{std::string_view("attach"), SweatStep::Collector},
                           std::pair{std::string_view("remove"), SweatStep::Collection},
                           std::pair{std::string_view("transfer"), SweatStep::Yield},
                           std::pair{std::string_view("weigh"), SweatStep::Yield},
                           std::pair{std::string_view("after_care"), SweatStep::Yield}};

SweatStep moved(SweatStep step, int by) {
    return static_cast<SweatStep>(static_cast<int>(step) + by);
}

template <class Test>
bool anySite(const SweatFacts& facts, Test&& test) {
    return std::any_of(facts.sites.begin(), facts.sites.end(), test);
}

} // namespace

std::string_view codeOf(SweatStep step) {
    return codes.at(static_cast<std::size_t>(step));
}

std::optional<SweatStep> sweatStepOf(std::string_view code) {
    const auto found = std::find(codes.begin(), codes.end(), code);
    if (found == codes.end()) return std::nullopt;
    return static_cast<SweatStep>(found - codes.begin());
}

std::optional<SweatStep> pageOf(const BedsideProgress& bedside) {
    if (!bedside.running) return std::nullopt;
    if (bedside.stimulating) return SweatStep::Stimulation;
    if (bedside.collecting) return SweatStep::Collection;
    const auto found = std::find_if(pages.begin(), pages.end(),
                                    [&](const auto& page) { return page.first == bedside.step; });
    if (found == pages.end()) return std::nullopt;
    return found->second;
}

Hindrance SweatFlow::hindrance(const SweatFacts& facts) const {
    switch (step_) {
    case SweatStep::Patient:
        if (!facts.patientComplete) return Hindrance::Patient;
        return facts.eligible ? Hindrance::None : Hindrance::Eligibility;
    case SweatStep::Safety:
        return facts.questionsSettled ? Hindrance::None : Hindrance::Questions;
    case SweatStep::Kit:
        if (!facts.sitesChosen) return Hindrance::Sites;
        if (!facts.limbsFree) return Hindrance::Limb;
        if (!facts.areaKnown) return Hindrance::Area;
        return facts.lotsUsable ? Hindrance::None : Hindrance::Lots;
    case SweatStep::Preparation:
        if (!facts.limbsFree) return Hindrance::Limb;
        if (!facts.prepared) return Hindrance::Preparation;
        if (!facts.connected) return Hindrance::Instrument;
        return facts.bedside.running ? Hindrance::Bedside : Hindrance::None;
    case SweatStep::Skin:
        return anySite(facts, [](const SweatFacts::Site& s) { return s.used && !s.inspected; })
                   ? Hindrance::Skin
                   : Hindrance::None;
    case SweatStep::Stimulation:
    case SweatStep::Collector:
    case SweatStep::Collection:
        return facts.bedside.running ? Hindrance::Bedside : Hindrance::None;
    case SweatStep::Yield:
        if (anySite(facts, [](const SweatFacts::Site& s) { return s.takesPart && !s.amountKnown; }))
            return Hindrance::Amount;
        return facts.bedside.running ? Hindrance::Bedside : Hindrance::None;
    case SweatStep::Laboratory:
        return anySite(facts, [](const SweatFacts::Site& s) { return s.analysable && !s.valueKnown; })
                   ? Hindrance::Value
                   : Hindrance::None;
    case SweatStep::Result:
        return Hindrance::End;
    }
    return Hindrance::End;
}

bool SweatFlow::next(const SweatFacts& facts) {
    if (hindrance(facts) != Hindrance::None || step_ == SweatStep::Preparation) return false;
    const bool nobodyLeft = !anySite(facts, [](const SweatFacts::Site& s) { return s.takesPart; });
    const bool nothingCollected = step_ >= SweatStep::Skin && step_ < SweatStep::Laboratory && nobodyLeft;
    const bool stopped = step_ == SweatStep::Skin && !facts.bedside.running && facts.ended;
    step_ = nothingCollected || stopped ? SweatStep::Result : moved(step_, 1);
    return true;
}

bool SweatFlow::mayGoBack(const SweatFacts& facts) const {
    if (facts.signedOff || facts.bedside.running) return false;
    if (step_ == SweatStep::Patient) return false;
    if (step_ <= SweatStep::Preparation) return true;
    if (step_ == SweatStep::Laboratory) return true;
    // a test of which nothing was collected has no laboratory to go back to
    return step_ == SweatStep::Result &&
           anySite(facts, [](const SweatFacts::Site& s) { return s.takesPart; }) &&
           anySite(facts, [](const SweatFacts::Site& s) { return s.amountKnown; });
}

bool SweatFlow::back(const SweatFacts& facts) {
    if (!mayGoBack(facts)) return false;
    step_ = moved(step_, -1);
    return true;
}

void SweatFlow::follow(const SweatFacts& facts) {
    const auto page = pageOf(facts.bedside);
    if (page) {
        const bool ahead = *page > step_;
        if (step_ == SweatStep::Skin && ahead) return;
        if (ahead && step_<SweatStep::Skin&& * page> SweatStep::Skin &&
            anySite(facts, [](const SweatFacts::Site& s) { return s.used && !s.inspected; })) {
            step_ = SweatStep::Skin;
            return;
        }
        if (ahead) step_ = *page;
        return;
    }
    // The recording is closed: after a stop the skin is still to be seen. Before any current there is nothing
    // to see, and the test may begin again.
    if (facts.ended && !facts.bedside.running && step_ >= SweatStep::Preparation && step_ < SweatStep::Skin)
        step_ = facts.currentFlowed ? SweatStep::Skin : SweatStep::Preparation;
}

} // namespace eccrine::ui
