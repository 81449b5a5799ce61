// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/virtual/file_descriptor.hpp"
#include "devices/virtual/host_link.hpp"

#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace eccrine::devices::virtual_instrument {

namespace {

class TcpLink final : public HostLink {
public:
    explicit TcpLink(std::uint16_t port) : port_(port) {}

    [[nodiscard]] std::string url() const override { return "tcp://127.0.0.1:" + std::to_string(port_); }

    void addWaits(std::vector<pollfd>& waits) const override {
        if (listener_.valid()) waits.push_back({listener_.get(), POLLIN, 0});
        if (!host_.valid()) return;
        const auto events = static_cast<short>(somethingQueued() ? POLLIN | POLLOUT : POLLIN);
        waits.push_back({host_.get(), events, 0});
    }

    Change change() override {
        if (gone_) {
            gone_ = false;
            host_.reset();
            discardQueued();
            return Change::Closed;
        }
        FileDescriptor next{listener_.valid()
                                ? ::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)
                                : -1};
        if (!next.valid() || host_.valid()) return Change::None; // a second host is hung up on
        const int on = 1;
        (void)::setsockopt(next.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        host_ = std::move(next);
        return Change::Opened;
    }

    std::size_t read(std::span<std::byte> into) override {
        if (!host_.valid() || gone_) return 0;
        const auto got = ::recv(host_.get(), into.data(), into.size(), 0);
        if (got > 0) return static_cast<std::size_t>(got);
        if (got == 0 || !(errno == EAGAIN || errno == EINTR)) gone_ = true;
        return 0;
    }

    void unplug() override {
        listener_.reset();
        if (host_.valid()) gone_ = true;
    }

    Done plugIn() override {
        FileDescriptor listener{::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
        const int on = 1;
        (void)::setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(port_);
        socklen_t size = sizeof address;
        auto* generic = reinterpret_cast<sockaddr*>(&address); // the sockets interface wants it so
        if (!listener.valid() || ::bind(listener.get(), generic, size) != 0 ||
            ::listen(listener.get(), 4) != 0 || ::getsockname(listener.get(), generic, &size) != 0)
            return failed("cannot listen on 127.0.0.1 port " + std::to_string(port_) + " (" +
                              std::strerror(errno) + ")",
                          "--tcp", "choose another port, or 0 for a free one");
        port_ = ntohs(address.sin_port);
        listener_ = std::move(listener);
        return {};
    }

protected:
    std::ptrdiff_t write(std::span<const std::byte> bytes) override {
        if (!host_.valid() || gone_) return -1;
        const auto sent = ::send(host_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent >= 0) return sent;
        if (errno == EAGAIN || errno == EINTR) return 0;
        gone_ = true;
        return -1;
    }

private:
    std::uint16_t port_;
    FileDescriptor listener_;
    FileDescriptor host_;
    bool gone_ = false;
};

} // namespace

Result<std::unique_ptr<HostLink>> listenOnTcp(std::uint16_t port) {
    auto link = std::make_unique<TcpLink>(port);
    if (auto done = link->plugIn(); !done) return tl::unexpected<Failure>(done.error());
    return link;
}

} // namespace eccrine::devices::virtual_instrument
