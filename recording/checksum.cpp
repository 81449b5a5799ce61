// SPDX-License-Identifier: GPL-3.0-or-later
#include "recording/checksum.hpp"

#include "core/crc32c.hpp"

#include <array>
#include <string_view>

namespace eccrine::recording {
namespace {

template <std::size_t N>
std::uint32_t add(std::uint32_t crc, const std::array<std::int64_t, N>& numbers) {
    std::array<std::byte, 8 * N> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] =
            static_cast<std::byte>((static_cast<std::uint64_t>(numbers[i / 8]) >> (8 * (i % 8))) & 0xFFU);
    return crc32c(bytes, crc);
}

std::uint32_t add(std::uint32_t crc, std::string_view text) {
    crc = add(crc, std::array{static_cast<std::int64_t>(text.size())});
    return crc32c(std::as_bytes(std::span(text.data(), text.size())), crc);
}

} // namespace

std::int64_t checksumOf(const BlockPosition& position, TestTime at, std::span<const std::byte> raw) {
    const auto crc = add(
        0, std::array{std::int64_t{position.stream}, static_cast<std::int64_t>(position.firstIndex),
                      std::int64_t{position.ticks}, std::int64_t{position.first.time_since_epoch().count()},
                      std::int64_t{at.time_since_epoch().count()}, std::int64_t{position.overrunBefore}});
    return crc32c(raw, crc);
}

std::int64_t checksumOf(const RecordedEvent& event) {
    auto crc = add(0, std::array{std::int64_t{event.at.time_since_epoch().count()}});
    for (const std::string_view text :
         {std::string_view(event.kind), std::string_view(event.site), std::string_view(event.detail)})
        crc = add(crc, text);
    return crc;
}

} // namespace eccrine::recording
