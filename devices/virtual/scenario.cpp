// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/virtual/scenario.hpp"

#include "core/sample.hpp"

#include <algorithm>
#include <charconv>

namespace eccrine::devices::virtual_instrument {

namespace {

constexpr double longestTest_s = 24.0 * 3600.0;
constexpr std::size_t longestSerial = 16;
constexpr Seconds usualRestart{0.2};
constexpr Seconds shortestRestart{0.005}; // some ticks: it must not fall between two

const std::vector<std::string>& kindNames() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> all;
        for (const auto& t : faultTable())
            all.emplace_back(t.name);
        return all;
    }();
    return names;
}

/// Calls visit(key) for every key that a kind has of its own.
template <class Visit>
void eachKey(const FaultTraits& t, const Visit& visit) {
    for (const auto& n : t.numbers)
        visit(n.key);
    for (const auto& w : t.words)
        visit(w.key);
    for (const auto& f : t.flags)
        visit(f.key);
    for (const auto& text : t.texts)
        visit(text);
}

bool hasKey(const FaultTraits& t, std::string_view key) {
    bool found = false;
    eachKey(t, [&](std::string_view own) { found = found || own == key; });
    return found;
}

/// A key that belongs to other kinds is answered by their names, not by "not known".
void refuseForeignKeys(const StrictTable& t, const FaultTraits& traits) {
    for (const auto& key : t.keys()) {
        if (hasKey(traits, key)) continue;
        std::string owners;
        for (const auto& other : faultTable())
            if (hasKey(other, key)) owners.append(owners.empty() ? "" : ", ").append(other.name);
        if (!owners.empty())
            t.object(key,
                     std::string{"\""}.append(key).append("\" belongs to ").append(owners).append(" only"),
                     "remove it");
    }
}

std::optional<std::array<std::uint16_t, 3>> firmwareOf(const std::string& text) {
    std::array<std::uint16_t, 3> version{};
    const char* at = text.data();
    const char* const end = at + text.size();
    for (std::size_t i = 0; i < version.size(); ++i) {
        const auto read = std::from_chars(at, end, version[i]);
        if (read.ec != std::errc{}) return std::nullopt;
        at = read.ptr;
        const bool last = i + 1 == version.size();
        if (last != (at == end) || (!last && *at++ != '.')) return std::nullopt;
    }
    return version;
}

void readIdentity(const StrictTable& t, ScenarioFault& f) {
    if (t.has("firmware")) {
        f.firmware = firmwareOf(t.text("firmware"));
        if (!f.firmware)
            t.object("firmware", "\"firmware\" is not a version", "write three numbers, as \"9.9.9\"");
    }
    if (t.has("serial")) {
        f.serial = t.text("serial");
        if (f.serial.empty() || f.serial.size() > longestSerial)
            t.object("serial", "\"serial\" has " + std::to_string(f.serial.size()) + " characters",
                     "write 1 to 16");
    }
    if (!t.has("firmware") && !t.has("serial"))
        t.object("", "nothing of the identity is changed here", "add \"firmware\" or \"serial\"");
}

void readDuration(const StrictTable& t, ScenarioFault& f, FaultTraits::Lasts how) {
    if (f.kind == FaultKind::LateBurst) f.duration = Seconds{f.numbers[0] / 1e3};
    if (how == FaultTraits::Lasts::ByItself) {
        if (t.has("duration_s"))
            t.object("duration_s", "\"duration_s\" means nothing for this kind of fault", "remove it");
    } else if (how == FaultTraits::Lasts::MustBeSaid || t.has("duration_s")) {
        f.duration = Seconds{t.number("duration_s", 0.0, longestTest_s)};
    }
    if (f.kind == FaultKind::Restart)
        f.duration = std::max(f.duration.value_or(usualRestart), shortestRestart);
}

Result<Scenario> read(const Result<StrictTable>& file) {
    if (!file) return tl::unexpected<Failure>(file.error());
    Scenario scenario;
    scenario.title = file->textOr("title", "");
    scenario.deviceRules = file->flagOr("device_rules", true);
    for (const auto& fault : file->tables("fault"))
        scenario.faults.push_back(readFault(fault, FaultTime::AfterAnchor));
    if (const auto done = file->finish(); !done) return tl::unexpected<Failure>(done.error());
    return scenario;
}

} // namespace

ScenarioFault readFault(const StrictTable& t, FaultTime time) {
    static const std::vector<std::string> anchors{"boot", "start", "stimulus"};
    static const std::vector<std::string> siteNames{standardSites.begin(), standardSites.end()};
    ScenarioFault f;
    f.kind = static_cast<FaultKind>(t.oneOf("kind", kindNames()));
    const FaultTraits& traits = traitsOf(f.kind);
    if (time == FaultTime::FromNow) {
        f.at = Seconds{t.numberOr("at_s", 0.0, 0.0, longestTest_s)};
        if (t.has("after"))
            t.object("after", "\"after\" means nothing here, at_s counts from now", "remove it");
    } else {
        f.at = Seconds{t.number("at_s", 0.0, longestTest_s)};
        if (t.has("after")) f.anchor = static_cast<ScenarioFault::Anchor>(t.oneOf("after", anchors));
    }
    if (t.has("site")) {
        f.siteMask = static_cast<std::uint8_t>(1U << t.oneOf("site", siteNames));
        if (!traits.perSite) t.object("site", "\"site\" means nothing for this kind of fault", "remove it");
    }
    refuseForeignKeys(t, traits);
    for (std::size_t i = 0; i < traits.numbers.size(); ++i) {
        const auto& n = traits.numbers[i];
        f.numbers.at(i) =
            n.otherwise ? t.numberOr(n.key, *n.otherwise, n.least, n.most) : t.number(n.key, n.least, n.most);
    }
    for (std::size_t i = 0; i < traits.words.size(); ++i) {
        const auto& w = traits.words[i];
        f.words.at(i) = w.otherwise && !t.has(w.key) ? *w.otherwise : t.oneOf(w.key, w.choices);
    }
    for (const auto& flag : traits.flags)
        f.flag = t.flagOr(flag.key, flag.otherwise);
    readDuration(t, f, traits.lasts);
    if (f.kind == FaultKind::Identity) readIdentity(t, f);
    if (f.kind == FaultKind::ImpossibleValue && f.words[0] >= static_cast<std::size_t>(StreamField::Anode) &&
        f.words[1] != 1 && f.words[1] != 2)
        t.object("value", "this field is a whole number, which is never that", "write \"inf\" or \"-inf\"");
    return f;
}

Result<Scenario> parseScenario(std::string_view toml, const std::string& name) {
    return read(StrictTable::parseText(toml, name));
}

Result<Scenario> readScenario(const std::filesystem::path& file) {
    return read(StrictTable::parseFile(file));
}

} // namespace eccrine::devices::virtual_instrument
