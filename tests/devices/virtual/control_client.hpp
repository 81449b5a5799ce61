// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstring>
#include <filesystem>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace eccrine::devices {

/// The other end of a control socket.
class ControlClient {
public:
    explicit ControlClient(const std::filesystem::path& path)
        : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
        connected = ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }
    ControlClient(const ControlClient&) = delete;
    ControlClient& operator=(const ControlClient&) = delete;
    ~ControlClient() { ::close(socket_); }

    [[nodiscard]] bool send(std::string_view text) const {
        return ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
    }
    void noMore() const { ::shutdown(socket_, SHUT_WR); }
    /// The next line; empty when none comes within 10 s or the other end has hung up.
    std::string line(int within_ms = 10'000) {
        for (;;) {
            if (const auto end = text_.find('\n'); end != std::string::npos) {
                std::string one = text_.substr(0, end);
                text_.erase(0, end + 1);
                return one;
            }
            pollfd wait{socket_, POLLIN, 0};
            if (::poll(&wait, 1, within_ms) <= 0) return {};
            std::array<char, 4096> buffer{};
            const auto got = ::recv(socket_, buffer.data(), buffer.size(), 0);
            if (got <= 0) return {};
            text_.append(buffer.data(), static_cast<std::size_t>(got));
        }
    }
    std::string ask(const std::string& command) { return send(command + "\n") ? line() : std::string{}; }

    bool connected = false;

private:
    int socket_;
    std::string text_;
};

} // namespace eccrine::devices
