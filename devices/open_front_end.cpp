// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/open_front_end.hpp"

#include "devices/efp/efp_front_end.hpp"
#include "devices/transport/serial_port.hpp"
#include "devices/transport/tcp_client.hpp"
#include "devices/url.hpp"

namespace eccrine::devices {

Result<std::unique_ptr<FrontEnd>> openFrontEnd(std::string_view url, const HostClock& clock) {
    const auto address = parseInstrumentUrl(url);
    if (!address) return tl::unexpected(address.error());
    std::unique_ptr<Transport> transport;
    if (const auto* serial = std::get_if<SerialAddress>(&*address))
        transport = std::make_unique<SerialPort>(serial->path);
    if (const auto* tcp = std::get_if<TcpAddress>(&*address))
        transport = std::make_unique<TcpClient>(tcp->host, tcp->port);
    return std::make_unique<efp::EfpFrontEnd>(std::string(url), std::move(transport), clock);
}

} // namespace eccrine::devices
