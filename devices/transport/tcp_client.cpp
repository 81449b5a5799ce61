// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/transport/tcp_client.hpp"

#include "devices/transport/wait_for_fd.hpp"

#include <boost/asio.hpp>

#include <utility> // before Asio 1.74, which uses std::exchange without including it

namespace eccrine::devices {

namespace asio = boost::asio;

struct TcpClient::Connection {
    asio::io_context context;
    asio::ip::tcp::socket socket{context};
};

TcpClient::TcpClient(std::string host, std::uint16_t port)
    : host_(std::move(host)), port_(port), name_("tcp://" + host_ + ":" + std::to_string(port)) {}
TcpClient::~TcpClient() = default;

Done TcpClient::open(std::chrono::milliseconds timeout) {
    close();
    auto connection = std::make_unique<Connection>();
    asio::ip::tcp::resolver resolver(connection->context);
    boost::system::error_code code;
    const auto endpoints = resolver.resolve(host_, std::to_string(port_), code);
    if (code) return failed("the host name is not known: " + code.message(), name_, "check the name");
    code = asio::error::would_block;
    asio::async_connect(connection->socket, endpoints,
                        [&code](const auto& result, const auto&) { code = result; });
    connection->context.run_for(timeout);
    if (code == asio::error::would_block) {
        connection->socket.close(code);
        connection->context.run(); // the handler refers to `code`
        return failed("no answer within " + std::to_string(timeout.count()) + " ms", name_,
                      "check that the instrument is on");
    }
    if (code)
        return failed("no connection: " + code.message(), name_,
                      "check that the instrument is on, and the port number");
    connection->socket.set_option(asio::ip::tcp::no_delay(true), code);
    connection->socket.non_blocking(true, code);
    connection_ = std::move(connection);
    return {};
}

void TcpClient::close() noexcept {
    connection_.reset();
}

Transport::Read TcpClient::read(std::span<std::byte> into, std::chrono::milliseconds atMost) noexcept {
    if (!connection_) return {Read::State::Lost, 0};
    switch (waitReadable(connection_->socket.native_handle(), std::chrono::steady_clock::now() + atMost)) {
    case Ready::TimedOut:
        return {Read::State::TimedOut, 0};
    case Ready::Gone:
        return {Read::State::Lost, 0};
    case Ready::Yes:
        break;
    }
    boost::system::error_code code;
    const std::size_t n = connection_->socket.read_some(asio::buffer(into.data(), into.size()), code);
    if (code == asio::error::would_block) return {Read::State::TimedOut, 0};
    if (code || n == 0) return {Read::State::Lost, 0};
    return {Read::State::Data, n};
}

bool TcpClient::write(std::span<const std::byte> bytes, std::chrono::milliseconds atMost) noexcept {
    const auto deadline = std::chrono::steady_clock::now() + atMost; // of all the pieces together
    while (connection_ && !bytes.empty()) {
        if (waitWritable(connection_->socket.native_handle(), deadline) != Ready::Yes) return false;
        boost::system::error_code code;
        const std::size_t n = connection_->socket.write_some(asio::buffer(bytes.data(), bytes.size()), code);
        if (code && code != asio::error::would_block) return false;
        bytes = bytes.subspan(n);
    }
    return connection_ != nullptr;
}

} // namespace eccrine::devices
