// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/failure.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace eccrine::devices::virtual_instrument {

/// A TOML table that is read whole or refused whole. Reads never fail on the spot: the first objection is
/// kept and finish() returns it with file, line and column, also for a key that nobody read. Thus a reader is
/// a list of fields and a file with a typing error does nothing.
class StrictTable {
public:
    [[nodiscard]] static Result<StrictTable> parseText(std::string_view text, const std::string& name);
    [[nodiscard]] static Result<StrictTable> parseFile(const std::filesystem::path& file);

    /// A finite number in [least, most].
    [[nodiscard]] double number(std::string_view key, double least, double most) const;
    [[nodiscard]] double numberOr(std::string_view key, double otherwise, double least, double most) const;
    /// Two numbers in [least, most], the first not above the second.
    [[nodiscard]] std::pair<double, double> range(std::string_view key, double least, double most) const;
    [[nodiscard]] bool flagOr(std::string_view key, bool otherwise) const;
    [[nodiscard]] std::string text(std::string_view key) const;
    [[nodiscard]] std::string textOr(std::string_view key, std::string_view otherwise) const;
    /// A text that must be one of the given ones; returns its position.
    [[nodiscard]] std::size_t oneOf(std::string_view key, const std::vector<std::string>& choices) const;
    [[nodiscard]] bool has(std::string_view key) const;
    [[nodiscard]] StrictTable table(std::string_view key) const;
    [[nodiscard]] std::vector<StrictTable> tables(std::string_view key) const; ///< [[key]], may be absent
    [[nodiscard]] std::vector<std::string> keys() const;

    /// Objects to the value of a key, or to the table itself when the key is empty.
    void object(std::string_view key, const std::string& what, const std::string& remedy) const;
    /// The first objection of the whole file; otherwise the first key that was not read.
    [[nodiscard]] Done finish() const;

private:
    struct File;
    StrictTable(std::shared_ptr<File> file, const void* node) : file_(std::move(file)), node_(node) {}
    std::shared_ptr<File> file_;
    const void* node_ = nullptr; ///< toml::table within file_; null after an objection
};

} // namespace eccrine::devices::virtual_instrument
