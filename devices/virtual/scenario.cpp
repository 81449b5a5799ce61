// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/virtual/scenario.hpp"

#include "core/sample.hpp"
#include "devices/virtual/site_mask.hpp"
#include "devices/virtual/strict_table.hpp"

#include <algorithm>
#include <array>

namespace eccrine::devices::virtual_instrument {

namespace {

constexpr double longestTest_s = 24.0 * 3600.0;

ScenarioFault readFault(const StrictTable& t) {
    static const std::vector<std::string> kinds{
        "unplug",        "frozen_humidity", "open_electrode", "lost_frames",
        "humidity_step", "dropout",         "leak",           "film",
        "burst"};
    static const std::vector<std::string> anchors{"start", "stimulus"};
    static const std::vector<std::string> siteNames{standardSites.begin(), standardSites.end()};
    constexpr std::array kindOf{FaultKind::Unplug,     FaultKind::FrozenHumidity, FaultKind::OpenElectrode,
                                FaultKind::LostFrames, FaultKind::HumidityStep,   FaultKind::Dropout,
                                FaultKind::Leak,       FaultKind::Film,           FaultKind::Burst};
    ScenarioFault f;
    f.kind = kindOf[t.oneOf("kind", kinds)];
    f.at = Seconds{t.number("at_s", 0.0, longestTest_s)};
    if (t.has("after") && t.oneOf("after", anchors) == 1) f.anchor = ScenarioFault::Anchor::Stimulus;
    if (t.has("duration_s")) f.duration = Seconds{t.number("duration_s", 0.0, longestTest_s)};
    const bool perSiteKind = f.kind != FaultKind::Unplug && f.kind != FaultKind::LostFrames;
    if (t.has("site")) {
        f.siteMask = static_cast<std::uint8_t>(1U << t.oneOf("site", siteNames));
        if (!perSiteKind) t.object("site", "\"site\" means nothing for this kind of fault", "remove it");
    }
    if (f.kind == FaultKind::LostFrames)
        f.probability = t.number("probability", 0.0, 1.0);
    else if (t.has("probability"))
        t.object("probability", "\"probability\" belongs to lost_frames only", "remove it");
    struct Amount {
        FaultKind kind;
        const char* key;
        double least, most;
    };
    constexpr std::array amounts{Amount{FaultKind::HumidityStep, "step_pct", -50.0, 50.0},
                                 Amount{FaultKind::Leak, "seen", 0.0, 1.0},
                                 Amount{FaultKind::Film, "outlet_pct", 5.0, 95.0},
                                 Amount{FaultKind::Burst, "burst_nl_per_min", 0.0, 1000.0}};
    for (const Amount& a : amounts) {
        if (f.kind == a.kind)
            f.amount = t.number(a.key, a.least, a.most);
        else if (t.has(a.key))
            t.object(a.key, "\"" + std::string(a.key) + "\" belongs to another kind of fault", "remove it");
    }
    return f;
}

/// Of the sites of the mask.
template <class Put>
void eachSite(ActiveFaults& active, std::uint8_t mask, const Put& put) {
    for (std::size_t i = 0; i < maxSites; ++i)
        if (inMask(mask, i)) put(active.artefacts[i]);
}

Result<Scenario> read(const Result<StrictTable>& file) {
    if (!file) return tl::unexpected<Failure>(file.error());
    Scenario scenario;
    scenario.title = file->textOr("title", "");
    for (const auto& fault : file->tables("fault"))
        scenario.faults.push_back(readFault(fault));
    if (const auto done = file->finish(); !done) return tl::unexpected<Failure>(done.error());
    return scenario;
}

} // namespace

Result<Scenario> parseScenario(std::string_view toml, const std::string& name) {
    return read(StrictTable::parseText(toml, name));
}

Result<Scenario> readScenario(const std::filesystem::path& file) {
    return read(StrictTable::parseFile(file));
}

void FaultSchedule::streamStarted(DeviceTime at) {
    if (!streamStart_) streamStart_ = at;
}

void FaultSchedule::stimulusStarted(DeviceTime at) {
    if (!stimulus_) stimulus_ = at;
}

ActiveFaults FaultSchedule::at(DeviceTime now) const {
    ActiveFaults active;
    for (const auto& f : scenario_.faults) {
        const auto anchor = f.anchor == ScenarioFault::Anchor::Stimulus ? stimulus_ : streamStart_;
        if (!anchor) continue;
        const Seconds since = now - *anchor;
        if (since < f.at || (f.duration && since >= f.at + *f.duration)) continue;
        switch (f.kind) {
        case FaultKind::Unplug:
            active.unplugged = true;
            break;
        case FaultKind::FrozenHumidity:
            active.frozenHumidity |= f.siteMask;
            break;
        case FaultKind::OpenElectrode:
            active.openElectrode |= f.siteMask;
            break;
        case FaultKind::LostFrames:
            active.frameLoss = std::max(active.frameLoss, f.probability);
            break;
        case FaultKind::HumidityStep:
            eachSite(active, f.siteMask, [&](Artefacts& a) { a.humidityStep_pct += f.amount; });
            break;
        case FaultKind::Dropout:
            eachSite(active, f.siteMask, [](Artefacts& a) { a.dropout = true; });
            break;
        case FaultKind::Leak:
            eachSite(active, f.siteMask, [&](Artefacts& a) { a.seen *= f.amount; });
            break;
        case FaultKind::Film:
            eachSite(active, f.siteMask, [&](Artefacts& a) { a.evaporationLimit_pct = f.amount; });
            break;
        case FaultKind::Burst:
            eachSite(active, f.siteMask, [&](Artefacts& a) { a.burst_nLPerMin += f.amount; });
            break;
        }
    }
    return active;
}

} // namespace eccrine::devices::virtual_instrument
