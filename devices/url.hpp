// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/failure.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace eccrine::devices {

struct SerialAddress {
    std::string path;
    friend bool operator==(const SerialAddress&, const SerialAddress&) = default;
};
struct TcpAddress {
    std::string host;
    std::uint16_t port = 0;
    friend bool operator==(const TcpAddress&, const TcpAddress&) = default;
};
using InstrumentAddress = std::variant<SerialAddress, TcpAddress>;

/// `efp:/dev/serial/by-id/...`, `efp:///dev/...`, a plain path below /dev, `tcp://host:port`,
/// `tcp://[::1]:port`.
[[nodiscard]] Result<InstrumentAddress> parseInstrumentUrl(std::string_view url);

} // namespace eccrine::devices
