// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/virtual/strict_table.hpp"

#include <toml++/toml.h>

#include <array>
#include <charconv>
#include <cmath>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>

namespace eccrine::devices::virtual_instrument {

namespace {

std::string shortNumber(double v) {
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), v).ptr;
    return {text.data(), end};
}

std::string place(const std::string& name, const toml::source_position& at) {
    if (at.line == 0) return name;
    return name + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
}

} // namespace

struct StrictTable::File {
    std::string name;
    toml::table root;
    std::optional<Failure> first;
    std::set<const toml::node*> read;

    void object(const toml::node* where, std::string what, std::string remedy) {
        if (first) return;
        first = Failure{std::move(what), where == nullptr ? name : place(name, where->source().begin),
                        std::move(remedy), Failure::Kind::Data};
    }
    const toml::node* firstUnread(const toml::table& table, std::string& key) const {
        for (const auto& [k, node] : table) {
            if (!read.contains(&node)) {
                key = std::string{k.str()};
                return &node;
            }
            if (const auto* inner = node.as_table()) {
                if (const auto* found = firstUnread(*inner, key)) return found;
            } else if (const auto* list = node.as_array()) {
                for (const auto& element : *list)
                    if (const auto* each = element.as_table())
                        if (const auto* found = firstUnread(*each, key)) return found;
            }
        }
        return nullptr;
    }
    /// Marks the key as read; objects when it is required and absent.
    const toml::node* find(const void* table, std::string_view key, bool required) {
        if (table == nullptr) return nullptr;
        const auto* t = static_cast<const toml::table*>(table);
        const auto* node = t->get(key);
        if (node != nullptr)
            read.insert(node);
        else if (required)
            object(t, "the key \"" + std::string{key} + "\" is missing here", "add it");
        return node;
    }
    std::optional<double> numberOf(const toml::node& node, std::string_view key, double least, double most) {
        const auto value = node.value<double>(); // whole numbers too
        if (!value || !std::isfinite(*value)) {
            object(&node, "\"" + std::string{key} + "\" is not a number", "write a number");
            return std::nullopt;
        }
        if (*value < least || *value > most) {
            object(&node, "\"" + std::string{key} + "\" is " + shortNumber(*value),
                   "give a number from " + shortNumber(least) + " to " + shortNumber(most));
            return std::nullopt;
        }
        return value;
    }
};

Result<StrictTable> StrictTable::parseText(std::string_view text, const std::string& name) {
    try {
        auto file = std::make_shared<File>();
        file->name = name;
        file->root = toml::parse(text, name);
        const void* root = &file->root;
        return StrictTable{std::move(file), root};
    } catch (const toml::parse_error& error) {
        return failed("not readable as TOML (" + std::string{error.description()} + ")",
                      place(name, error.source().begin), "correct this line");
    }
}

Result<StrictTable> StrictTable::parseFile(const std::filesystem::path& path) {
    std::error_code problem;
    if (!std::filesystem::is_regular_file(path, problem))
        return failed("there is no such file", path.string(), "check the path", Failure::Kind::Call);
    std::ifstream in{path, std::ios::binary};
    std::ostringstream content;
    content << in.rdbuf();
    if (!in) return failed("the file cannot be read", path.string(), "check its permissions");
    return parseText(content.str(), path.string());
}

double StrictTable::number(std::string_view key, double least, double most) const {
    const auto* node = file_->find(node_, key, true);
    return node == nullptr ? least : file_->numberOf(*node, key, least, most).value_or(least);
}

double StrictTable::numberOr(std::string_view key, double otherwise, double least, double most) const {
    const auto* node = file_->find(node_, key, false);
    return node == nullptr ? otherwise : file_->numberOf(*node, key, least, most).value_or(otherwise);
}

