// SPDX-License-Identifier: GPL-3.0-or-later
// What a person answers, and the list of drugs, as the rules need them.
#include "analysis/chloride/eligibility.hpp"
#include "datafiles/strict_toml.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

namespace eccrine::chloride {
namespace {

using datafiles::StrictTable;
using datafiles::TomlRefusal;

std::vector<std::string> listOf(const std::string& text) {
    std::vector<std::string> out;
    for (std::size_t from = 0; from <= text.size();) {
        const std::size_t end = std::min(text.find_first_of(",;+\n", from), text.size());
        std::string item = text.substr(from, end - from);
        item.erase(0, item.find_first_not_of(" \t\r"));
        item.erase(item.find_last_not_of(" \t\r") + 1);
        if (!item.empty()) out.push_back(std::move(item));
        from = end + 1;
    }
    return out;
}

template <std::size_t N>
bool isOneOf(const std::array<std::string_view, N>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// "none" is the answer to the question, and no drug.
bool saysNoDrug(std::string word) {
    for (char& c : word)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    constexpr std::array<std::string_view, 4> answers{"none", "no", "no drug", "no drugs"};
    return isOneOf(answers, word);
}

Failure notOneOf(const std::string& name, const std::string& value, const char* choices) {
    return {"\"" + value + "\" is not known", name, std::string("write one of ") + choices,
            Failure::Kind::Call};
}

} // namespace

Result<int> gestationOf(const std::string& text, const std::string& name) {
    const auto refuse = [&] {
        return failed("\"" + text.substr(0, 40) + "\" is no gestation", name,
                      "write weeks and days, for instance 36w0d", Failure::Kind::Call);
    };
    const char* const end = text.data() + text.size();
    int weeks = 0, days = 0;
    auto read = std::from_chars(text.data(), end, weeks);
    if (read.ec != std::errc{}) return refuse();
    if (read.ptr != end) {
        if (*read.ptr != 'w' && *read.ptr != '+') return refuse();
        const bool letter = *read.ptr == 'w';
        if (read.ptr + 1 != end || !letter) {
            read = std::from_chars(read.ptr + 1, end, days);
            if (read.ec != std::errc{} ||
                !(read.ptr == end || (letter && *read.ptr == 'd' && read.ptr + 1 == end)))
                return refuse();
        }
    }
    if (weeks < 20 || days < 0 || days > 6 || weeks > 2000) return refuse();
    return weeks * 7 + days;
}

std::string gestationText(int days) {
    return std::to_string(days / 7) + "w" + std::to_string(days % 7) + "d";
}

Result<EligibilityInput> eligibilityInputOf(const std::map<std::string, std::string>& answers) {
    const auto answer = [&](const char* key) {
        const auto found = answers.find(key);
        return found == answers.end() ? std::string() : found->second;
    };
    EligibilityInput input;
    for (const auto& [key, moment] : {std::pair{"born", &input.born}, std::pair{"at", &input.at}}) {
        const auto parsed = Moment::parse(answer(key), key);
        if (!parsed) return tl::unexpected(parsed.error());
        *moment = *parsed;
    }
    if (const std::string text = answer("weight_kg"); !text.empty()) {
        const auto weight = Decimal::parse(text, "weight_kg");
        if (!weight) return tl::unexpected(weight.error());
        if (*weight <= Decimal(0) || *weight > Decimal(400))
            return failed("a weight of " + text + " kg is not possible", "weight_kg",
                          "give the weight in kilograms");
        input.weight_kg = *weight;
    }
    for (const auto& [key, days] : {std::pair{"gestation_at_birth", &input.gestationAtBirth_days},
                                    std::pair{"corrected_gestation", &input.correctedGestation_days}}) {
        if (answer(key).empty()) continue;
        const auto parsed = gestationOf(answer(key), key);
        if (!parsed) return tl::unexpected(parsed.error());
        *days = *parsed;
    }
    if (input.gestationAtBirth_days && *input.gestationAtBirth_days > 45 * 7)
        return failed("a gestation at birth of " + answer("gestation_at_birth") + " is not possible",
                      "gestation_at_birth", "give the gestation at birth; the corrected one is computed");
    const std::string screen = answer("newborn_screen");
    if (screen == "positive")
        input.screen = NewbornScreen::Positive;
    else if (screen == "negative")
        input.screen = NewbornScreen::Negative;
    else if (!screen.empty() && screen != "unknown")
        return tl::unexpected(notOneOf("newborn_screen", screen, "positive, negative, unknown"));
    input.drugs = listOf(answer("drugs"));
    if (const auto drug = std::find_if_not(input.drugs.begin(), input.drugs.end(), saysNoDrug);
        drug == input.drugs.end())
        input.drugs.clear();
    else if (const auto none = std::find_if(input.drugs.begin(), input.drugs.end(), saysNoDrug);
             none != input.drugs.end())
        return failed("\"" + *none + "\" stands beside the drug \"" + *drug + "\"", "drugs",
                      "name the drugs alone, or write none alone", Failure::Kind::Call);
    for (std::string& condition : listOf(answer("conditions")))
        input.conditions.insert(std::move(condition));
    input.oxygen = answer("oxygen");
    if (!input.oxygen.empty() && !isOneOf(oxygenModes, input.oxygen))
        return tl::unexpected(notOneOf("oxygen", input.oxygen, "none, nasal, head_box, open"));
    input.currentPath = answer("current_path");
    if (!input.currentPath.empty() && !isOneOf(currentPaths, input.currentPath))
        return tl::unexpected(notOneOf("current_path", input.currentPath, "limb, trunk, head"));
    return input;
}

Result<DrugClasses> parseDrugClasses(const std::string& text, const std::string& name) {
    return datafiles::readStrictly<DrugClasses>(text, name, [](const toml::table& root) {
        StrictTable in(root, "the file");
        if (in.number("schema", 0, 1e6) != 1)
            throw TomlRefusal{"the schema version is not 1", root.get("schema")->source().begin};
        static_cast<void>(in.text("source"));
        static_cast<void>(in.text("certainty"));
        DrugClasses classes;
        for (const auto& [drugClass, node] : in.table("class")) {
            const toml::array* names = node.as_array();
            if (names == nullptr || names->empty())
                throw TomlRefusal{"\"" + std::string(drugClass.str()) + "\" has to be a list of names",
                                  node.source().begin};
            for (const toml::node& item : *names) {
                const auto drug = item.value<std::string>();
                if (!drug || drug->empty()) throw TomlRefusal{"a drug has no name", item.source().begin};
                if (std::any_of(drug->begin(), drug->end(), [](char c) { return c >= 'A' && c <= 'Z'; }))
                    throw TomlRefusal{"the drug \"" + *drug + "\" has to be written in small letters",
                                      item.source().begin};
                if (!classes.classOfName.emplace(*drug, std::string(drugClass.str())).second)
                    throw TomlRefusal{"the drug \"" + *drug + "\" stands in two classes",
                                      item.source().begin};
            }
            // a class can be named itself
            classes.classOfName.emplace(std::string(drugClass.str()), std::string(drugClass.str()));
        }
        in.refuseUnknownKeys();
        return classes;
    });
}

Result<DrugClasses> loadDrugClasses(const std::vector<std::filesystem::path>& folders) {
    std::error_code error;
    for (const auto& folder : folders) {
        const auto file = folder / "drug-classes.toml";
        if (!std::filesystem::exists(file, error)) continue;
        const auto text = datafiles::smallFile(file);
        if (!text) return tl::unexpected(text.error());
        return parseDrugClasses(*text, file.string());
    }
    return failed("there is no list of drugs", "drug-classes.toml", "install the program again");
}

} // namespace eccrine::chloride
