// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/norms/norm_match.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <set>
#include <utility>

namespace eccrine::analysis {
namespace {

constexpr double lowest = 5.0, highest = 95.0; ///< the percentiles that classes are made of
constexpr std::size_t enoughForAPosition = 3;  ///< stored percentiles

std::optional<Microlitres> at(const NormTable& table, double percentile) {
    const auto found = table.percentiles.find(percentile);
    return found == table.percentiles.end() ? std::nullopt : std::optional(found->second);
}

/// Linear between the stored percentiles that enclose the volume; empty outside them or with fewer than
/// three.
std::optional<double> positionOf(const NormTable& table, Microlitres volume) {
    if (table.percentiles.size() < enoughForAPosition) return std::nullopt;
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

bool moreSpecific(const Match& a, const Match& b) {
    if (a.table->sex.has_value() != b.table->sex.has_value()) return a.table->sex.has_value();
    const int spanOfA = a.table->ageTo_y - a.table->ageFrom_y,
              spanOfB = b.table->ageTo_y - b.table->ageFrom_y;
    if (spanOfA != spanOfB) return spanOfA < spanOfB;
    return a.set->verified() && !b.set->verified();
}

/// "8 to 13, 14 to 19": the ages for which there are tables.
std::string agesOf(const std::vector<Match>& matches) {
    std::set<std::pair<int, int>> ages;
    for (const Match& m : matches)
        ages.emplace(m.table->ageFrom_y, m.table->ageTo_y);
    std::string text;
    for (const auto& [from, to] : ages)
        text += (text.empty() ? "" : ", ") + std::to_string(from) + " to " + std::to_string(to);
    return text;
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
    const auto noNorm = [](NoNorm cause, std::string reason) {
        NormResult r;
        r.noNorm = cause;
        r.reason = std::move(reason);
        return r;
    };
    if (!std::isfinite(volume.value)) return noNorm(NoNorm::NoVolume, "There is no volume to compare.");
    std::vector<const NormSet*> usable;
    for (const NormSet& set : sets)
        if (set.use == NormUse::Classification) usable.push_back(&set);
    if (usable.empty())
        return noNorm(NoNorm::NoSet, sets.empty() ? "No norm set is loaded."
                                                  : "The loaded norm sets are for information only.");
    if (query.deviceFamily.empty())
        return noNorm(NoNorm::OtherFamily,
                      "The family of the device is not known; norms hold for one family.");
    std::erase_if(usable, [&](const NormSet* s) { return s->deviceFamily != query.deviceFamily; });
    if (usable.empty())
        return noNorm(NoNorm::OtherFamily, "There is no norm set for devices of the family \"" +
                                               query.deviceFamily +
                                               "\"; volumes of two families are not comparable.");
    std::vector<Match> matches;
    for (const NormSet* set : usable)
        for (const NormTable& table : set->tables)
            if (table.site == query.site) matches.push_back({set, &table});
    if (matches.empty())
        return noNorm(NoNorm::NoSite, "No norm table is stored for the site \"" + query.site + "\".");
    if (!query.sex) return noNorm(NoNorm::SexUnknown, "The sex as used for norms is not stated.");
    std::erase_if(matches,
                  [&](const Match& m) { return m.table->sex.has_value() && m.table->sex != query.sex; });
    if (matches.empty())
        return noNorm(NoNorm::OtherSex,
                      "The norm tables of the site \"" + query.site + "\" hold for the other sex only.");
    if (!query.age_y) return noNorm(NoNorm::AgeUnknown, "The age is not known.");
    const std::string stored = agesOf(matches);
    std::erase_if(matches, [&](const Match& m) {
        return *query.age_y < m.table->ageFrom_y || *query.age_y > m.table->ageTo_y;
    });
    if (matches.empty())
        return noNorm(NoNorm::AgeOutside, "The age of " + std::to_string(*query.age_y) +
                                              " years lies outside the norm tables, which hold for " +
                                              stored + " years.");
    std::erase_if(matches, [](const Match& m) { return !at(*m.table, lowest); });
    if (matches.empty()) return noNorm(NoNorm::NoLimit, "The norm table that fits stores no 5th percentile.");
    const Match best = *std::min_element(matches.begin(), matches.end(), moreSpecific);
    NormResult r;
    r.setId = best.set->id;
    r.setVersion = best.set->version;
    r.sha256 = best.set->sha256;
    r.citation = best.table->citation;
    r.certainty = best.table->certainty;
    r.verified = best.set->verified();
    r.lower = at(*best.table, lowest);
    r.percentiles = best.table->percentiles;
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
