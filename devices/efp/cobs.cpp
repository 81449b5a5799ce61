// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/efp/cobs.hpp"

#include <algorithm>
#include <cstdint>

namespace eccrine::devices::efp {
namespace {
constexpr std::uint8_t fullBlock = 0xFF;
}

std::size_t cobsEncode(std::span<const std::byte> in, std::span<std::byte> out) noexcept {
    std::size_t code = 0; // where the current block's length goes
    std::size_t at = 1;
    std::uint8_t length = 1;
    for (std::size_t i = 0; i < in.size(); ++i) {
        if (in[i] != std::byte{0}) {
            out[at++] = in[i];
            ++length;
        }
        const bool last = i + 1 == in.size();
        if (in[i] == std::byte{0} || (length == fullBlock && !last)) {
            out[code] = std::byte{length};
            code = at++;
            length = 1;
        }
    }
    out[code] = std::byte{length};
    return at;
}

std::optional<std::size_t> cobsDecode(std::span<const std::byte> in, std::span<std::byte> out) noexcept {
    std::size_t at = 0;
    for (std::size_t i = 0; i < in.size();) {
        const auto length = static_cast<std::uint8_t>(in[i]);
        if (length == 0 || i + length > in.size()) return std::nullopt;
        const auto block = in.subspan(i + 1, length - 1U);
        if (at + block.size() > out.size()) return std::nullopt;
        if (std::find(block.begin(), block.end(), std::byte{0}) != block.end()) return std::nullopt;
        std::copy(block.begin(), block.end(), out.begin() + static_cast<std::ptrdiff_t>(at));
        at += block.size();
        i += length;
        if (length != fullBlock && i < in.size()) {
            if (at >= out.size()) return std::nullopt;
            out[at++] = std::byte{0};
        }
    }
    return at;
}

} // namespace eccrine::devices::efp