std::pair<double, double> StrictTable::range(std::string_view key, double least, double most) const {
    const auto* node = file_->find(node_, key, true);
    if (node == nullptr) return {least, most};
    const auto* list = node->as_array();
    if (list == nullptr || list->size() != 2) {
        file_->object(node, "\"" + std::string{key} + "\" is not a range", "write [least, most]");
        return {least, most};
    }
    const double from = file_->numberOf(*list->get(0), key, least, most).value_or(least);
    const double to = file_->numberOf(*list->get(1), key, least, most).value_or(most);
    if (from > to)
        file_->object(node, "\"" + std::string{key} + "\" has its ends exchanged", "write [least, most]");
    return {from, to};
}

bool StrictTable::flagOr(std::string_view key, bool otherwise) const {
    const auto* node = file_->find(node_, key, false);
    if (node == nullptr) return otherwise;
    const auto* value = node->as_boolean();
    if (value == nullptr)
        file_->object(node, "\"" + std::string{key} + "\" is neither true nor false", "write true or false");
    return value == nullptr ? otherwise : value->get();
}

std::string StrictTable::text(std::string_view key) const {
    const auto* node = file_->find(node_, key, true);
    if (node == nullptr) return {};
    const auto value = node->value<std::string>();
    if (!value) file_->object(node, "\"" + std::string{key} + "\" is not a text", "put it in quotes");
    return value.value_or("");
}

std::string StrictTable::textOr(std::string_view key, std::string_view otherwise) const {
    return has(key) ? text(key) : std::string{otherwise};
}

std::size_t StrictTable::oneOf(std::string_view key, const std::vector<std::string>& choices) const {
    const auto* node = file_->find(node_, key, true);
    if (node == nullptr) return 0;
    const auto value = node->value<std::string>();
    std::string list;
    for (std::size_t i = 0; i < choices.size(); ++i) {
        if (value && *value == choices[i]) return i;
        list += (i == 0 ? "" : ", ") + choices[i];
    }
    file_->object(node,
                  value ? "\"" + *value + "\" is not known for \"" + std::string{key} + "\""
                        : "\"" + std::string{key} + "\" is not a text",
                  "write one of: " + list);
    return 0;
}

bool StrictTable::has(std::string_view key) const {
    return node_ != nullptr && static_cast<const toml::table*>(node_)->contains(key);
}

StrictTable StrictTable::table(std::string_view key) const {
    const auto* node = file_->find(node_, key, true);
    if (node == nullptr) return {file_, nullptr};
    const auto* inner = node->as_table();
    if (inner == nullptr)
        file_->object(node, "\"" + std::string{key} + "\" is not a table",
                      "write [" + std::string{key} + "] and its keys below");
    return {file_, inner};
}

std::vector<StrictTable> StrictTable::tables(std::string_view key) const {
    std::vector<StrictTable> found;
    const auto* node = file_->find(node_, key, false);
    if (node == nullptr) return found;
    const auto* list = node->as_array();
    if (list == nullptr || !list->is_homogeneous<toml::table>()) {
        file_->object(node, "\"" + std::string{key} + "\" is not a list of tables",
                      "write [[" + std::string{key} + "]] before each");
        return found;
    }
    for (const auto& element : *list)
        found.push_back({file_, element.as_table()});
    return found;
}

std::vector<std::string> StrictTable::keys() const {
    std::vector<std::string> found;
    if (node_ != nullptr)
        for (const auto& [key, node] : *static_cast<const toml::table*>(node_))
            found.emplace_back(key.str());
    return found;
}

void StrictTable::object(std::string_view key, const std::string& what, const std::string& remedy) const {
    if (node_ == nullptr) return;
    const auto* table = static_cast<const toml::table*>(node_);
    const toml::node* where = key.empty() ? nullptr : table->get(key);
    file_->object(where == nullptr ? table : where, what, remedy);
}

Done StrictTable::finish() const {
    if (file_->first) return tl::unexpected<Failure>(*file_->first);
    std::string key;
    if (const auto* unread = file_->firstUnread(file_->root, key))
        return failed("the key \"" + key + "\" is not known here", place(file_->name, unread->source().begin),
                      "remove it or check its spelling");
    return {};
}

} // namespace eccrine::devices::virtual_instrument
