// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/failure.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <poll.h>
#include <span>
#include <string>
#include <vector>

namespace eccrine::devices::virtual_instrument {

/// The instrument's end of the cable: one host at a time, never blocking. One thread.
class HostLink {
public:
    enum class Change { None, Opened, Closed };

    HostLink() = default;
    HostLink(const HostLink&) = delete;
    HostLink& operator=(const HostLink&) = delete;
    virtual ~HostLink() = default;

    /// What a host is told to connect to.
    [[nodiscard]] virtual std::string url() const = 0;
    /// Adds the descriptors worth waking up for.
    virtual void addWaits(std::vector<pollfd>& waits) const = 0;
    /// A host that has come or gone since the last call. One change per call.
    [[nodiscard]] virtual Change change() = 0;
    /// Reads what is there, at most `into`; 0 when nothing is.
    [[nodiscard]] virtual std::size_t read(std::span<std::byte> into) = 0;
    /// Queues a frame whole, or refuses it when more than the queue's size would wait.
    [[nodiscard]] bool queue(std::span<const std::byte> frame);
    /// Writes what the other side takes.
    void flush();
    /// Pulls the cable; the host sees a hang-up.
    virtual void unplug() = 0;
    [[nodiscard]] virtual Done plugIn() = 0;

    void setQueueSize(std::size_t bytes) { queueSize_ = bytes; }

protected:
    /// Bytes taken, 0 when none are, -1 when the host is gone.
    [[nodiscard]] virtual std::ptrdiff_t write(std::span<const std::byte> bytes) = 0;
    [[nodiscard]] bool somethingQueued() const { return sent_ < queued_.size(); }
    void discardQueued();

private:
    std::vector<std::byte> queued_;
    std::size_t sent_ = 0;
    std::size_t queueSize_ = 20'480; ///< as much as a pty holds
};

/// Listens on loopback only. Port 0 takes a free one.
[[nodiscard]] Result<std::unique_ptr<HostLink>> listenOnTcp(std::uint16_t port);
/// A pseudo-terminal; `link`, if given, is a symbolic link to it that is replaced when the cable was pulled.
[[nodiscard]] Result<std::unique_ptr<HostLink>> openPty(const std::optional<std::filesystem::path>& link);

} // namespace eccrine::devices::virtual_instrument
