// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/laboratory/laboratory_rules.hpp"

#include "analysis/chloride/cited_toml.hpp"
#include "datafiles/strict_toml.hpp"
#include "datafiles/text_hash.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

namespace eccrine::laboratory {
namespace {

using chloride::decimalOf;
using chloride::wholeNumberOf;
using datafiles::StrictTable;
using datafiles::TomlRefusal;

constexpr int knownSchema = 1;
constexpr std::array everyRule{WestgardRule::OneTwoS, WestgardRule::OneThreeS, WestgardRule::TwoTwoS};

std::set<WestgardRule> rulesOf(StrictTable& in, const char* key) {
    std::set<WestgardRule> rules;
    for (const std::string& name : in.texts(key)) {
        const auto* const found = std::find_if(everyRule.begin(), everyRule.end(),
                                               [&](WestgardRule r) { return codeOf(r) == name; });
        if (found == everyRule.end())
            throw TomlRefusal{"the control rule \"" + name + "\" is not one of 1-2s, 1-3s, 2-2s",
                              in.position()};
        rules.insert(*found);
    }
    return rules;
}

class Reader {
public:
    explicit Reader(const toml::table& root) : root_(root), in_(root, "the file") {}

    [[nodiscard]] LaboratoryRules read() {
        if (wholeNumberOf(in_, "schema", 0, 1'000'000) != knownSchema)
            throw TomlRefusal{"the schema version is not " + std::to_string(knownSchema), in_.position()};
        rules_.id = in_.text("id");
        rules_.version = in_.text("version");
        rules_.title = in_.text("title");
        rules_.sources = chloride::sourcesOf(in_);
        readSamples();
        readControls();
        readQns();
        in_.refuseUnknownKeys();
        return std::move(rules_);
    }

private:
    void section(const char* key, const std::function<void(StrictTable&)>& read) {
        StrictTable table(in_.table(key), "[" + std::string(key) + "]");
        static_cast<void>(chloride::citedSource(table, rules_.sources));
        read(table);
        table.refuseUnknownKeys();
    }

