// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace eccrine::ui {

/// Where the operator of a pilocarpine sweat test is: one page a step, in this order.
enum class SweatStep {
    Patient,
    Safety,
    Kit,
    Preparation,
    Stimulation,
    Skin,
    Collector,
    Collection,
    Yield,
    Laboratory,
    Result
};
inline constexpr int sweatStepCount = 11;
[[nodiscard]] std::string_view codeOf(SweatStep step); ///< "skin"; as stored in a record
[[nodiscard]] std::optional<SweatStep> sweatStepOf(std::string_view code);

/// What the bedside process does with this test.
struct BedsideProgress {
    bool running = false;
    bool stimulating = false; ///< kind of the step
    bool collecting = false;  ///< kind of the step
    std::string step;         ///< of the protocol: "inspect"
};

/// The page that belongs to it; empty while nothing of this test runs.
[[nodiscard]] std::optional<SweatStep> pageOf(const BedsideProgress& bedside);

/// What is known when somebody wants to go on.
struct SweatFacts {
    bool patientComplete = false;
    bool eligible = false; ///< GO, WARN, or what stood against it was lifted
    bool questionsSettled = false;
    bool sitesChosen = false;
    bool limbsFree = true; ///< no other test of today forbids one of them
    bool areaKnown = true; ///< of a collection paper
    bool lotsUsable = false;
    bool prepared = false;
    bool connected = false;
    BedsideProgress bedside;
    bool ended = false;        ///< the recording of this test is closed
    bool currentFlowed = true; ///< in it, or may have
    struct Site {
        bool takesPart = false; ///< chosen and not void
        bool used = false;
        bool inspected = false;
        bool amountKnown = false;
        bool analysable = false; ///< enough sweat, no burn
        bool valueKnown = false; ///< or two analyses that differ
    };
    std::array<Site, 2> sites;
    bool signedOff = false;
};

/// What stands against going on.
enum class Hindrance {
    None,
    Patient,
    Eligibility,
    Questions,
    Sites,
    Limb,
    Area,
    Lots,
    Preparation,
    Instrument,
    Bedside, ///< the bedside process decides when this step is over
    Skin,
    Amount,
    Value,
    End
};

/// The order of the steps, and who may move: the operator where a step is theirs, the bedside process where a
/// current flows or sweat is collected. Pure: no clock, no process, no screen.
class SweatFlow {
public:
    explicit SweatFlow(SweatStep step = SweatStep::Patient) : step_(step) {}

    [[nodiscard]] SweatStep step() const { return step_; }
    /// Why the operator cannot go on from here.
    [[nodiscard]] Hindrance hindrance(const SweatFacts& facts) const;
    /// Goes on; false when something stands against it. From the preparation it does not: the start of the
    /// bedside process does (follow()).
    bool next(const SweatFacts& facts);
    /// One step back is safe: no current, no collection that would be lost, nothing signed.
    [[nodiscard]] bool mayGoBack(const SweatFacts& facts) const;
    bool back(const SweatFacts& facts);
    /// The bedside process has moved. The skin is left only by the operator's own word: what was seen has to
    /// be read first.
    void follow(const SweatFacts& facts);

private:
    SweatStep step_;
};

} // namespace eccrine::ui
