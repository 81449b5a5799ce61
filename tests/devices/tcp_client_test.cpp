// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/transport/tcp_client.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <array>
#include <chrono>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace eccrine::devices {
namespace {

using Clock = std::chrono::steady_clock;
using State = Transport::Read::State;
using std::chrono::milliseconds;

/// A loopback socket that listens and accepts only when told.
class Listener {
public:
    explicit Listener(int backlog) {
        EXPECT_EQ(::bind(fd_, reinterpret_cast<const sockaddr*>(&address_), sizeof address_), 0);
        const bool listens = backlog < 0 || ::listen(fd_, backlog) == 0;
        EXPECT_TRUE(listens);
        socklen_t size = sizeof address_;
        EXPECT_EQ(::getsockname(fd_, reinterpret_cast<sockaddr*>(&address_), &size), 0);
    }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    ~Listener() {
        for (const int fd : guests_)
            ::close(fd);
        ::close(fd_);
    }
    [[nodiscard]] std::uint16_t port() const { return ntohs(address_.sin_port); }
    [[nodiscard]] int accept() {
        guests_.push_back(::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC));
        return guests_.back();
    }
    /// Connections that nobody accepts, until the kernel takes no more.
    void fillQueue(int connections) {
        for (int i = 0; i < connections; ++i) {
            const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
            static_cast<void>(::connect(fd, reinterpret_cast<const sockaddr*>(&address_), sizeof address_));
            guests_.push_back(fd);
        }
    }

private:
    static sockaddr_in loopback() {
        sockaddr_in a{};
        a.sin_family = AF_INET;
        a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        return a;
    }
    int fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address_ = loopback();
    std::vector<int> guests_;
};

std::string what(const Done& done) {
    return done ? "opened" : done.error().what;
}

TEST(TcpClient, NobodyListeningIsReportedAtOnceWithTheAddress) {
    const Listener bound(-1); // the port is taken and nobody listens
    TcpClient client("127.0.0.1", bound.port());
    const auto begin = Clock::now();
    const auto done = client.open(milliseconds{10'000});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().sentence(),
              "tcp://127.0.0.1:" + std::to_string(bound.port()) +
                  ": no connection: Connection refused; check that the instrument is "
                  "on, and the port number.");
    EXPECT_LT(Clock::now() - begin, milliseconds{2000});
}

TEST(TcpClient, AHostThatDoesNotAnswerIsGivenUpAtTheDeadline) {
    Listener full(0);
    full.fillQueue(3);
    TcpClient client("127.0.0.1", full.port());
    const auto begin = Clock::now();
    EXPECT_EQ(what(client.open(milliseconds{150})), "no answer within 150 ms");
    EXPECT_GE(Clock::now() - begin, milliseconds{150});
    EXPECT_LT(Clock::now() - begin, milliseconds{2000});
}

TEST(TcpClient, AnAddressThatIsNoneIsReported) {
    TcpClient client("no host has a space", 1);
    EXPECT_EQ(what(client.open(milliseconds{1000})).rfind("the host name is not known", 0), 0U);
}

TEST(TcpClient, ConnectsByNameReadsWhatCameAndSeesTheEnd) {
    Listener listener(1);
    TcpClient client("localhost", listener.port());
    ASSERT_EQ(what(client.open(milliseconds{5000})), "opened");
    const int guest = listener.accept();
    std::array<std::byte, 16> buffer{};
    EXPECT_EQ(client.read(buffer, milliseconds{0}).state, State::TimedOut);
    ASSERT_EQ(::send(guest, "abc", 3, MSG_NOSIGNAL), 3);
    const auto got = client.read(buffer, milliseconds{5000});
    EXPECT_EQ(got.state, State::Data);
    EXPECT_EQ(got.bytes, 3U);
    EXPECT_EQ(buffer[0], std::byte{'a'});
    ASSERT_EQ(::shutdown(guest, SHUT_RDWR), 0);
    EXPECT_EQ(client.read(buffer, milliseconds{5000}).state, State::Lost);
}

TEST(TcpClient, APeerThatDoesNotReadMakesAWriteFailAtItsDeadline) {
    Listener listener(1);
    TcpClient client("127.0.0.1", listener.port());
    ASSERT_EQ(what(client.open(milliseconds{5000})), "opened");
    const std::vector<std::byte> much(50'000'000, std::byte{1});
    const auto begin = Clock::now();
    EXPECT_FALSE(client.write(much, milliseconds{100}));
    EXPECT_GE(Clock::now() - begin, milliseconds{100});
    EXPECT_LT(Clock::now() - begin, milliseconds{2000});
}

TEST(TcpClient, ClosedItReadsAndWritesNothing) {
    TcpClient client("127.0.0.1", 1);
    std::array<std::byte, 4> buffer{};
    EXPECT_EQ(client.read(buffer, milliseconds{0}).state, State::Lost);
    EXPECT_FALSE(client.write(buffer, milliseconds{0}));
}

} // namespace
} // namespace eccrine::devices