    void readSamples() {
        section("weighing", [&](StrictTable& t) {
            rules_.weighing = {decimalOf(t, "mass_most_mg", 1, 100'000),
                               wholeNumberOf(t, "tare_hours_most", 1, 24 * 30)};
        });
        section("coil",
                [&](StrictTable& t) { rules_.coil_ul_per_cm = decimalOf(t, "ul_per_cm", 0.01, 100); });
        if (root_.contains("coil_widest")) // a laboratory's own file of before does without
            section("coil_widest", [&](StrictTable& t) {
                rules_.coilWidest = CoilWidest{decimalOf(t, "ul_per_cm_at_most", 0.01, 100),
                                               decimalOf(t, "read_within_cm", 0, 1)};
                if (rules_.coilWidest->ul_per_cmAtMost < rules_.coil_ul_per_cm)
                    throw TomlRefusal{"\"ul_per_cm_at_most\" is below \"ul_per_cm\" of [coil]", t.position()};
            });
        if (root_.contains("validation"))
            section("validation", [&](StrictTable& t) { rules_.secondPerson = t.flag("second_person"); });
        section("entry", [&](StrictTable& t) {
            rules_.entry = {decimalOf(t, "eluent_most_ul", 1, 1'000'000),
                            decimalOf(t, "concentration_most_mmol_l", 160, 10'000),
                            decimalOf(t, "coil_most_cm", 1, 1'000)};
        });
        if (root_.contains("stimulation"))
            section("stimulation",
                    [&](StrictTable& t) { rules_.currentMost_ma = decimalOf(t, "current_most_ma", 1, 100); });
        section("duplicate", [&](StrictTable& t) {
            rules_.duplicate = {decimalOf(t, "left_least_ul", 0, 1'000),
                                decimalOf(t, "within_mmol_l", 0, 160),
                                decimalOf(t, "within_percent", 0, 100)};
        });
        section("storage", [&](StrictTable& t) {
            rules_.storage = {wholeNumberOf(t, "room_hours", 0, 24 * 30),
                              wholeNumberOf(t, "cold_hours", 0, 24 * 30),
                              wholeNumberOf(t, "total_hours", 1, 24 * 60)};
        });
    }

    void readControls() {
        section("controls", [&](StrictTable& t) {
            rules_.control.levelsPerDay = wholeNumberOf(t, "levels_per_day", 0, 10);
        });
        section("westgard", [&](StrictTable& t) {
            rules_.control.warn = rulesOf(t, "warn");
            rules_.control.reject = rulesOf(t, "reject");
            for (const WestgardRule rule : rules_.control.warn)
                if (rules_.control.reject.contains(rule))
                    throw TomlRefusal{"the control rule \"" + std::string(codeOf(rule)) +
                                          "\" both warns and rejects",
                                      t.position()};
        });
        section("imprecision", [&](StrictTable& t) {
            rules_.control.cvBelow_percent = decimalOf(t, "cv_below_percent", 0.1, 100);
        });
        section("imprecision_sample", [&](StrictTable& t) {
            rules_.control.cvValuesLeast = wholeNumberOf(t, "values_least", 2, 1'000);
        });
    }

    void readQns() {
        for (const toml::node& node : in_.tables("qns_band"))
            readBand(*node.as_table());
        if (rules_.qns.bands.back().toMonths)
            throw TomlRefusal{"the last [[qns_band]] has \"to_months\"; every later age has to have a band",
                              in_.position()};
        section("qns_window",
                [&](StrictTable& t) { rules_.qns.windowMonths = wholeNumberOf(t, "months", 1, 120); });
        section("repeat", [&](StrictTable& t) {
            rules_.qns.repeatWithinDays = wholeNumberOf(t, "within_days", 1, 365);
        });
        section("control_chart", [&](StrictTable& t) { rules_.qns.sigma = decimalOf(t, "sigma", 1, 6); });
    }

    void readBand(const toml::table& table) {
        StrictTable t(table, "[[qns_band]]");
        static_cast<void>(chloride::citedSource(t, rules_.sources));
        QnsBand band;
        band.id = t.text("id");
        band.label = t.text("label");
        if (table.contains("to_months")) band.toMonths = wholeNumberOf(t, "to_months", 1, 120 * 12);
        band.atMost_percent = decimalOf(t, "at_most_percent", 0, 100);
        for (const QnsBand& earlier : rules_.qns.bands) {
            if (earlier.id == band.id)
                throw TomlRefusal{"two [[qns_band]] have the id \"" + band.id + "\"", t.position()};
            if (!earlier.toMonths || (band.toMonths && *band.toMonths <= *earlier.toMonths))
                throw TomlRefusal{"the [[qns_band]] are not in the order of age", t.position()};
        }
        t.refuseUnknownKeys();
        rules_.qns.bands.push_back(std::move(band));
    }

    const toml::table& root_;
    StrictTable in_;
    LaboratoryRules rules_;
};

} // namespace

std::string_view codeOf(WestgardRule rule) {
    switch (rule) {
    case WestgardRule::OneTwoS:
        return "1-2s";
    case WestgardRule::OneThreeS:
        return "1-3s";
    case WestgardRule::TwoTwoS:
        return "2-2s";
    }
    return "";
}

const QnsBand& QnsRules::bandOf(const Date& born, const Date& on) const {
    for (const QnsBand& band : bands)
        if (band.toMonths && on <= born.plusMonths(*band.toMonths)) return band;
    return bands.back();
}

Result<LaboratoryRules> parseLaboratoryRules(const std::string& text, const std::string& name) {
    auto rules = datafiles::readStrictly<LaboratoryRules>(
        text, name, [](const toml::table& root) { return Reader(root).read(); });
    if (rules) rules->sha256 = datafiles::sha256Of(text);
    return rules;
}

Result<LaboratoryRules> loadLaboratoryRules(const std::filesystem::path& file) {
    const auto text = datafiles::smallFile(file);
    if (!text) return tl::unexpected(text.error());
    return parseLaboratoryRules(*text, file.string());
}

} // namespace eccrine::laboratory
