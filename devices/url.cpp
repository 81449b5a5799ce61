// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/url.hpp"

#include <charconv>

namespace eccrine::devices {
namespace {

tl::unexpected<Failure> refused(const std::string& what, std::string_view url) {
    return failed(what, "instrument \"" + std::string(url) + "\"",
                  "write efp:/dev/serial/by-id/NAME for a serial port or tcp://HOST:PORT",
                  Failure::Kind::Call);
}

} // namespace

Result<InstrumentAddress> parseInstrumentUrl(std::string_view url) {
    if (url.empty()) return refused("no instrument is named", url);
    if (url.starts_with("tcp://")) {
        const auto rest = url.substr(6);
        const auto colon = rest.rfind(':');
        if (colon == std::string_view::npos || rest.ends_with(']'))
            return refused("the port number is missing", url);
        auto host = rest.substr(0, colon);
        if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
        const auto digits = rest.substr(colon + 1);
        unsigned port = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
        if (error != std::errc{} || end != digits.data() + digits.size() || port < 1 || port > 65535)
            return refused("the port has to be a number from 1 to 65535", url);
        if (host.empty()) return refused("the host is missing", url);
        return TcpAddress{std::string(host), static_cast<std::uint16_t>(port)};
    }
    std::string_view path = url;
    if (path.starts_with("efp:")) {
        path.remove_prefix(4);
        if (path.starts_with("//")) path.remove_prefix(2);
    }
    if (!path.starts_with('/')) return refused("this is neither a port below /dev nor a TCP address", url);
    return SerialAddress{std::string(path)};
}

} // namespace eccrine::devices
