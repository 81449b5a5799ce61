// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/norms.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

namespace eccrine::analysis {
namespace {

constexpr double lowest = 5.0, highest = 95.0;

std::optional<Microlitres> at(const NormTable& table, double percentile) {
    const auto found = table.percentiles.find(percentile);
    return found == table.percentiles.end() ? std::nullopt : std::optional(found->second);
}

/// Linear between the stored percentiles that enclose the volume; empty outside them or with fewer than
/// three.
std::optional<double> positionOf(const NormTable& table, Microlitres volume) {
    if (table.percentiles.size() < 3) return std::nullopt;
    for (auto high = std::next(table.percentiles.begin()); high != table.percentiles.end(); ++high) {
        const auto low = std::prev(high);
        if (volume < low->second || volume > high->second || !(high->second > low->second)) continue;
        return low->first +
               (high->first - low->first) * ((volume - low->second) / (high->second - low->second));
    }
    return std::nullopt;
}

struct Match {
    const NormSet* set = nullptr;
    const NormTable* table = nullptr;
};

bool moreSpecific(const NormTable& a, const NormTable& b) {
    if (a.sex.has_value() != b.sex.has_value()) return a.sex.has_value();
    return a.ageTo_y - a.ageFrom_y < b.ageTo_y - b.ageFrom_y;
}

} // namespace

std::string_view nameOf(NormClass normClass) {
    switch (normClass) {
    case NormClass::None:
        return "no norm";
    case NormClass::Reduced:
        return "below the 5th percentile";
    case NormClass::Within:
        return "within";
    case NormClass::Increased:
        return "above the 95th percentile";
    case NormClass::Unclassified:
        return "cannot be classified";
    }
    return "";
}

NormResult classify(const std::vector<NormSet>& sets, const NormQuery& query, Microlitres volume) {
    const auto none = [](std::string reason) {
        NormResult r;
        r.reason = std::move(reason);
        return r;
    };
    if (sets.empty()) return none("No norm set is loaded.");
    if (query.deviceFamily.empty())
        return none("The family of the device is not known; norms hold for one family.");
    const bool anyOfFamily = std::any_of(
        sets.begin(), sets.end(), [&](const NormSet& s) { return s.deviceFamily == query.deviceFamily; });
    if (!anyOfFamily)
        return none("There is no norm set for devices of the family \"" + query.deviceFamily + "\".");
    if (!query.sex) return none("The sex as used for norms is not stated.");
    if (!query.age_y) return none("The age is not known.");
    Match best;
    for (const NormSet& set : sets) {
        if (set.deviceFamily != query.deviceFamily) continue;
        for (const NormTable& table : set.tables) {
            const bool fits = table.site == query.site && (!table.sex || table.sex == query.sex) &&
                              *query.age_y >= table.ageFrom_y && *query.age_y <= table.ageTo_y &&
                              at(table, lowest).has_value();
            if (fits && (best.table == nullptr || moreSpecific(table, *best.table))) best = {&set, &table};
        }
    }
    if (best.table == nullptr)
        return none("No norm table fits the site, sex and age of " + std::to_string(*query.age_y) +
                    " years.");
    NormResult r;
    r.setId = best.set->id;
    r.setVersion = best.set->version;
    r.sha256 = best.set->sha256;
    r.citation = best.table->citation;
    r.certainty = best.table->certainty;
    r.lower = at(*best.table, lowest);
    r.upper = at(*best.table, highest);
    const Microlitres compared = std::max(volume, Microlitres{0.0});
    r.percentile = positionOf(*best.table, compared);
    if (r.lower->value <= 0.0) {
        r.normClass = NormClass::Unclassified;
        r.reason = "The lower limit is 0: an absent response is normal in this group.";
    } else if (compared < *r.lower) {
        r.normClass = NormClass::Reduced;
    } else if (r.upper && compared > *r.upper) {
        r.normClass = NormClass::Increased;
    } else {
        r.normClass = NormClass::Within;
    }
    return r;
}

std::string_view nameOf(Distribution distribution) {
    switch (distribution) {
    case Distribution::Unknown:
        return "unknown";
    case Distribution::None:
        return "no reduced site";
    case Distribution::Generalized:
        return "generalized";
    case Distribution::LengthDependent:
        return "length-dependent";
    case Distribution::Focal:
        return "focal or patchy";
    }
    return "";
}

Distribution distributionOf(const std::map<std::string, NormClass>& sites) {
    constexpr std::array proximalFirst{"forearm", "proximal_leg", "distal_leg", "foot"};
    std::array<bool, 4> reduced{};
    for (std::size_t i = 0; i < proximalFirst.size(); ++i) {
        const auto found = sites.find(proximalFirst[i]);
        if (found == sites.end() || found->second == NormClass::None ||
            found->second == NormClass::Unclassified)
            return Distribution::Unknown;
        reduced[i] = found->second == NormClass::Reduced;
    }
    const auto count = std::count(reduced.begin(), reduced.end(), true);
    if (count == 0) return Distribution::None;
    if (count == 4) return Distribution::Generalized;
    return std::is_sorted(reduced.begin(), reduced.end()) ? Distribution::LengthDependent
                                                          : Distribution::Focal;
}

std::optional<int> completedYears(std::string_view birth, std::string_view day) {
    const auto dateOf = [](std::string_view text) -> std::optional<std::chrono::year_month_day> {
        if (text.size() < 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
        const auto number = [&](std::size_t from, std::size_t length) {
            int value = -1;
            const char* const end = text.data() + from + length;
            const auto read = std::from_chars(text.data() + from, end, value);
            return read.ec == std::errc{} && read.ptr == end ? value : -1;
        };
        const int y = number(0, 4), m = number(5, 2), d = number(8, 2);
        if (y < 0 || m < 0 || d < 0) return std::nullopt;
        const std::chrono::year_month_day date{std::chrono::year{y},
                                               std::chrono::month{static_cast<unsigned>(m)},
                                               std::chrono::day{static_cast<unsigned>(d)}};
        return date.ok() ? std::optional(date) : std::nullopt;
    };
    const auto from = dateOf(birth), to = dateOf(day);
    if (!from || !to || *to < *from) return std::nullopt;
    const bool before = std::pair(to->month(), to->day()) < std::pair(from->month(), from->day());
    return static_cast<int>(to->year()) - static_cast<int>(from->year()) - (before ? 1 : 0);
}

} // namespace eccrine::analysis
