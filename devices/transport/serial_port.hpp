// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "devices/transport/transport.hpp"

#include <memory>

namespace eccrine::devices {

/// A serial device, USB-CDC or pty: 921600 8N1, raw. One program at a time: the port is locked (flock, and
/// TIOCEXCL on real ports), because two programs on one line corrupt each other silently.
class SerialPort final : public Transport {
public:
    /// `path`: a device file; prefer /dev/serial/by-id/..., ttyUSB numbers change.
    explicit SerialPort(std::string path);
    ~SerialPort() override;
    [[nodiscard]] Done open(std::chrono::milliseconds timeout) override;
    void close() noexcept override;
    [[nodiscard]] Read read(std::span<std::byte> into, std::chrono::milliseconds atMost) noexcept override;
    [[nodiscard]] bool write(std::span<const std::byte> bytes,
                             std::chrono::milliseconds atMost) noexcept override;
    [[nodiscard]] const std::string& name() const noexcept override { return path_; }

private:
    struct Port;
    std::string path_;
    std::unique_ptr<Port> port_;
};

} // namespace eccrine::devices
