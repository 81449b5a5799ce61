// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocols/dose.hpp"

#include "protocols/engine.hpp"

#include <algorithm>
#include <cmath>

namespace eccrine::protocols {
namespace {

std::string tenths(double value) {
    const auto all = std::llround(value * 10.0);
    return std::to_string(all / 10) + "." + std::to_string(all % 10);
}

} // namespace

DoseAssessment assessDose(Millicoulombs delivered, Millicoulombs wanted, const DoseRule& rule) {
    DoseAssessment out{Dose::Full, delivered, wanted};
    if (!(out.fraction() >= rule.complete)) out.dose = Dose::Low;
    if (!(out.fraction() >= rule.enough)) out.dose = Dose::TooLow;
    return out;
}

const char* codeOf(Dose dose) {
    switch (dose) {
    case Dose::Full:
        return "FULL";
    case Dose::Low:
        return "STIM_LOW";
    case Dose::TooLow:
        return "STIM_TOO_LOW";
    }
    return "";
}

std::string describe(const DoseAssessment& a) {
    const std::string charge = tenths(std::max(0.0, a.delivered.value)) + " of " + tenths(a.wanted.value) +
                               " mC (" + tenths(std::max(0.0, 100.0 * a.fraction())) + " %)";
    switch (a.dose) {
    case Dose::Full:
        return charge + " delivered";
    case Dose::Low:
        return "only " + charge + " delivered: the collection goes on and is flagged STIM_LOW";
    case Dose::TooLow:
        return "only " + charge + " delivered: no collection here; stimulate the other limb instead";
    }
    return {};
}

Millicoulombs chargeUntil(const Stimulus& s, Seconds elapsed) {
    const Seconds whole = nominalDuration(s);
    const Seconds t = std::clamp(elapsed, Seconds{0}, whole);
    const Seconds up = std::min(t, s.rampUp);
    const Seconds hold = std::clamp(t - s.rampUp, Seconds{0}, whole - s.rampUp - s.rampDown);
    const Seconds down = std::max(Seconds{0}, t - (whole - s.rampDown));
    const double average = 1.0 - 0.5 * (down / s.rampDown); // of the current over the part of the ramp down
    return chargeOf(s.current, 0.5 * up * (up / s.rampUp) + hold + average * down);
}

} // namespace eccrine::protocols
