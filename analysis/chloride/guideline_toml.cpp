// SPDX-License-Identifier: GPL-3.0-or-later
// How a profile is read from its file, and what is proved of it before it is used.
#include "analysis/chloride/eligibility_toml.hpp"
#include "analysis/chloride/guideline.hpp"
#include "datafiles/strict_toml.hpp"
#include "datafiles/text_hash.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace eccrine::chloride {
namespace {

using datafiles::readStrictly;
using datafiles::smallFile;
using datafiles::StrictTable;
using datafiles::TomlRefusal;

constexpr int knownSchema = 1;
constexpr int monthsOfALife = 120 * 12;
constexpr int greatestClassified = 160; ///< every whole number up to it has exactly one class

constexpr std::array chlorideClasses{"CF_UNLIKELY", "INTERMEDIATE", "CF_INDICATED", "CONSULT"};
constexpr std::array conductivityClasses{"NEGATIVE", "BORDERLINE", "POSITIVE"};

/// What the tables of a file are read with: the sources that they may cite.
class Reader {
public:
    explicit Reader(const toml::table& root) : root_(root) {}
    [[nodiscard]] Guideline read();

private:
    [[nodiscard]] std::string cited(StrictTable& in, const toml::table& table) const;
    [[nodiscard]] static Decimal decimal(StrictTable& in, const toml::table& table, const char* key,
                                         double least, double most);
    [[nodiscard]] static int whole(StrictTable& in, const toml::table& table, const char* key, int least,
                                   int most);
    void readHead(StrictTable& in);
    void readSources(StrictTable& in);
    [[nodiscard]] AgeBand bandOf(const toml::table& table) const;
    [[nodiscard]] SufficiencyRule sufficiencyOf(const toml::table& table) const;
    [[nodiscard]] ReferenceInterval intervalOf(const toml::table& table) const;
    void readRules(StrictTable& in);
    void readWording(const toml::table& table);
    void proveBands() const;
    void proveWording(const toml::table& table) const;

