// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/soak/schedule.hpp"

#include "devices/virtual/seeded_noise.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace eccrine::tests {
namespace {

namespace vi = devices::virtual_instrument;
using vi::FaultKind;
using vi::ScenarioFault;
using vi::SeededNoise;

/// A fault with its numbers in the ranges in which it may or may not be found.
struct Kind {
    FaultKind kind;
    std::array<std::array<double, 2>, 2> numbers{};
};

// Every kind that the way of the current meets; those of the hygrometers do not belong to it.
const std::vector<Kind>& kinds() {
    using enum FaultKind;
    static const std::vector<Kind> all{
        {Unplug},
        {OpenElectrode},
        {LostFrames, {{{0.01, 0.5}}}},
        {DuplicatedFrames, {{{0.01, 0.5}}}},
        {ReorderedFrames, {{{0.01, 0.5}}}},
        {LateBurst, {{{50.0, 1500.0}}}},
        {FlippedBytes, {{{0.001, 0.2}}}},
        {ImpossibleValue},
        {FrozenCurrent},
        {StuckOutput},
        {GainError, {{{0.5, 1.6}}}},
        {LiftedElectrode, {{{0.1, 0.9}}}},
        {IntermittentContact, {{{0.5, 20.0}}}},
        {DryingPads, {{{1.5, 30.0}}}},
        {BridgedElectrodes, {{{0.0, 500.0}}}},
        {SwappedLeads},
        {WeldedRelay, {{{15.0, 2000.0}}}},
        {LyingStatus, {{{15.0, 2000.0}}}},
        {EarthLeak, {{{60.0, 1000.0}}}},
        {MainsRipple, {{{0.5, 20.0}, {50.0, 60.0}}}},
        {Restart},
        {MemoryChecksum},
        {ClockDrift, {{{-500.0, 500.0}}}},
        {PatientButton},
        {EmergencyStop},
        {Battery, {{{0.0, 100.0}}}},
    };
    return all;
}

ScenarioFault fault(SeededNoise& draw) {
    const auto& all = kinds();
    const Kind& kind = all[std::min(
        all.size() - 1, static_cast<std::size_t>(draw.uniform() * static_cast<double>(all.size())))];
    ScenarioFault f;
    f.kind = kind.kind;
    f.at = Seconds{draw.uniform(0.0, 30.0)};
    const double log10Length = draw.uniform(-2.3, 1.0); // 5 ms to 10 s
    if (draw.uniform() < 0.8 || kind.kind == FaultKind::DryingPads)
        f.duration = Seconds{std::pow(10.0, log10Length)};
    if (draw.uniform() < 0.7)
        f.siteMask = static_cast<std::uint8_t>(1U << static_cast<unsigned>(draw.uniform() * 4.0));
    for (std::size_t i = 0; i < f.numbers.size(); ++i)
        f.numbers[i] = draw.uniform(kind.numbers[i][0], kind.numbers[i][1]);
    f.flag = draw.uniform() < 0.5;
    if (kind.kind == FaultKind::ImpossibleValue)
        f.words = {6 + static_cast<std::size_t>(draw.uniform() * 3.0),
                   static_cast<std::size_t>(draw.uniform() * 5.0)};
    if (kind.kind == FaultKind::FrozenCurrent) f.words[0] = static_cast<std::size_t>(draw.uniform() * 3.0);
    if (kind.kind == FaultKind::PatientButton || kind.kind == FaultKind::EmergencyStop)
        f.duration = Seconds{0.5};
    return f;
}

const char* nameOf(Act::Kind kind) {
    constexpr std::array names{"pause", "stop", "emergency stop", "session dies", "host stalls", "host dies"};
    return names.at(static_cast<std::size_t>(kind));
}

} // namespace

Schedule Schedule::draw(std::uint64_t seed) {
    SeededNoise draw(seed, "schedule");
    Schedule s;
    s.scenario.title = "soak";
    s.scenario.deviceRules = draw.uniform() < 0.6; // else the host has to find all of it
    for (int left = static_cast<int>(draw.uniform() * 4.0); left > 0; --left)
        s.scenario.faults.push_back(fault(draw));
    for (int left = static_cast<int>(draw.uniform() * 3.0); left > 0; --left) {
        Act act;
        act.kind = static_cast<Act::Kind>(draw.uniform() * 6.0);
        act.at_s = draw.uniform(0.0, 20.0);
        act.length_s = draw.uniform(0.02, 1.5);
        s.acts.push_back(act);
    }
    s.patience_s = draw.uniform(0.1, 4.0);
    return s;
}

Schedule Schedule::drawPauses(std::uint64_t seed) {
    SeededNoise draw(seed, "pauses");
    Schedule s;
    s.scenario.title = "pauses";
    const int pauses = 1 + static_cast<int>(draw.uniform() * 2.0); // the third would end the run
    for (int i = 0; i < pauses; ++i)
        s.acts.push_back({Act::Kind::Pause, draw.uniform(0.5, 15.0), 0.0});
    s.patience_s = draw.uniform(0.1, 4.0);
    return s;
}

bool Schedule::has(FaultKind kind) const {
    return std::any_of(scenario.faults.begin(), scenario.faults.end(),
                       [kind](const auto& f) { return f.kind == kind; });
}

bool Schedule::has(Act::Kind kind) const {
    return std::any_of(acts.begin(), acts.end(), [kind](const auto& a) { return a.kind == kind; });
}

bool Schedule::sourceDisobeys() const {
    using enum FaultKind;
    return has(StuckOutput) || has(GainError) || has(WeldedRelay) || has(LyingStatus) || has(EarthLeak) ||
           has(MainsRipple);
}

std::string Schedule::text() const {
    std::string out = scenario.deviceRules ? "" : "the device looks for no faults\n";
    std::array<char, 160> line{};
    for (const ScenarioFault& f : scenario.faults) {
        static_cast<void>(
            std::snprintf(line.data(), line.size(),
                          "fault %s at %.3f s for %.3f s, sites %x, %.4g %.4g, words %zu %zu, flag %d\n",
                          std::string(vi::traitsOf(f.kind).name).c_str(), f.at.count(),
                          f.duration ? f.duration->count() : -1.0, unsigned{f.siteMask}, f.numbers[0],
                          f.numbers[1], f.words[0], f.words[1], f.flag ? 1 : 0));
        out += line.data();
    }
    for (const Act& a : acts) {
        static_cast<void>(std::snprintf(line.data(), line.size(), "act %s at %.3f s for %.3f s\n",
                                        nameOf(a.kind), a.at_s, a.length_s));
        out += line.data();
    }
    return out;
}

} // namespace eccrine::tests
