// SPDX-License-Identifier: GPL-3.0-or-later
#include "acquisition/load_check.hpp"

#include <cmath>

namespace eccrine::acquisition {

void LoadCheck::begin(std::uint8_t siteMask, std::chrono::microseconds settle,
                      std::chrono::microseconds measure) noexcept {
    sites_ = {};
    siteMask_ = siteMask;
    settle_ = settle;
    measure_ = measure;
}

void LoadCheck::add(const CurrentSample& sample) noexcept {
    if (sample.site >= maxSites) return;
    Site& site = sites_[sample.site];
    if (!site.first) site.first = sample.at;
    site.last = sample.at;
    if (sample.at - *site.first < settle_ || !std::isfinite(sample.current_uA)) return;
    site.current_uA += sample.current_uA;
    ++site.samples;
    if (!sample.voltage_mV || !std::isfinite(*sample.voltage_mV)) return;
    site.voltage_mV += *sample.voltage_mV;
    ++site.voltages;
}

bool LoadCheck::complete() const noexcept {
    for (std::size_t i = 0; i < maxSites; ++i) {
        const Site& site = sites_[i];
        const bool wanted = ((unsigned{siteMask_} >> i) & 1U) != 0;
        if (wanted && !(site.first && site.last - *site.first >= settle_ + measure_)) return false;
    }
    return true;
}

std::optional<LoadFinding> LoadCheck::judge(const LoadWindow& window) const noexcept {
    for (std::uint8_t i = 0; i < maxSites; ++i) {
        if (((unsigned{siteMask_} >> i) & 1U) == 0) continue;
        const Site& site = sites_[i];
        if (site.samples == 0) return LoadFinding{LoadFault::NoReading, i, 0.0};
        const double current = site.current_uA / site.samples;
        const double off = window.currentTolerance * window.set_uA;
        if (current < -off) return LoadFinding{LoadFault::Reversed, i, current};
        if (current < window.set_uA - off) return LoadFinding{LoadFault::TooLittle, i, current};
        if (current > window.set_uA + off) return LoadFinding{LoadFault::TooMuch, i, current};
        if (site.voltages == 0) continue; // a device that does not measure it
        constexpr double ohmPerMillivoltByMicroampere = 1000.0;
        const double ohm = ohmPerMillivoltByMicroampere * (site.voltage_mV / site.voltages) / current;
        if (ohm < window.leastOhm) return LoadFinding{LoadFault::LoadTooSmall, i, ohm};
        if (ohm > window.mostOhm) return LoadFinding{LoadFault::LoadTooLarge, i, ohm};
    }
    return std::nullopt;
}

} // namespace eccrine::acquisition
