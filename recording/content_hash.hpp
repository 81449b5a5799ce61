// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/failure.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace eccrine::recording {

/// SHA-256 over a canonical serialisation: numbers as 8 bytes little-endian, texts and blobs behind their
/// length. docs/formats/recording.md gives the order, so that anybody can compute a recording's hash again.
class ContentHash {
public:
    ContentHash();
    ContentHash& add(std::int64_t number);
    ContentHash& add(double number); ///< its IEEE 754 bits
    ContentHash& add(std::string_view text);
    ContentHash& add(std::span<const std::byte> blob);
    ContentHash& addBare(std::span<const std::byte> piece); ///< without its length: pieces are one blob
    [[nodiscard]] std::string hex();

    struct Free {
        void operator()(evp_md_ctx_st* context) const;
    };

private:
    void raw(const void* data, std::size_t size);
    void hashWhatWaits();
    std::unique_ptr<evp_md_ctx_st, Free> context_;
    std::array<std::byte, 4096> waiting_{}; ///< a recording is many small pieces, and each call costs as much
    std::size_t used_ = 0;
};

/// SHA-256 of plain bytes that come piece by piece.
class BytesHash {
public:
    BytesHash();
    void add(std::string_view bytes);
    [[nodiscard]] std::string hex(); ///< once

private:
    std::unique_ptr<evp_md_ctx_st, ContentHash::Free> context_;
};

/// SHA-256 of plain bytes, hex.
[[nodiscard]] std::string sha256Of(std::string_view bytes);
/// The same of a file of any size.
[[nodiscard]] Result<std::string> sha256OfFile(const std::filesystem::path& file);

} // namespace eccrine::recording
