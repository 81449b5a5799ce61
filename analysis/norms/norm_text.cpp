// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/norms/norm_set.hpp"

#include <array>
#include <charconv>
#include <fstream>
#include <system_error>

namespace eccrine::analysis {
namespace {

std::string numberText(double value) {
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    return {digits.data(), end.ptr};
}

/// As a basic string of TOML.
std::string inQuotes(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        constexpr const char* hex = "0123456789ABCDEF";
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            (out += '\\') += c;
        else if (byte < 0x20 || byte == 0x7F)
            ((out += "\\u00") += hex[byte >> 4U]) += hex[byte & 15U];
        else
            out += c;
    }
    return out + "\"";
}

/// p97.5 needs quotes: a bare key with a dot would be two keys.
std::string keyOf(double percentile) {
    const std::string key = "p" + numberText(percentile);
    return key.find('.') == std::string::npos ? key : "\"" + key + "\"";
}

std::string sidesOf(const PercentileInterval& interval) {
    std::string text;
    if (interval.low) text += "low = " + numberText(interval.low->value);
    if (interval.high) text += (text.empty() ? "high = " : ", high = ") + numberText(interval.high->value);
    return text.empty() ? "{ }" : "{ " + text + " }";
}

template <class Map, class Value>
std::string inlineTable(const Map& entries, Value valueText) {
    std::string text;
    for (const auto& [percentile, value] : entries)
        text += (text.empty() ? "" : ", ") + keyOf(percentile) + " = " + valueText(value);
    return "{ " + text + " }";
}

std::string nameOf(const std::optional<Sex>& sex) {
    if (!sex) return "any";
    return *sex == Sex::Female ? "female" : "male";
}

} // namespace

std::string normText(const NormSet& set) {
    std::string out;
    const auto line = [&](const char* key, const std::string& value) {
        out += key;
        out += " = " + value + "\n";
    };
    line("schema", std::to_string(normSchema));
    line("id", inQuotes(set.id));
    line("version", inQuotes(set.version));
    line("title", inQuotes(set.title));
    line("device_family", inQuotes(set.deviceFamily));
    line("unit", inQuotes(std::string(normUnit)));
    line("use", set.use == NormUse::Classification ? "\"classification\"" : "\"information\"");
    line("licence", inQuotes(set.licence));
    line("entered_by", inQuotes(set.enteredBy));
    if (set.verified()) line("verified_by", inQuotes(set.verifiedBy));
    for (const NormTable& table : set.tables) {
        out += "\n[[norm]]\n";
        line("site", inQuotes(table.site));
        line("sex", inQuotes(nameOf(table.sex)));
        if (table.agesStated) line("age_from_y", std::to_string(table.ageFrom_y));
        if (table.agesStated) line("age_to_y", std::to_string(table.ageTo_y));
        if (table.n > 0) line("n", std::to_string(table.n));
        line("citation", inQuotes(table.citation));
        line("certainty", inQuotes(table.certainty));
        if (!table.quantile.empty()) line("quantile", inQuotes(table.quantile));
        line("percentiles",
             inlineTable(table.percentiles, [](Microlitres v) { return numberText(v.value); }));
        if (!table.confidence_pct) continue;
        line("confidence_pct", numberText(*table.confidence_pct));
        line("intervals", inlineTable(table.intervals, sidesOf));
    }
    return out;
}

Done writeNorms(const NormSet& set, const std::filesystem::path& file) {
    std::error_code error;
    if (std::filesystem::exists(file, error))
        return failed("a norm set of this name exists; results may rest on it", file.string(),
                      "choose another name, or move the old file away", Failure::Kind::Call);
    std::filesystem::path part = file;
    part += ".part";
    std::ofstream out(part, std::ios::binary | std::ios::trunc);
    out << normText(set);
    out.close();
    if (out) std::filesystem::rename(part, file, error);
    if (!out || error) {
        std::error_code ignored;
        std::filesystem::remove(part, ignored);
        return failed("the norm set cannot be written", file.string(),
                      "check the folder, its permissions and the space left on the disk");
    }
    return {};
}

} // namespace eccrine::analysis
