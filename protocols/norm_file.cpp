// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocols/norm_file.hpp"

#include "protocols/strict_toml.hpp"
#include "protocols/text_hash.hpp"

#include <charconv>

namespace eccrine::protocols {
namespace {

using analysis::NormSet;
using analysis::NormTable;
using analysis::Sex;

constexpr int knownSchema = 1;
constexpr const char* knownUnit = "uL per capsule";

std::optional<Sex> sexOf(StrictTable& in, const toml::source_position& at) {
    const std::string text = in.text("sex");
    if (text == "female") return Sex::Female;
    if (text == "male") return Sex::Male;
    if (text == "both") return std::nullopt;
    throw TomlRefusal{"\"sex\" is \"" + text + "\"; it has to be female, male or both", at};
}

std::map<double, Microlitres> percentilesOf(const toml::table& table) {
    std::map<double, Microlitres> out;
    for (const auto& [key, node] : table) {
        const std::string name(key.str());
        double percentile = 0.0;
        const auto [end, error] = std::from_chars(name.data() + 1, name.data() + name.size(), percentile);
        const auto value = node.value<double>();
        if (name.size() < 2 || name[0] != 'p' || error != std::errc{} || end != name.data() + name.size() ||
            !(percentile > 0.0 && percentile < 100.0))
            throw TomlRefusal{"\"" + name + "\" is not a percentile; write for instance p5 or p97.5",
                              key.source().begin};
        if (!value || !std::isfinite(*value) || *value < 0.0)
            throw TomlRefusal{"\"" + name + "\" has to be a volume of 0 or more", node.source().begin};
        out.emplace(percentile, Microlitres{*value});
    }
    if (out.empty()) throw TomlRefusal{"[norm.percentiles] has no percentile", table.source().begin};
    for (auto next = std::next(out.begin()); next != out.end(); ++next)
        if (next->second < std::prev(next)->second)
            throw TomlRefusal{"the percentiles fall; a higher one is never smaller", table.source().begin};
    return out;
}

NormTable tableOf(const toml::table& table) {
    StrictTable in(table, "[[norm]]");
    NormTable norm;
    norm.site = in.text("site");
    norm.sex = sexOf(in, in.position());
    norm.ageFrom_y = static_cast<int>(in.number("age_from_y", 0, 130));
    norm.ageTo_y = static_cast<int>(in.number("age_to_y", 0, 130));
    if (norm.ageTo_y < norm.ageFrom_y)
        throw TomlRefusal{"\"age_to_y\" is below \"age_from_y\"", in.position()};
    norm.n = static_cast<unsigned>(in.number("n", 1, 1e6));
    norm.citation = in.text("citation");
    norm.certainty = in.text("certainty");
    norm.percentiles = percentilesOf(in.table("percentiles"));
    in.refuseUnknownKeys();
    return norm;
}

NormSet setOf(const toml::table& root) {
    StrictTable in(root, "the file");
    if (in.number("schema", 0, 1e6) != knownSchema)
        throw TomlRefusal{"the schema version is not " + std::to_string(knownSchema),
                          root.get("schema")->source().begin};
    NormSet set;
    set.id = in.text("id");
    set.version = in.text("version");
    set.title = in.text("title");
    set.deviceFamily = in.text("device_family");
    if (in.text("unit") != knownUnit)
        throw TomlRefusal{"the unit has to be \"" + std::string(knownUnit) + "\"",
                          root.get("unit")->source().begin};
    set.licence = in.text("licence");
    set.enteredBy = in.text("entered_by");
    if (root.contains("verified_by")) set.verifiedBy = in.text("verified_by");
    for (const toml::node& node : in.tables("norm")) {
        NormTable norm = tableOf(*node.as_table());
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
    if (set) set->sha256 = sha256Of(text);
    return set;
}

Result<NormSet> loadNorms(const std::filesystem::path& file) {
    const auto text = smallFile(file);
    if (!text) return tl::unexpected(text.error());
    return parseNorms(*text, file.string());
}

} // namespace eccrine::protocols