    const toml::table& root_;
    Guideline g_;
    std::set<std::string> sources_;
};

template <class Value, std::size_t N>
Value oneOf(StrictTable& in, const toml::table& table, const char* key,
            const std::array<std::pair<const char*, Value>, N>& choices) {
    const std::string text = in.text(key);
    std::string known;
    for (const auto& [name, value] : choices) {
        if (text == name) return value;
        known += std::string(known.empty() ? "" : ", ") + name;
    }
    throw TomlRefusal{"\"" + std::string(key) + "\" is \"" + text + "\"; it has to be one of " + known,
                      table.get(key)->source().begin};
}

std::string Reader::cited(StrictTable& in, const toml::table& table) const {
    std::string id = in.text("source");
    if (!sources_.contains(id))
        throw TomlRefusal{"\"source\" cites \"" + id + "\", which [[sources]] does not list",
                          table.get("source")->source().begin};
    return id;
}

Decimal Reader::decimal(StrictTable& in, const toml::table& table, const char* key, double least,
                        double most) {
    const double value = in.number(key, least, most);
    const auto millionths = static_cast<std::int64_t>(std::llround(value * 1e6));
    if (millionths % 10 != 0 || std::fabs(static_cast<double>(millionths) / 1e6 - value) > 1e-9)
        throw TomlRefusal{"\"" + std::string(key) + "\" has more than five decimals",
                          table.get(key)->source().begin};
    return Decimal::ofMillionths(millionths);
}

int Reader::whole(StrictTable& in, const toml::table& table, const char* key, int least, int most) {
    const double value = in.number(key, least, most);
    if (value != std::floor(value))
        throw TomlRefusal{"\"" + std::string(key) + "\" has to be a whole number",
                          table.get(key)->source().begin};
    return static_cast<int>(value);
}

void Reader::readHead(StrictTable& in) {
    if (whole(in, root_, "schema", 0, 1'000'000) != knownSchema)
        throw TomlRefusal{"the schema version is not " + std::to_string(knownSchema),
                          root_.get("schema")->source().begin};
    g_.id = in.text("id");
    if (g_.id.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.") !=
        std::string::npos)
        throw TomlRefusal{"\"id\" has to be letters, digits, '-', '_' and '.' only",
                          root_.get("id")->source().begin};
    g_.version = in.text("version");
    g_.edition = in.text("edition");
    g_.title = in.text("title");
    if (root_.contains("url")) g_.url = in.text("url");
    const auto date = [&](const char* key) -> std::optional<Date> {
        if (!root_.contains(key)) return std::nullopt;
        const auto parsed = Date::parse(in.text(key), key);
        if (!parsed) throw TomlRefusal{parsed.error().what, root_.get(key)->source().begin};
        return *parsed;
    };
    g_.effectiveFrom = date("effective_from");
    g_.retiredOn = date("retired_on");
    g_.analyte = oneOf<Analyte>(in, root_, "analyte",
                                std::array{std::pair{"chloride", Analyte::Chloride},
                                           std::pair{"conductivity", Analyte::Conductivity},
                                           std::pair{"information", Analyte::Information}});
    g_.unit = in.text("unit");
    const char* expected = g_.analyte == Analyte::Conductivity ? "mmol/L NaCl-equivalent" : "mmol/L";
    if (g_.unit != expected)
        throw TomlRefusal{"the unit has to be \"" + std::string(expected) + "\"",
                          root_.get("unit")->source().begin};
    if (root_.contains("verified_by")) {
        g_.verifiedBy = in.text("verified_by");
        g_.verifiedOn = in.text("verified_on");
    }
}

void Reader::readSources(StrictTable& in) {
    for (const toml::node& node : in.tables("sources")) {
        StrictTable table(*node.as_table(), "[[sources]]");
        Source s;
        s.id = table.text("id");
        s.text = table.text("text");
        s.certainty = table.text("certainty");
        if (node.as_table()->contains("url")) s.url = table.text("url");
        if (s.certainty != "read" && s.certainty != "derived" && s.certainty != "memory" &&
            s.certainty != "policy")
            throw TomlRefusal{"the certainty \"" + s.certainty +
                                  "\" is not one of read, derived, memory, policy",
                              node.source().begin};
        if (!sources_.insert(s.id).second)
            throw TomlRefusal{"two sources have the id \"" + s.id + "\"", node.source().begin};
        table.refuseUnknownKeys();
        g_.sources.push_back(std::move(s));
    }
}

/// The limits that are printed, and those that a value is called near to, are those of the ranges: a profile
/// that was edited in one place only would print what it does not do.
void refuseOtherLimits(const AgeBand& band, const toml::source_position& at) {
    const auto isOf = [](int number, const ClassRange& r) {
        return number == r.lowest || number == r.lowest - 1 || number == r.highest || number == r.highest + 1;
    };
    for (const ClassRange& range : band.classes)
        for (std::size_t i = 0; i < range.limits.size();) {
            int number = 0;
            const char* from = range.limits.data() + i;
            const auto [end, error] =
                std::from_chars(from, range.limits.data() + range.limits.size(), number);
            if (error != std::errc{} || *from == '-') {
                ++i;
                continue;
            }
            i = static_cast<std::size_t>(end - range.limits.data());
            if (!isOf(number, range))
                throw TomlRefusal{"the class " + range.code + " is printed as \"" + range.limits +
                                      "\" and holds from " + std::to_string(range.lowest) + " to " +
                                      std::to_string(range.highest),
                                  at};
        }
    for (const int limit : band.decisionLimits)
        if (std::none_of(band.classes.begin(), band.classes.end(), [&](const ClassRange& r) {
                return r.lowest > 0 && (limit == r.lowest || limit == r.lowest - 1);
            }))
            throw TomlRefusal{"the decision limit " + std::to_string(limit) +
                                  " lies between no two classes of the band \"" + band.label + "\"",
                              at};
}

AgeBand Reader::bandOf(const toml::table& table) const {
    StrictTable in(table, "[[age_band]]");
    AgeBand band;
    band.label = in.text("label");
    band.source = cited(in, table);
    band.fromMonths = whole(in, table, "from_months", 0, monthsOfALife);
    band.fromIncluded = !table.contains("from_included") || in.flag("from_included");
    if (table.contains("to_months")) {
        band.toMonths = whole(in, table, "to_months", 1, monthsOfALife);
        band.toIncluded = in.flag("to_included");
        if (*band.toMonths <= band.fromMonths)
            throw TomlRefusal{"\"to_months\" is not above \"from_months\"", table.source().begin};
    }
    if (table.contains("refused")) {
        band.refusal = in.text("refused");
        in.refuseUnknownKeys();
        return band;
    }
    for (const double limit : in.numbers("decision_limits", 1, greatestClassified))
        band.decisionLimits.push_back(static_cast<int>(limit));
    for (const toml::node& node : in.tables("class")) {
        StrictTable row(*node.as_table(), "[[age_band.class]]");
        ClassRange range;
        range.code = row.text("code");
        const auto known = [&](const auto& codes) {
            return std::any_of(codes.begin(), codes.end(), [&](const char* c) { return range.code == c; });
        };
        if (!(g_.analyte == Analyte::Conductivity ? known(conductivityClasses) : known(chlorideClasses)))
            throw TomlRefusal{"the class \"" + range.code + "\" is not known for " +
                                  (g_.analyte == Analyte::Conductivity ? "a conductivity" : "a chloride"),
                              node.source().begin};
        range.lowest = whole(row, *node.as_table(), "lowest", 0, greatestClassified);
        range.highest = whole(row, *node.as_table(), "highest", 0, 10'000);
        range.limits = row.text("limits");
        row.refuseUnknownKeys();
        band.classes.push_back(std::move(range));
    }
    for (int value = 0; value <= greatestClassified; ++value) {
        const auto holding =
            std::count_if(band.classes.begin(), band.classes.end(),
                          [&](const ClassRange& r) { return value >= r.lowest && value <= r.highest; });
        if (holding != 1)
            throw TomlRefusal{"the value " + std::to_string(value) + " falls in " +
                                  (holding == 0 ? "no class" : "more than one class") + " of the band \"" +
                                  band.label +
                                  "\"; every whole number from 0 to 160 has to fall in exactly one",
                              table.source().begin};
    }
    refuseOtherLimits(band, table.source().begin);
    in.refuseUnknownKeys();
    return band;
}

SufficiencyRule Reader::sufficiencyOf(const toml::table& table) const {
    StrictTable in(table, "[[sufficiency]]");
    SufficiencyRule rule;
    const std::string collector = in.text("collector");
    const auto known = collectorOf(collector);
    if (!known || codeOf(*known) != collector)
        throw TomlRefusal{"\"collector\" is \"" + collector +
                              "\"; it has to be one of coil, gauze, pad, cell",
                          table.get("collector")->source().begin};
    rule.collector = *known;
    rule.source = cited(in, table);
    rule.mode = oneOf<SufficiencyRule::Mode>(in, table, "mode",
                                             std::array{std::pair{"floor", SufficiencyRule::Mode::Floor},
                                                        std::pair{"rate", SufficiencyRule::Mode::Rate}});
    if (rule.mode == SufficiencyRule::Mode::Rate || table.contains("area_cm2"))
        rule.area_cm2 = decimal(in, table, "area_cm2", 0.01, 400);
    if (rule.mode == SufficiencyRule::Mode::Floor)
        rule.floor = decimal(
            in, table,
            rule.collector == Collector::Coil || rule.collector == Collector::Cell ? "floor_ul" : "floor_mg",
            0.1, 2000);
    else
        rule.least_g_per_m2_min = decimal(in, table, "least_g_per_m2_min", 0.01, 100);
    if (table.contains("minutes_at_least"))
        rule.minutesAtLeast = decimal(in, table, "minutes_at_least", 0, 600);
    rule.minutesAtMost = decimal(in, table, "minutes_at_most", 1, 600);
    if (rule.minutesAtLeast && *rule.minutesAtLeast > rule.minutesAtMost)
        throw TomlRefusal{"\"minutes_at_least\" is above \"minutes_at_most\"", table.source().begin};
    in.refuseUnknownKeys();
    return rule;
}

ReferenceInterval Reader::intervalOf(const toml::table& table) const {
    StrictTable in(table, "[[reference_interval]]");
    ReferenceInterval r;
    r.source = cited(in, table);
    r.fromYears = whole(in, table, "from_years", 0, 130);
    if (table.contains("to_years")) r.toYears = whole(in, table, "to_years", 0, 130);
    r.low = whole(in, table, "low", 0, greatestClassified);
    r.high = whole(in, table, "high", 0, greatestClassified);
    r.median = whole(in, table, "median", 0, greatestClassified);
    if (r.low > r.median || r.median > r.high || (r.toYears && *r.toYears < r.fromYears))
        throw TomlRefusal{"the interval is turned round", table.source().begin};
    in.refuseUnknownKeys();
    return r;
}

void Reader::readRules(StrictTable& in) {
    if (root_.contains("sufficiency"))
        for (const toml::node& node : in.tables("sufficiency")) {
            SufficiencyRule rule = sufficiencyOf(*node.as_table());
            if (g_.sufficiencyFor(rule.collector) != nullptr)
                throw TomlRefusal{"two sufficiency rules hold for \"" + std::string(codeOf(rule.collector)) +
                                      "\"",
                                  node.source().begin};
            g_.sufficiency.push_back(std::move(rule));
        }
    const auto section = [&](const char* key, auto&& read) {
        if (!root_.contains(key)) return;
        const toml::table& table = in.table(key);
        StrictTable inner(table, "[" + std::string(key) + "]");
        static_cast<void>(cited(inner, table));
        read(inner, table);
        inner.refuseUnknownKeys();
    };
    section("agreement", [&](StrictTable& s, const toml::table& t) {
        g_.agreement =
            AgreementRule{decimal(s, t, "split", 0, 160), decimal(s, t, "at_or_below", 0, 160),
                          decimal(s, t, "above", 0, 160), t.get("source")->value_or(std::string())};
    });
    section("plausibility", [&](StrictTable& s, const toml::table& t) {
        g_.implausibleAbove = decimal(s, t, "implausible_above", 1, greatestClassified);
    });
    section("sweat_rate", [&](StrictTable& s, const toml::table& t) {
        const Decimal most = decimal(s, t, "implausible_above_g_m2_min", 1, 1000);
        for (SufficiencyRule& rule : g_.sufficiency)
            rule.implausibleAbove_g_per_m2_min = most;
    });
    section("questionable", [&](StrictTable& s, const toml::table& t) {
        g_.questionableAbove = decimal(s, t, "above", 1, greatestClassified);
    });
    section("reportable",
            [&](StrictTable& s, const toml::table& t) { g_.reportableFrom = decimal(s, t, "from", 0, 60); });
    section("sodium", [&](StrictTable& s, const toml::table& t) {
        g_.sodiumWarnAbove = decimal(s, t, "warn_above", 0, 160);
        g_.sodiumRejectAbove = decimal(s, t, "reject_above", 0, 160);
        if (*g_.sodiumRejectAbove < *g_.sodiumWarnAbove)
            throw TomlRefusal{"\"reject_above\" is below \"warn_above\"", t.source().begin};
    });
    section("near_limit", [&](StrictTable& s, const toml::table& t) {
        g_.nearLimitWithin = decimal(s, t, "within", 0, 60);
    });
    section("newborn", [&](StrictTable& s, const toml::table& t) {
        g_.newbornDays = whole(s, t, "not_below_days", 0, 365);
    });
    if (root_.contains("reference_interval"))
        for (const toml::node& node : in.tables("reference_interval"))
            g_.intervals.push_back(intervalOf(*node.as_table()));
    if (root_.contains("eligibility"))
        g_.eligibility = eligibilityRulesOf(in.tables("eligibility"), sources_);
}

void Reader::readWording(const toml::table& table) {
    for (const auto& [key, node] : table) {
        if (!node.is_table())
            throw TomlRefusal{"\"" + std::string(key.str()) + "\" in [wording] has to be a table",
                              key.source().begin};
        StrictTable in(*node.as_table(), "[wording." + std::string(key.str()) + "]");
        Wording words;
        words.title = in.text("title");
        if (node.as_table()->contains("meaning")) words.meaning = in.text("meaning");
        if (node.as_table()->contains("follow_up")) words.followUp = in.text("follow_up");
        in.refuseUnknownKeys();
        g_.wording.emplace(std::string(key.str()), std::move(words));
    }
}

/// Every day of a life of 120 years lies in exactly one band. The ends of bands fall on the same day of a
/// month as the birth, so that days around each end are enough.
void Reader::proveBands() const {
    for (const Date born : {Date{2025, 8, 31}, Date{2024, 2, 29}, Date{2025, 1, 10}}) {
        std::set<Date> days{born, born.plusMonths(monthsOfALife)};
        for (const AgeBand& band : g_.bands)
            for (const int months : {band.fromMonths, band.toMonths.value_or(band.fromMonths)})
                for (const int shift : {-1, 0, 1})
                    if (const Date day = Date::ofDays(born.plusMonths(months).days() + shift); day >= born)
                        days.insert(day);
        for (const Date& day : days) {
            const auto holding = std::count_if(g_.bands.begin(), g_.bands.end(),
                                               [&](const AgeBand& b) { return b.holds(born, day); });
            if (holding != 1)
                throw TomlRefusal{
                    std::string("an age of ") + ageText(born, day) + " (born " + born.text() + ", on " +
                        day.text() + ") falls in " + (holding == 0 ? "no" : "more than one") +
                        " [[age_band]]; the bands have to cover birth to 120 years without gap or overlap",
                    root_.source().begin};
        }
    }
}

/// A class or an outcome without words would leave an empty line on a report.
void Reader::proveWording(const toml::table& table) const {
    std::set<std::string> needed{"QNS", "HELD"};
    if (g_.agreement) needed.insert("DISCORDANT");
    if (g_.implausibleAbove) needed.insert("IMPLAUSIBLE");
    for (const AgeBand& band : g_.bands)
        for (const ClassRange& range : band.classes)
            needed.insert(range.code);
    for (const std::string& code : needed)
        if (g_.words(code) == nullptr)
            throw TomlRefusal{"[wording] has no words for \"" + code + "\"", table.source().begin};
}

Guideline Reader::read() {
    StrictTable in(root_, "the file");
    readHead(in);
    readSources(in);
    if (g_.analyte == Analyte::Information) {
        readRules(in);
        if (g_.intervals.empty())
            throw TomlRefusal{"an overlay has to have [[reference_interval]] tables", root_.source().begin};
        in.refuseUnknownKeys();
        return std::move(g_);
    }
    g_.classifyOn = oneOf<ClassifyOn>(
        in, root_, "classify_on",
        std::array{std::pair{"rounded", ClassifyOn::Rounded}, std::pair{"raw", ClassifyOn::Raw}});
    g_.confirmation =
        oneOf<Confirmation>(in, root_, "confirmation",
                            std::array{std::pair{"none", Confirmation::None},
                                       std::pair{"second_collection", Confirmation::SecondCollection},
                                       std::pair{"separate_day", Confirmation::SeparateDay}});
    for (const toml::node& node : in.tables("age_band"))
        g_.bands.push_back(bandOf(*node.as_table()));
    proveBands();
    readRules(in);
    if (g_.analyte == Analyte::Chloride && (!g_.implausibleAbove || !g_.agreement || g_.sufficiency.empty()))
        throw TomlRefusal{"a chloride profile has to have [plausibility], [agreement] and [[sufficiency]]",
                          root_.source().begin};
    const toml::table& wording = in.table("wording");
    readWording(wording);
    proveWording(wording);
    in.refuseUnknownKeys();
    return std::move(g_);
}

} // namespace

Result<Guideline> parseGuideline(const std::string& text, const std::string& name) {
    auto guideline =
        readStrictly<Guideline>(text, name, [](const toml::table& root) { return Reader(root).read(); });
    if (guideline) {
        guideline->text = text;
        guideline->sha256 = datafiles::sha256Of(text);
    }
    return guideline;
}

Result<Guideline> loadGuideline(const std::filesystem::path& file) {
    const auto text = smallFile(file);
    if (!text) return tl::unexpected(text.error());
    return parseGuideline(*text, file.string());
}

} // namespace eccrine::chloride
