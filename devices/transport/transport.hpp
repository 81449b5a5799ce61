// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/failure.hpp"

#include <chrono>
#include <cstddef>
#include <span>
#include <string>

namespace eccrine::devices {

/// A byte stream to a device. All calls on one thread; after open() nothing allocates or throws, and every
/// call returns by its deadline.
class Transport {
public:
    struct Read {
        enum class State { Data, TimedOut, Lost } state = State::TimedOut;
        std::size_t bytes = 0;
    };

    Transport() = default;
    Transport(const Transport&) = delete;
    Transport& operator=(const Transport&) = delete;
    virtual ~Transport() = default;

    [[nodiscard]] virtual Done open(std::chrono::milliseconds timeout) = 0;
    virtual void close() noexcept = 0;
    /// What has come, at least one byte, or the reason why not.
    [[nodiscard]] virtual Read read(std::span<std::byte> into, std::chrono::milliseconds atMost) noexcept = 0;
    /// All bytes or false (the peer is gone, or took too long): then the link is lost.
    [[nodiscard]] virtual bool write(std::span<const std::byte> bytes,
                                     std::chrono::milliseconds atMost) noexcept = 0;
    /// As the user wrote it; for messages.
    [[nodiscard]] virtual const std::string& name() const noexcept = 0;
};

} // namespace eccrine::devices
