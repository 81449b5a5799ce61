// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "devices/transport/transport.hpp"

#include <cstdint>
#include <memory>

namespace eccrine::devices {

/// A TCP connection to a front end, without delay (Nagle off).
class TcpClient final : public Transport {
public:
    TcpClient(std::string host, std::uint16_t port);
    ~TcpClient() override;
    [[nodiscard]] Done open(std::chrono::milliseconds timeout) override;
    void close() noexcept override;
    [[nodiscard]] Read read(std::span<std::byte> into, std::chrono::milliseconds atMost) noexcept override;
    [[nodiscard]] bool write(std::span<const std::byte> bytes,
                             std::chrono::milliseconds atMost) noexcept override;
    [[nodiscard]] const std::string& name() const noexcept override { return name_; }

private:
    struct Connection;
    std::string host_;
    std::uint16_t port_;
    std::string name_;
    std::unique_ptr<Connection> connection_;
};

} // namespace eccrine::devices
