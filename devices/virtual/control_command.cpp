// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/virtual/control_command.hpp"

#include "devices/virtual/strict_table.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace eccrine::devices::virtual_instrument {

namespace {

constexpr std::string_view blanks = " \t\r";

std::vector<std::string> wordsOf(std::string_view line) {
    std::vector<std::string> words;
    for (auto from = line.find_first_not_of(blanks); from != std::string_view::npos;) {
        const auto to = std::min(line.find_first_of(blanks, from), line.size());
        words.emplace_back(line.substr(from, to - from));
        from = line.find_first_not_of(blanks, to);
    }
    return words;
}

bool bareWord(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '-' || c == '.';
    });
}

/// Keys whose value is a word or a text in a scenario file, and needs no quotes here.
bool takesText(const FaultTraits& traits, std::string_view key) {
    if (key == "site" || key == "after") return true;
    return std::any_of(traits.words.begin(), traits.words.end(),
                       [key](const auto& word) { return word.key == key; }) ||
           std::find(traits.texts.begin(), traits.texts.end(), key) != traits.texts.end();
}

/// `KIND key=value ...` as an inline table.
Result<std::string> inlineTable(const std::vector<std::string>& words) {
    const auto kind = faultKindNamed(words[0]);
    std::string table = "{ kind = \"" + words[0] + "\"";
    for (std::size_t i = 1; i < words.size(); ++i) {
        const auto equals = words[i].find('=');
        if (equals == std::string::npos)
            return failed("a word without \"=\" is not understood here", {},
                          "write key=value without blanks");
        const std::string key = words[i].substr(0, equals);
        const std::string value = words[i].substr(equals + 1);
        if (!bareWord(key) || value.empty())
            return failed("a key and a value belong on the two sides of \"=\"", {}, "write key=value");
        const bool quoted = kind && takesText(traitsOf(*kind), key) && bareWord(value);
        const std::string quote = quoted ? "\"" : "";
        table.append(", \"").append(key).append("\" = ").append(quote).append(value).append(quote);
    }
    return table + " }";
}

Result<ControlCommand> parseFault(const std::string& table) {
    const auto read = StrictTable::parseText("fault = " + table, "");
    if (!read) {
        Failure said = read.error();
        said.where.clear(); // of a text that nobody has written
        return tl::unexpected<Failure>(said);
    }
    const ScenarioFault fault = readFault(read->table("fault"), FaultTime::FromNow);
    if (const auto done = read->finish(); !done) {
        Failure said = done.error();
        said.where.clear();
        return tl::unexpected<Failure>(said);
    }
    return fault;
}

} // namespace

Result<ControlCommand> parseControlCommand(std::string_view line) {
    line = line.substr(0, line.find_last_not_of(blanks) + 1);
    // Nothing but printable text: a refusal may repeat a part of the line and stays one line.
    if (std::any_of(line.begin(), line.end(),
                    [](char c) { return (c < ' ' && c != '\t' && c != '\r') || c == 127; }))
        return failed("the line has characters that no command has", {}, "write plain text");
    const auto words = wordsOf(line);
    if (words.empty()) return failed("the line is empty", {}, "write a fault, clear or status");
    if (words[0].front() == '{') return parseFault(std::string{line});
    if (words[0] == "status") {
        if (words.size() > 1) return failed("status stands alone", {}, "write \"status\"");
        return StatusCommand{};
    }
    if (words[0] == "clear") {
        if (words.size() == 1) return ClearCommand{};
        const auto kind = faultKindNamed(words[1]);
        if (!kind || words.size() > 2)
            return failed("clear takes one kind of fault or nothing", {},
                          "write \"clear\" or \"clear KIND\"");
        return ClearCommand{kind};
    }
    if (words[0] == "device_rules") {
        if (words.size() != 2 || (words[1] != "on" && words[1] != "off"))
            return failed("device_rules is on or off", {},
                          "write \"device_rules on\" or \"device_rules off\"");
        return RulesCommand{words[1] == "on"};
    }
    if (!bareWord(words[0]))
        return failed("this is neither a kind of fault nor a command", {},
                      "write KIND key=value, clear or status");
    const auto table = inlineTable(words);
    if (!table) return tl::unexpected<Failure>(table.error());
    return parseFault(*table);
}

} // namespace eccrine::devices::virtual_instrument
