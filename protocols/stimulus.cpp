// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocols/stimulus.hpp"

#include "core/hard_limits.hpp"

#include <algorithm>
#include <array>
#include <locale>
#include <sstream>

namespace eccrine::protocols {
namespace {

struct Bounds {
    const char* parameter;
    double value;
    double least; ///< below it a number was not meant
    double most;
    const char* unit;
};

HardObjection outside(const Bounds& b) {
    std::ostringstream text;
    text.imbue(std::locale::classic());
    text << '"' << b.parameter << "\" is " << b.value;
    if (b.value > b.most)
        text << ", above the hard limit of " << b.most << ' ' << b.unit;
    else
        text << ", below the least of " << b.least << ' ' << b.unit;
    return {b.parameter, text.str()};
}

} // namespace

MilliamperesPerCm2 densestOf(const Stimulus& s) {
    return densityOf(s.current, std::min(s.electrodeArea, s.returnElectrodeArea));
}

std::optional<HardObjection> beyondHardLimits(const Stimulus& s) {
    const double widest = hard::widestElectrode.value;
    const std::array bounds{
        Bounds{"current_ma", s.current.value, 0.02, milliamperesOf(hard::current).value, "mA"},
        Bounds{"charge_mc", s.charge.value, 1, hard::charge.value, "mC"},
        Bounds{"ramp_up_s", s.rampUp.count(), hard::shortestRampUp.count(), 120, "s"},
        Bounds{"ramp_down_s", s.rampDown.count(), 0.5, 120, "s"},
        Bounds{"at_most_s", s.atMost.count(), 10, 3600, "s"},
        Bounds{"voltage_limit_v", s.voltageLimit.value, 1, hard::voltage.value, "V"},
        Bounds{"electrode_area_cm2", s.electrodeArea.value, 0.1, widest, "cm²"},
        Bounds{"return_electrode_area_cm2", s.returnElectrodeArea.value, 0.1, widest, "cm²"},
    };
    for (const Bounds& b : bounds)
        if (!(b.value >= b.least && b.value <= b.most)) return outside(b); // not a number fails, too
    const auto dense = [&](const char* area) {
        return HardObjection{"current_ma",
                             std::string("\"current_ma\" over \"") + area +
                                 "\" is more than 0.5 mA/cm², the hard limit of both electrodes"};
    };
    if (densityOf(s.current, s.electrodeArea) > hard::density) return dense("electrode_area_cm2");
    if (densityOf(s.current, s.returnElectrodeArea) > hard::density)
        return dense("return_electrode_area_cm2");
    return std::nullopt;
}

} // namespace eccrine::protocols
