// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

namespace eccrine::devices::efp {

/// Puts little-endian fields one after another. The buffer is large enough by construction of each message.
class WireWriter {
public:
    explicit WireWriter(std::span<std::byte> out) noexcept : out_(out) {}
    template <class Integer>
    WireWriter& put(Integer value) noexcept {
        static_assert(std::is_integral_v<Integer>);
        auto bits = static_cast<std::uint64_t>(value);
        for (std::size_t i = 0; i < sizeof(Integer); ++i) {
            out_[at_++] = static_cast<std::byte>(bits & 0xFFU);
            bits >>= 8U;
        }
        return *this;
    }
    WireWriter& put(float value) noexcept { return put(std::bit_cast<std::uint32_t>(value)); }
    [[nodiscard]] std::size_t size() const noexcept { return at_; }

private:
    std::span<std::byte> out_;
    std::size_t at_ = 0;
};

/// Takes little-endian fields one after another; `ok()` tells whether all were there.
class WireReader {
public:
    explicit WireReader(std::span<const std::byte> in) noexcept : in_(in) {}
    template <class Integer>
    [[nodiscard]] Integer take() noexcept {
        static_assert(std::is_integral_v<Integer>);
        if (in_.size() - at_ < sizeof(Integer)) {
            ok_ = false;
            at_ = in_.size();
            return {};
        }
        std::uint64_t bits = 0;
        for (std::size_t i = 0; i < sizeof(Integer); ++i)
            bits |= static_cast<std::uint64_t>(in_[at_++]) << (8U * i);
        return static_cast<Integer>(bits);
    }
    [[nodiscard]] float takeFloat() noexcept { return std::bit_cast<float>(take<std::uint32_t>()); }
    [[nodiscard]] std::span<const std::byte> rest() const noexcept { return in_.subspan(at_); }
    [[nodiscard]] bool ok() const noexcept { return ok_; }

private:
    std::span<const std::byte> in_;
    std::size_t at_ = 0;
    bool ok_ = true;
};

} // namespace eccrine::devices::efp
