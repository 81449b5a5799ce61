// SPDX-License-Identifier: GPL-3.0-or-later
// Every state that the delivery state machine can reach within some calls, times every event: what has to
// hold holds in all of them. The patient is a load that takes whatever the machine permits.
#include "acquisition/delivery_machine.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace eccrine::acquisition {
namespace {

using namespace std::chrono_literals;
using State = DeliveryState;

constexpr unsigned depth = 14;
constexpr int doseUnits = 3; ///< one for each step of time in which current flows
constexpr int mostUnits = 4; ///< what the interlock lets pass at most

/// The machine with the patient it drives, and what has to be remembered to judge it.
struct World {
    DeliveryMachine machine;
    MonotonicTime now{1000h};
    bool flows = false, probeFlows = false;
    int charge = 0;
    bool personSinceTrip = true; ///< cleared by somebody
    bool testedSinceTrip = true;

    [[nodiscard]] auto key() const {
        return std::tuple(machine.standing(now), flows, probeFlows, charge, personSinceTrip, testedSinceTrip);
    }
    /// The source follows at once: nothing gentler can hide what is not permitted.
    void follow() {
        const Permission may = machine.permission();
        flows = may == Permission::Rise || ((may == Permission::Hold || may == Permission::Fall) && flows);
        probeFlows = may == Permission::Probe;
    }
    void pass(std::chrono::milliseconds time) {
        now += time;
        machine.advance(now);
        follow();
        if (flows && ++charge == doseUnits) machine.doseReached();
        if (charge >= mostUnits) machine.fail(DeliveryFailure::OverCharge);
        follow();
    }
};

struct Event {
    std::string name;
    std::function<bool(World&)> happens; ///< true: accepted
    bool person = false;
    bool passesTime = false;
};

std::vector<Event> allEvents() {
    const ReadyConditions ready{true, true, true};
    const ArmConditions armed{true, true, true, true, true, true, true, true, true};
    std::vector<Event> events{
        {"device ready", [=](World& w) { return w.machine.deviceReady(ready).accepted(); }},
        {"device of another kind", [](World& w) { return w.machine.deviceReady({}).accepted(); }},
        {"link lost", [](World& w) { return w.machine.linkLost().accepted(); }},
        {"self-test", [](World& w) { return w.machine.beginSelfTest(w.now).accepted(); }},
        {"self-test passed", [](World& w) { return w.machine.selfTestEnded(true, w.now).accepted(); }},
        {"self-test failed", [](World& w) { return w.machine.selfTestEnded(false, w.now).accepted(); }},
        {"probe", [](World& w) { return w.machine.beginProbe(w.now).accepted(); }},
        {"probe ended", [](World& w) { return w.machine.endProbe().accepted(); }},
        {"arm", [=](World& w) { return w.machine.arm(armed, w.now).accepted(); }, true},
        {"arm without conditions", [](World& w) { return w.machine.arm({}, w.now).accepted(); }, true},
        {"disarm", [](World& w) { return w.machine.disarm().accepted(); }, true},
        {"start",
         [](World& w) {
             return w.machine.start({true, true}, w.now).accepted();
         },
         true},
        {"start by another",
         [](World& w) {
             return w.machine.start({false, true}, w.now).accepted();
         },
         true},
        {"set-point reached", [](World& w) { return w.machine.setPointReached().accepted(); }},
        {"dose reached", [](World& w) { return w.machine.doseReached().accepted(); }},
        {"time reached", [](World& w) { return w.machine.timeReached().accepted(); }},
        {"current gone", [](World& w) { return w.machine.currentGone().accepted(); }},
        {"contact lost", [](World& w) { return w.machine.pause(PauseCause::Contact, w.now).accepted(); }},
        {"pause", [](World& w) { return w.machine.pause(PauseCause::Operator, w.now).accepted(); }, true},
        {"resume",
         [](World& w) {
             return w.machine.resume({true, true, true}, w.now).accepted();
         },
         true},
        {"resume without contact",
         [](World& w) {
             return w.machine.resume({true, true, false}, w.now).accepted();
         },
         true},
        {"STOP", [](World& w) { return w.machine.stop().accepted(); }, true},
        {"emergency stop", [](World& w) { return w.machine.emergencyStop().accepted(); }, true},
        {"over-current", [](World& w) { return w.machine.fail(DeliveryFailure::OverCurrent).accepted(); }},
        {"device fault", [](World& w) { return w.machine.fail(DeliveryFailure::DeviceFault).accepted(); }},
        {"clear",
         [](World& w) {
             return w.machine.clear({true, true, true, true}, w.now).accepted();
         },
         true},
        {"clear while current flows",
         [](World& w) {
             return w.machine.clear({true, true, true, false}, w.now).accepted();
         },
         true},
        {"skin inspected", [](World& w) { return w.machine.skinInspected().accepted(); }, true},
    };
    for (const auto time : std::array<std::chrono::milliseconds, 4>{1500ms, 100s, 6min, 5h})
        events.push_back({"time " + std::to_string(time.count()) + " ms",
                          [time](World& w) {
                              w.pass(time);
                              return true;
                          },
                          false, true});
    return events;
}

bool mayCarryCurrent(State s) {
    return s == State::RampUp || s == State::Hold || s == State::RampDown;
}
bool latched(State s) {
    return s == State::Fault || s == State::EmergencyStop;
}

/// What this one step must not have done; empty: nothing.
std::string broken(const World& before, const World& after, const Event& event, bool accepted) {
    const State from = before.machine.state(), to = after.machine.state();
    const auto isEvent = [&](std::string_view name) { return event.name == name; };
    if (after.flows && !mayCarryCurrent(to)) return "current outside RampUp, Hold and RampDown";
    if (after.probeFlows && to != State::Ready && to != State::Paused)
        return "a probe outside Ready and Paused";
    if (after.machine.relayMayClose() && to != State::Armed && !mayCarryCurrent(to) && !after.probeFlows)
        return "the relay may close outside Armed to RampDown";
    if (after.charge > mostUnits) return "more charge than the hard limit";
    if (after.flows && !before.flows && !isEvent("start") && !isEvent("resume"))
        return "current began without a person";
    if (to == State::RampUp && from != State::RampUp && !isEvent("start") && !isEvent("resume"))
        return "RampUp entered by something else than start and resume";
    if (latched(from) && !latched(to) && !isEvent("clear")) return "a latch opened by itself";
    if (latched(from) && isEvent("clear") && accepted && to != State::SelfTest)
        return "a cleared latch that is not followed by a self-test";
    if (after.flows && !(after.personSinceTrip && after.testedSinceTrip))
        return "current after a trip without a person and a self-test";
    if (to == State::Armed && from != State::Armed && before.machine.inspectionDue())
        return "armed before the skin was looked at";
    if (mayCarryCurrent(from) && !mayCarryCurrent(to) && !after.machine.inspectionDue())
        return "a run after which the skin need not be looked at";
    if (isEvent("STOP") && to != State::RampDown && after.machine.permission() != Permission::None)
        return "STOP left something permitted";
    if (isEvent("STOP") && to == State::RampDown && !after.machine.fast()) return "STOP ramps down slowly";
    if (isEvent("emergency stop") && from != State::Offline && to != State::EmergencyStop && from != to)
        return "an emergency stop that does not latch";
    if (!event.passesTime && !accepted && before.key() != after.key() && from != State::Armed &&
        from != State::Paused)
        return "a refused event changed something";
    return {};
}

TEST(DeliveryStates, EveryReachableStateTimesEveryEventKeepsWhatHasToHold) {
    const std::vector<Event> events = allEvents();
    using Key = decltype(World{}.key());
    std::set<Key> seen;
    std::vector<std::pair<World, std::string>> frontier{{World{}, ""}};
    seen.insert(frontier.front().first.key());
    std::size_t transitions = 0, acceptedOnes = 0;
    std::map<State, std::size_t> visits;
    for (unsigned d = 0; d < depth && !frontier.empty(); ++d) {
        std::vector<std::pair<World, std::string>> next;
        for (const auto& [world, path] : frontier)
            for (const Event& event : events) {
                World after = world;
                const bool accepted = event.happens(after);
                after.follow();
                if (latched(after.machine.state()) && !latched(world.machine.state()))
                    after.personSinceTrip = after.testedSinceTrip = false;
                if (event.name == "clear" && accepted) after.personSinceTrip = true;
                if (event.name == "self-test passed" && accepted)
                    after.testedSinceTrip = after.personSinceTrip;
                if (event.name == "arm" && accepted) after.charge = 0;
                ++transitions;
                acceptedOnes += accepted ? 1U : 0U;
                const std::string trace = path + "/" + event.name;
                const std::string what = broken(world, after, event, accepted);
                ASSERT_TRUE(what.empty()) << what << ": " << trace;
                if (seen.insert(after.key()).second) {
                    ++visits[after.machine.state()];
                    next.emplace_back(std::move(after), trace);
                }
            }
        frontier = std::move(next);
    }
    std::printf("depth %u: %zu states, %zu transitions (%zu accepted), %s\n", depth, seen.size(), transitions,
                acceptedOnes, frontier.empty() ? "nothing new beyond" : "more beyond");
    for (int s = 0; s <= 11; ++s)
        EXPECT_TRUE(s == 0 || visits.count(static_cast<State>(s)) > 0) << "S" << s << " was never reached";
}

} // namespace
} // namespace eccrine::acquisition
