// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "devices/efp/messages.hpp"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

namespace eccrine::devices {

/// The other end of a real pty or a real loopback socket, on a thread of its own. A script says what it sends
/// when a frame has come.
class ScriptedPeer {
public:
    enum class Link { Pty, Tcp };
    struct Request {
        efp::FrameHeader header;
        std::vector<std::byte> payload;
        [[nodiscard]] efp::Type type() const { return static_cast<efp::Type>(header.type); }
    };
    using Script = std::function<void(ScriptedPeer&, const Request&)>;
    using OnBytes = std::function<void(ScriptedPeer&, std::span<const std::byte>)>;

    /// `script` runs on the peer's thread, for each good frame; `onBytes` for whatever comes.
    explicit ScriptedPeer(Link link, Script script, OnBytes onBytes = {});
    ScriptedPeer(const ScriptedPeer&) = delete;
    ScriptedPeer& operator=(const ScriptedPeer&) = delete;
    ~ScriptedPeer();

    [[nodiscard]] const std::string& url() const { return url_; }
    [[nodiscard]] std::string path() const; ///< of the pty

    void send(std::span<const std::byte> bytes);
    void send(std::string_view text) { send(std::as_bytes(std::span(text))); }
    void send(const efp::FrameHeader& header, std::span<const std::byte> payload);
    /// With a payload that `write(out)` fills.
    template <class Write>
    void sendBy(efp::Type type, std::uint16_t flags, std::uint32_t sequence, std::uint64_t time_us,
                Write write) {
        efp::Payload payload;
        const std::size_t n = write(std::span<std::byte>(payload));
        send({efp::code(type), flags, sequence, time_us}, std::span(payload).first(n));
    }
    /// Pulls the cable.
    void hangUp();
    /// Leaves what comes in the kernel's buffer from now on.
    void stopReading();
    /// The `n`-th request of this type, from 1; waits for it.
    [[nodiscard]] Request request(efp::Type type, std::size_t n = 1);
    [[nodiscard]] std::vector<Request> requests();

private:
    void run();
    void wake() const;
    [[nodiscard]] bool takeBytes(int fd);

    Script script_;
    OnBytes onBytes_;
    std::string url_;
    int listener_ = -1;
    int slave_ = -1; ///< kept open, so that the pty lives while no driver has it
    int wakeRead_ = -1;
    int wakeWrite_ = -1;
    efp::FrameReader reader_;

    std::mutex mutex_;
    std::condition_variable changed_;
    int fd_ = -1; ///< guarded: the pty's master or the accepted socket
    bool reading_ = true;
    bool hangingUp_ = false;
    bool ending_ = false;
    std::vector<Request> requests_;
    std::thread thread_; ///< last: joined in the destructor, before what it uses goes
};

/// How a front end introduces itself; tests change what they are about.
struct Introduction {
    efp::Hello hello;
    std::vector<StreamDescription> streams;
    std::uint16_t flags = 0; ///< of every frame, next to the reply flag
    std::string log;         ///< sent after the descriptions when not empty

    Introduction();
    void operator()(ScriptedPeer& peer, const ScriptedPeer::Request& request) const;
};

/// A front end that only introduces itself.
[[nodiscard]] ScriptedPeer::Script introducing(const Introduction& introduction = {});

} // namespace eccrine::devices
