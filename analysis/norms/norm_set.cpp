// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/norms/norm_set.hpp"

#include "datafiles/strict_toml.hpp"
#include "datafiles/text_hash.hpp"

#include <charconv>
#include <cmath>
#include <utility>

namespace eccrine::analysis {
namespace {

using datafiles::readStrictly;
using datafiles::smallFile;
using datafiles::StrictTable;
using datafiles::TomlRefusal;

constexpr double oldest_y = 130.0;  ///< a larger age is a typing error
constexpr double mostPersons = 1e6; ///< as is a larger group

std::optional<Sex> sexOf(StrictTable& in, const toml::table& table) {
    const std::string text = in.text("sex");
    if (text == "female") return Sex::Female;
    if (text == "male") return Sex::Male;
    if (text == "any") return std::nullopt;
    throw TomlRefusal{"\"sex\" is \"" + text + "\"; it has to be female, male or any",
                      table.get("sex")->source().begin};
}

NormUse useOf(StrictTable& in, const toml::table& root) {
    const std::string text = in.text("use");
    if (text == "classification") return NormUse::Classification;
    if (text == "information") return NormUse::Information;
    throw TomlRefusal{"\"use\" is \"" + text + "\"; it has to be classification or information",
                      root.get("use")->source().begin};
}

/// "p97.5" → 97.5
double percentileOf(const toml::key& key) {
    const std::string name(key.str());
    double percentile = 0.0;
    const auto [end, error] = std::from_chars(name.data() + 1, name.data() + name.size(), percentile);
    if (name.size() < 2 || name[0] != 'p' || error != std::errc{} || end != name.data() + name.size() ||
        !(percentile > 0.0 && percentile < 100.0))
        throw TomlRefusal{"\"" + name + "\" is not a percentile; write for instance p5 or p97.5",
                          key.source().begin};
    return percentile;
}

Microlitres volumeOf(const toml::key& key, const toml::node& node) {
    const auto value = node.value<double>();
    if (!value || !std::isfinite(*value) || *value < 0.0)
        throw TomlRefusal{"\"" + std::string(key.str()) + "\" has to be a volume of 0 or more",
                          node.source().begin};
    return {*value};
}

std::map<double, Microlitres> percentilesOf(const toml::table& table) {
    std::map<double, Microlitres> out;
    for (const auto& [key, node] : table)
        out.emplace(percentileOf(key), volumeOf(key, node));
    if (out.empty()) throw TomlRefusal{"\"percentiles\" has no percentile", table.source().begin};
    for (auto next = std::next(out.begin()); next != out.end(); ++next)
        if (next->second < std::prev(next)->second)
            throw TomlRefusal{"the percentiles fall; a higher one is never smaller", table.source().begin};
    return out;
}

std::map<double, PercentileInterval> intervalsOf(const toml::table& table,
                                                 const std::map<double, Microlitres>& percentiles) {
    std::map<double, PercentileInterval> out;
    for (const auto& [key, node] : table) {
        const auto at = percentiles.find(percentileOf(key));
        const toml::table* sides = node.as_table();
        if (at == percentiles.end() || sides == nullptr)
            throw TomlRefusal{"the interval \"" + std::string(key.str()) +
                                  "\" has to be a table { low, high } of a percentile that is stored",
                              key.source().begin};
        PercentileInterval interval;
        for (const auto& [side, volume] : *sides) {
            if (side.str() != "low" && side.str() != "high")
                throw TomlRefusal{"an interval has \"low\" and \"high\", not \"" + std::string(side.str()) +
                                      "\"",
                                  side.source().begin};
            (side.str() == "low" ? interval.low : interval.high) = volumeOf(side, volume);
        }
        if ((interval.low && *interval.low > at->second) || (interval.high && *interval.high < at->second))
            throw TomlRefusal{"the interval \"" + std::string(key.str()) +
                                  "\" does not enclose its percentile",
                              key.source().begin};
        out.emplace(at->first, interval);
    }
    return out;
}

int wholeYears(StrictTable& in, const toml::table& table, const char* key) {
    const double years = in.number(key, 0, oldest_y);
    if (years != std::floor(years))
        throw TomlRefusal{"\"" + std::string(key) + "\" has to be whole years",
                          table.get(key)->source().begin};
    return static_cast<int>(years);
}

NormTable tableOf(const toml::table& table, NormUse use) {
    StrictTable in(table, "[[norm]]");
    NormTable norm;
    norm.site = in.text("site");
    norm.sex = sexOf(in, table);
    const bool mayLack = use == NormUse::Information;
    norm.agesStated = !mayLack || table.contains("age_from_y") || table.contains("age_to_y");
    norm.ageTo_y = static_cast<int>(oldest_y);
    if (norm.agesStated) {
        norm.ageFrom_y = wholeYears(in, table, "age_from_y");
        norm.ageTo_y = wholeYears(in, table, "age_to_y");
    }
    if (norm.ageTo_y < norm.ageFrom_y)
        throw TomlRefusal{"\"age_to_y\" is below \"age_from_y\"", in.position()};
    if (!mayLack || table.contains("n")) norm.n = static_cast<unsigned>(in.number("n", 1, mostPersons));
    norm.citation = in.text("citation");
    norm.certainty = in.text("certainty");
    norm.percentiles = percentilesOf(in.table("percentiles"));
    if (table.contains("quantile")) norm.quantile = in.text("quantile");
    if (table.contains("intervals")) {
        norm.confidence_pct = in.number("confidence_pct", 50, 99.99);
        norm.intervals = intervalsOf(in.table("intervals"), norm.percentiles);
    }
    in.refuseUnknownKeys();
    return norm;
}

NormSet setOf(const toml::table& root) {
    StrictTable in(root, "the file");
    if (in.number("schema", 0, 1e6) != normSchema)
        throw TomlRefusal{"the schema version is not " + std::to_string(normSchema),
                          root.get("schema")->source().begin};
    NormSet set;
    set.id = in.text("id");
    set.version = in.text("version");
    set.title = in.text("title");
    set.deviceFamily = in.text("device_family");
    set.unit = in.text("unit");
    if (set.unit != normUnit)
        throw TomlRefusal{"the unit has to be \"" + std::string(normUnit) + "\"",
                          root.get("unit")->source().begin};
    set.use = useOf(in, root);
    set.licence = in.text("licence");
    set.enteredBy = in.text("entered_by");
    if (root.contains("verified_by")) set.verifiedBy = in.text("verified_by");
    for (const toml::node& node : in.tables("norm")) {
        NormTable norm = tableOf(*node.as_table(), set.use);
        for (const NormTable& other : set.tables)
            if (other.site == norm.site && other.sex == norm.sex && norm.ageFrom_y <= other.ageTo_y &&
                other.ageFrom_y <= norm.ageTo_y)
                throw TomlRefusal{"two tables hold for the same site, sex and age", node.source().begin};
        set.tables.push_back(std::move(norm));
    }
    in.refuseUnknownKeys();
    return set;
}

} // namespace

Result<NormSet> parseNorms(const std::string& text, const std::string& name) {
    auto set = readStrictly<NormSet>(text, name, setOf);
    if (set) set->sha256 = datafiles::sha256Of(text);
    return set;
}

Result<NormSet> loadNorms(const std::filesystem::path& file) {
    const auto text = smallFile(file);
    if (!text) return tl::unexpected(text.error());
    return parseNorms(*text, file.string());
}

} // namespace eccrine::analysis
