// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/norms/own_controls.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

namespace eccrine::analysis {
namespace {

constexpr std::array percentiles{2.5, 5.0, 50.0, 95.0, 97.5};
constexpr double median = 50.0;

struct Group {
    std::string site;
    std::optional<Sex> sex;
    std::size_t band = 0;
    friend auto operator<=>(const Group&, const Group&) = default;
};

Done checked(const OwnControlsPlan& plan) {
    const auto refuse = [](std::string what, std::string remedy) {
        return failed(std::move(what), "the plan for own controls", std::move(remedy), Failure::Kind::Call);
    };
    const std::array texts{std::pair{"id", &plan.id},
                           std::pair{"version", &plan.version},
                           std::pair{"title", &plan.title},
                           std::pair{"licence", &plan.licence},
                           std::pair{"citation", &plan.citation},
                           std::pair{"entered_by", &plan.enteredBy}};
    for (const auto& [name, text] : texts)
        if (text->empty()) return refuse("\"" + std::string(name) + "\" is empty", "state it");
    if (plan.ages.empty()) return refuse("there is no age band", "state one or more, for instance 20 to 69");
    std::vector<AgeBand> ages = plan.ages;
    std::sort(ages.begin(), ages.end(),
              [](const AgeBand& a, const AgeBand& b) { return a.from_y < b.from_y; });
    for (std::size_t i = 0; i < ages.size(); ++i) {
        if (ages[i].from_y < 0 || ages[i].to_y < ages[i].from_y)
            return refuse("an age band ends before it begins", "write the younger age first");
        if (i > 0 && ages[i].from_y <= ages[i - 1].to_y)
            return refuse("two age bands hold for the same age", "let one end a year before the next begins");
    }
    if (!(plan.confidence_pct >= 50.0 && plan.confidence_pct <= 99.99))
        return refuse("the confidence is outside 50 to 99.99 %", "write for instance 90");
    return {};
}

std::optional<std::size_t> bandOf(const std::vector<AgeBand>& ages, int age_y) {
    for (std::size_t i = 0; i < ages.size(); ++i)
        if (age_y >= ages[i].from_y && age_y <= ages[i].to_y) return i;
    return std::nullopt;
}

std::string numberText(double percentile) {
    std::string text = std::to_string(static_cast<int>(percentile));
    if (percentile != std::floor(percentile)) text += ".5";
    return text;
}

std::string remarkOn(const ControlCell& cell, const OwnControlsPlan& plan) {
    if (cell.refused.empty()) return {};
    std::string list;
    for (const double p : cell.refused)
        list += (list.empty() ? "" : ", ") + numberText(p);
    return "Only " + std::to_string(cell.n) + " controls (" + std::to_string(plan.enoughForTails) +
           " or more are needed for each cell): the percentiles " + list + " are not given.";
}

} // namespace

std::optional<Microlitres> quantile(std::span<const Microlitres> sorted, double p) {
    const auto n = static_cast<double>(sorted.size());
    const double rank = (n + 1.0) * p;
    if (!(rank >= 1.0 && rank <= n)) return std::nullopt;
    const double whole = std::floor(rank);
    const Microlitres low = sorted[static_cast<std::size_t>(whole) - 1];
    if (rank == whole) return low;
    return low + (rank - whole) * (sorted[static_cast<std::size_t>(whole)] - low);
}

RankInterval rankInterval(std::size_t n, double p, double confidence) {
    const double wrong = 0.5 * (1.0 - confidence);
    RankInterval out;
    // the number of controls below the quantile is binomial (n, p); logarithms because n may be large
    const auto count = static_cast<double>(n);
    double logMass = count * std::log1p(-p);
    double below = 0.0; // P(fewer than k below the quantile)
    for (std::size_t k = 0; k < n; ++k) {
        const auto at = static_cast<double>(k);
        below += std::exp(logMass); // now P(k or fewer)
        const std::size_t rank = k + 1;
        if (below <= wrong) out.low = rank;
        if (!out.high && below >= 1.0 - wrong) out.high = rank;
        logMass += std::log((count - at) / (at + 1.0)) + std::log(p) - std::log1p(-p);
    }
    return out;
}

Result<OwnNorms> normsOfControls(const Controls& controls, const OwnControlsPlan& plan) {
    if (auto fine = checked(plan); !fine) return tl::unexpected(fine.error());
    OwnNorms out;
    std::map<Group, std::vector<Microlitres>> groups;
    for (const Control& c : controls.persons) {
        const auto band = bandOf(plan.ages, c.age_y);
        if (!band) {
            ++out.outsideAges;
            continue;
        }
        if (c.volume < Microlitres{0.0}) ++out.takenAsZero;
        const auto sex = plan.sexesApart ? std::optional(c.sex) : std::nullopt;
        groups[{c.site, sex, *band}].push_back(std::max(c.volume, Microlitres{0.0}));
    }
    if (groups.empty())
        return failed("no control lies in an age band", "the plan for own controls",
                      "choose age bands that hold the controls");
    out.set.id = plan.id;
    out.set.version = plan.version;
    out.set.title = plan.title;
    out.set.deviceFamily = controls.deviceFamily;
    out.set.unit = normUnit;
    out.set.licence = plan.licence;
    out.set.enteredBy = plan.enteredBy;
    for (auto& [group, volumes] : groups) {
        std::sort(volumes.begin(), volumes.end());
        NormTable table;
        table.site = group.site;
        table.sex = group.sex;
        table.ageFrom_y = plan.ages[group.band].from_y;
        table.ageTo_y = plan.ages[group.band].to_y;
        table.n = static_cast<unsigned>(volumes.size());
        table.citation = plan.citation + (controls.sha256.empty() ? "" : "; controls " + controls.sha256);
        table.certainty = ownData;
        table.quantile = weibullQuantile;
        table.confidence_pct = plan.confidence_pct;
        ControlCell cell{group.site, group.sex, plan.ages[group.band], volumes.size(), {}, {}};
        for (const double percentile : percentiles) {
            const double p = percentile / 100.0;
            const auto value = quantile(volumes, p);
            if (!value || (percentile != median && volumes.size() < plan.enoughForTails)) {
                cell.refused.push_back(percentile);
                continue;
            }
            table.percentiles.emplace(percentile, *value);
            const RankInterval ranks = rankInterval(volumes.size(), p, plan.confidence_pct / 100.0);
            PercentileInterval& interval = table.intervals[percentile];
            if (ranks.low) interval.low = volumes[*ranks.low - 1];
            if (ranks.high) interval.high = volumes[*ranks.high - 1];
        }
        cell.remark = remarkOn(cell, plan);
        out.cells.push_back(std::move(cell));
        out.set.tables.push_back(std::move(table));
    }
    return out;
}

} // namespace eccrine::analysis
