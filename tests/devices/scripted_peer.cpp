// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/devices/scripted_peer.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace eccrine::devices {

using efp::FrameHeader;
using efp::Type;

ScriptedPeer::ScriptedPeer(Link link, Script script, OnBytes onBytes)
    : script_(std::move(script)), onBytes_(std::move(onBytes)) {
    std::array<int, 2> wake{};
    EXPECT_EQ(::pipe2(wake.data(), O_CLOEXEC | O_NONBLOCK), 0);
    wakeRead_ = wake[0];
    wakeWrite_ = wake[1];
    if (link == Link::Pty) {
        fd_ = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
        EXPECT_GE(fd_, 0);
        EXPECT_EQ(::grantpt(fd_), 0);
        EXPECT_EQ(::unlockpt(fd_), 0);
        std::array<char, 128> name{};
        EXPECT_EQ(::ptsname_r(fd_, name.data(), name.size()), 0);
        slave_ = ::open(name.data(), O_RDWR | O_NOCTTY | O_CLOEXEC);
        url_ = std::string("efp:") + name.data();
    } else {
        listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        EXPECT_EQ(::bind(listener_, reinterpret_cast<const sockaddr*>(&address), size), 0);
        EXPECT_EQ(::listen(listener_, 1), 0);
        EXPECT_EQ(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), 0);
        url_ = "tcp://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    }
    thread_ = std::thread([this] { run(); });
}

ScriptedPeer::~ScriptedPeer() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    wake();
    thread_.join();
    for (const int fd : {fd_, slave_, listener_, wakeRead_, wakeWrite_})
        if (fd >= 0) ::close(fd);
}

std::string ScriptedPeer::path() const {
    return url_.substr(4);
}

void ScriptedPeer::wake() const {
    const char one = 1;
    EXPECT_EQ(::write(wakeWrite_, &one, 1), 1);
}

void ScriptedPeer::run() {
    for (;;) {
        std::array<pollfd, 3> waits{{{wakeRead_, POLLIN, 0}, {-1, POLLIN, 0}, {-1, POLLIN, 0}}};
        {
            const std::lock_guard lock(mutex_);
            if (ending_) return;
            if (hangingUp_) { // here, so that no number is closed under a read
                if (fd_ >= 0) ::close(fd_);
                fd_ = -1;
                hangingUp_ = false;
            }
            if (reading_) waits[1].fd = fd_;
            if (fd_ < 0) waits[2].fd = listener_;
        }
        ::poll(waits.data(), waits.size(), -1);
        if ((waits[0].revents & POLLIN) != 0) {
            std::array<char, 16> drop{};
            while (::read(wakeRead_, drop.data(), drop.size()) > 0) {
            }
            continue; // something has changed: look anew
        }
        if (waits[2].revents != 0) {
            const int accepted = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            const std::lock_guard lock(mutex_);
            fd_ = accepted;
        } else if (waits[1].revents != 0 && !takeBytes(waits[1].fd)) {
            const std::lock_guard lock(mutex_);
            if (listener_ < 0) return;
            ::close(fd_);
            fd_ = -1; // the host has left; another may come
        }
    }
}

bool ScriptedPeer::takeBytes(int fd) {
    std::array<std::byte, 4096> buffer{};
    const ssize_t n = ::read(fd, buffer.data(), buffer.size());
    if (n <= 0) return n < 0 && errno == EINTR;
    const auto bytes = std::span(buffer).first(static_cast<std::size_t>(n));
    if (onBytes_) onBytes_(*this, bytes);
    reader_.feed(bytes, [this](const efp::Frame& frame) {
        const Request request{frame.header, {frame.payload.begin(), frame.payload.end()}};
        {
            const std::lock_guard lock(mutex_);
            requests_.push_back(request);
        }
        changed_.notify_all();
        if (script_) script_(*this, request);
    });
    return true;
}

void ScriptedPeer::send(std::span<const std::byte> bytes) {
    const std::lock_guard lock(mutex_);
    while (fd_ >= 0 && !hangingUp_ && !bytes.empty()) {
        const ssize_t n = listener_ >= 0 ? ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL)
                                         : ::write(fd_, bytes.data(), bytes.size());
        if (n <= 0) return;
        bytes = bytes.subspan(static_cast<std::size_t>(n));
    }
}

void ScriptedPeer::send(const FrameHeader& header, std::span<const std::byte> payload) {
    efp::WireBuffer wire;
    send(efp::encodeFrame(header, payload, wire));
}

void ScriptedPeer::hangUp() {
    {
        const std::lock_guard lock(mutex_);
        hangingUp_ = true;
    }
    wake();
}

void ScriptedPeer::stopReading() {
    {
        const std::lock_guard lock(mutex_);
        reading_ = false;
    }
    wake();
}

ScriptedPeer::Request ScriptedPeer::request(Type type, std::size_t n) {
    std::unique_lock lock(mutex_);
    Request found;
    const bool came = changed_.wait_for(lock, std::chrono::seconds{20}, [&] {
        std::size_t seen = 0;
        for (const Request& r : requests_) {
            if (r.type() == type && ++seen == n) {
                found = r;
                return true;
            }
        }
        return false;
    });
    EXPECT_TRUE(came) << "request " << std::hex << int{efp::code(type)} << " has not come";
    return found;
}

std::vector<ScriptedPeer::Request> ScriptedPeer::requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
}

Introduction::Introduction() {
    hello.sites = 4;
    hello.streams = 2;
    hello.minor = 1;
    hello.capabilities = 0x1F;
    hello.bootId = 0xCAFEBABEU;
    hello.firmware = {1, 2, 3};
    hello.hardware = 4;
    hello.setSerial("ECC00042");
    streams = {{1,
                RawFormat::I24,
                0x01,
                1'000'000,
                {{Measurand::AnodeCurrent, 0.5F, 0.0F},
                 {Measurand::CathodeCurrent, 0.5F, 0.0F},
                 {Measurand::Voltage, 0.01F, 0.0F}}},
               {2, RawFormat::F32, 0x0F, 50'000, {{Measurand::HumidityOut, 1.0F, 0.0F}}}};
}

void Introduction::operator()(ScriptedPeer& peer, const ScriptedPeer::Request& request) const {
    const auto asked = efp::HelloRequest::parse(request.payload);
    if (request.type() != Type::HelloRequest || !asked) return;
    efp::Hello answer = hello;
    answer.nonce = asked->nonce;
    const auto reply = static_cast<std::uint16_t>(flags | FrameHeader::replyFlag);
    peer.sendBy(Type::Hello, reply, request.header.sequence, 1500,
                [&](auto out) { return answer.write(out); });
    for (const StreamDescription& s : streams)
        peer.sendBy(Type::Describe, reply, request.header.sequence, 1600,
                    [&](auto out) { return efp::writeDescribe(s, out); });
    if (!log.empty()) peer.send({efp::code(Type::Log), flags, 1, 1700}, std::as_bytes(std::span(log)));
}

ScriptedPeer::Script introducing(const Introduction& introduction) {
    return [introduction](ScriptedPeer& peer, const ScriptedPeer::Request& request) {
        introduction(peer, request);
    };
}

} // namespace eccrine::devices
