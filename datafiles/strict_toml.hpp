// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/failure.hpp"
#include "core/quantity.hpp"

#include <toml++/toml.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <locale>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

/// Reads TOML strictly: every key is asked for, ranges are checked, an unknown key is a typing error. Only
/// for .cpp files (the TOML library is heavy).
namespace eccrine::datafiles {

/// Thrown while a file is read only: the first thing wrong ends the reading, readStrictly() turns it into a
/// Failure.
struct TomlRefusal {
    std::string what;
    toml::source_position at;
};

class StrictTable {
public:
    explicit StrictTable(const toml::table& table, std::string name)
        : table_(table), name_(std::move(name)) {}

    [[nodiscard]] double number(const char* key, double least, double most) {
        const toml::node& node = required(key);
        const auto value = node.value<double>();
        if (!value || !std::isfinite(*value))
            throw TomlRefusal{quoted(key) + " has to be a number", node.source().begin};
        if (*value < least || *value > most) {
            std::ostringstream text;
            text.imbue(std::locale::classic());
            text << quoted(key) << " is " << *value << ", outside " << least << " to " << most;
            throw TomlRefusal{text.str(), node.source().begin};
        }
        return *value;
    }
    [[nodiscard]] bool flag(const char* key) {
        const toml::node& node = required(key);
        const auto value = node.value_exact<bool>();
        if (!value) throw TomlRefusal{quoted(key) + " has to be true or false", node.source().begin};
        return *value;
    }
    [[nodiscard]] Seconds seconds(const char* key, double least, double most) {
        return Seconds{number(key, least, most)};
    }
    [[nodiscard]] std::string text(const char* key) {
        const toml::node& node = required(key);
        const auto value = node.value<std::string>();
        if (!value || value->empty())
            throw TomlRefusal{quoted(key) + " has to be a text", node.source().begin};
        return *value;
    }
    [[nodiscard]] std::string textOrEmpty(const char* key) {
        const toml::node& node = required(key);
        auto value = node.value<std::string>();
        if (!value) throw TomlRefusal{quoted(key) + " has to be a text", node.source().begin};
        return *std::move(value);
    }
    [[nodiscard]] std::vector<std::string> texts(const char* key) {
        const toml::node& node = required(key);
        std::vector<std::string> out;
        if (const auto* array = node.as_array())
            for (const toml::node& item : *array)
                if (auto value = item.value<std::string>(); value && !value->empty()) out.push_back(*value);
        if (out.empty() || out.size() != node.as_array()->size())
            throw TomlRefusal{quoted(key) + " has to be a list of texts", node.source().begin};
        return out;
    }
    /// A list of numbers, which may be empty.
    [[nodiscard]] std::vector<double> numbers(const char* key, double least, double most) {
        const toml::node& node = required(key);
        if (!node.is_array()) throw TomlRefusal{quoted(key) + " has to be a list", node.source().begin};
        std::vector<double> out;
        for (const toml::node& item : *node.as_array()) {
            const auto value = item.value<double>();
            if (!value || !(*value >= least && *value <= most))
                throw TomlRefusal{quoted(key) + " has a value that is no number or out of range",
                                  item.source().begin};
            out.push_back(*value);
        }
        return out;
    }
    [[nodiscard]] const toml::table& table(const char* key) {
        const toml::node& node = required(key);
        if (!node.is_table()) throw TomlRefusal{quoted(key) + " has to be a table", node.source().begin};
        return *node.as_table();
    }
    [[nodiscard]] const toml::array& tables(const char* key) {
        const toml::node& node = required(key);
        if (!node.is_array_of_tables() || node.as_array()->empty())
            throw TomlRefusal{"[[" + std::string(key) + "]] has to be one table or more",
                              node.source().begin};
        return *node.as_array();
    }
    [[nodiscard]] toml::source_position position() const { return table_.source().begin; }
    /// A key that nobody asked for is a typing error, and a limit that is silently ignored would be worse
    /// than a refusal.
    void refuseUnknownKeys() const {
        for (const auto& [key, node] : table_)
            if (!asked_.contains(std::string(key.str())))
                throw TomlRefusal{"the key " + quoted(std::string(key.str()).c_str()) + " is not known in " +
                                      name_,
                                  key.source().begin};
    }

private:
    [[nodiscard]] static std::string quoted(const char* key) { return "\"" + std::string(key) + "\""; }
    [[nodiscard]] const toml::node& required(const char* key) {
        asked_.insert(key);
        const toml::node* node = table_.get(key);
        if (node == nullptr) throw TomlRefusal{name_ + " has no " + quoted(key), table_.source().begin};
        return *node;
    }
    const toml::table& table_;
    std::string name_;
    std::set<std::string> asked_;
};

inline std::string placeOf(const std::string& name, const toml::source_position& at) {
    if (!at) return name;
    return name + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
}

/// Parses the text and hands its root table to `read`; what goes wrong comes back with file, line and column.
template <class T>
Result<T> readStrictly(const std::string& text, const std::string& name,
                       const std::function<T(const toml::table&)>& read) {
    constexpr const char* correctIt = "correct the file; the one that came with the program shows the form";
    try {
        const toml::table root = toml::parse(text, name);
        return read(root);
    } catch (const toml::parse_error& error) {
        return failed(std::string(error.description()), placeOf(name, error.source().begin), correctIt);
    } catch (const TomlRefusal& refusal) {
        return failed(refusal.what, placeOf(name, refusal.at), correctIt);
    }
}

/// The whole text of a small file.
inline Result<std::string> smallFile(const std::filesystem::path& file) {
    std::error_code ignored;
    std::ifstream in(file, std::ios::binary);
    if (!in || std::filesystem::is_directory(file, ignored))
        return failed("the file cannot be read", file.string(), "check the name and the permissions",
                      Failure::Kind::Call);
    constexpr std::uintmax_t sensible = 1U << 20U;
    if (std::filesystem::file_size(file, ignored) > sensible)
        return failed("the file is larger than such a file can be (1 MiB)", file.string(),
                      "choose another file");
    return std::string{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

} // namespace eccrine::datafiles
