// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/virtual/control_socket.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

namespace eccrine::devices::virtual_instrument {

namespace {

constexpr std::size_t mostClients = 16;
constexpr std::size_t longestLine = 4096;
constexpr std::size_t mostUnread = 256U << 10U; ///< answers that a client does not fetch
constexpr mode_t ownerOnly = 0600;

sockaddr_un addressOf(const std::filesystem::path& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), path.native().size());
    return address;
}

const sockaddr* generic(const sockaddr_un& address) {
    return reinterpret_cast<const sockaddr*>(&address); // the sockets interface wants it so
}

bool somebodyListens(const sockaddr_un& address) {
    const FileDescriptor probe{::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    return ::connect(probe.get(), generic(address), sizeof address) == 0 || errno == EAGAIN;
}

} // namespace

Result<std::unique_ptr<ControlSocket>> ControlSocket::listen(const std::filesystem::path& path) {
    using Kind = Failure::Kind;
    sockaddr_un address{};
    if (path.empty() || path.native().size() >= sizeof address.sun_path)
        return failed("the name of a control socket has 1 to 107 characters", path.string(),
                      "choose a shorter --control", Kind::Call);
    address = addressOf(path);
    struct ::stat there {};
    if (::lstat(path.c_str(), &there) == 0) {
        if (!S_ISSOCK(there.st_mode))
            return failed("there is something else with this name", path.string(), "choose another --control",
                          Kind::Call);
        if (somebodyListens(address))
            return failed("another program listens on this control socket", path.string(),
                          "end it, or choose another --control");
        (void)::unlink(path.c_str()); // left by a program that was killed
    }
    FileDescriptor listener{::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    // The rights come before the name, so that there is no instant at which others may connect.
    if (!listener.valid() || ::fchmod(listener.get(), ownerOnly) != 0 ||
        ::bind(listener.get(), generic(address), sizeof address) != 0 || ::listen(listener.get(), 8) != 0)
        return failed(std::string{"the control socket cannot be made ("} + std::strerror(errno) + ")",
                      path.string(), "choose a --control in a folder that you may write to");
    return std::unique_ptr<ControlSocket>{new ControlSocket{path, std::move(listener)}};
}

ControlSocket::ControlSocket(std::filesystem::path path, FileDescriptor listener)
    : path_(std::move(path)), listener_(std::move(listener)) {
    struct ::stat mine {};
    if (::lstat(path_.c_str(), &mine) != 0) return;
    device_ = mine.st_dev;
    node_ = mine.st_ino;
}

ControlSocket::~ControlSocket() {
    struct ::stat there {};
    if (::lstat(path_.c_str(), &there) == 0 && there.st_dev == device_ && there.st_ino == node_)
        (void)::unlink(path_.c_str());
}

void ControlSocket::addWaits(std::vector<pollfd>& waits) const {
    if (clients_.size() < mostClients) waits.push_back({listener_.get(), POLLIN, 0});
    for (const auto& c : clients_)
        waits.push_back({c.socket.get(),
                         static_cast<short>((c.over ? 0 : POLLIN) | (c.toSend.empty() ? 0 : POLLOUT)), 0});
}

void ControlSocket::serve(const std::function<std::string(std::string_view)>& answer) {
    while (clients_.size() < mostClients) {
        FileDescriptor next{::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)};
        if (!next.valid()) break;
        clients_.push_back({std::move(next), {}, {}, false});
    }
    for (auto& c : clients_) {
        if (!c.over) read(c, answer);
        write(c);
    }
    std::erase_if(clients_, [](const Client& c) {
        return !c.socket.valid() || (c.over && c.toSend.empty()) || c.toSend.size() > mostUnread;
    });
}

void ControlSocket::read(Client& c, const std::function<std::string(std::string_view)>& answer) {
    std::array<char, longestLine> buffer{};
    const auto got = ::recv(c.socket.get(), buffer.data(), buffer.size(), 0); // one piece a round is enough
    if (got < 0) {
        if (errno != EAGAIN && errno != EINTR) c.socket.reset();
        return;
    }
    if (got == 0) {
        c.over = true;
        return;
    }
    c.received.append(buffer.data(), static_cast<std::size_t>(got));
    std::size_t from = 0;
    for (auto end = c.received.find('\n'); end != std::string::npos; end = c.received.find('\n', from)) {
        c.toSend += answer(std::string_view{c.received}.substr(from, end - from)) + '\n';
        from = end + 1;
    }
    c.received.erase(0, from);
    if (c.received.size() >= longestLine) {
        c.toSend +=
            "a line has at most " + std::to_string(longestLine) + " characters; write a shorter one\n";
        c.over = true;
    }
}

void ControlSocket::write(Client& c) {
    if (!c.socket.valid() || c.toSend.empty()) return;
    const auto sent = ::send(c.socket.get(), c.toSend.data(), c.toSend.size(), MSG_NOSIGNAL);
    if (sent > 0)
        c.toSend.erase(0, static_cast<std::size_t>(sent));
    else if (sent < 0 && errno != EAGAIN && errno != EINTR)
        c.socket.reset();
}

} // namespace eccrine::devices::virtual_instrument
