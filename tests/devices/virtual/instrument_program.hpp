// SPDX-License-Identifier: GPL-3.0-or-later
// The real program as a child process, and the host's own driver at the other end of its link.
#pragma once

#include "core/clock.hpp"
#include "devices/open_front_end.hpp"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <poll.h>
#include <spawn.h>
#include <string>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace eccrine::devices {
using namespace std::chrono_literals;
namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

/// Starts the program and reads its lines; ends it when done.
class Program {
public:
    explicit Program(std::vector<std::string> options) {
        std::array<int, 2> out{};
        std::array<int, 2> err{};
        EXPECT_EQ(::pipe2(out.data(), O_CLOEXEC), 0);
        EXPECT_EQ(::pipe2(err.data(), O_CLOEXEC), 0);
        posix_spawn_file_actions_t actions;
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
        ::posix_spawn_file_actions_adddup2(&actions, err[1], STDERR_FILENO);
        options.insert(options.begin(), ECCRINE_INSTRUMENT);
        std::vector<char*> arguments;
        for (auto& o : options)
            arguments.push_back(o.data());
        arguments.push_back(nullptr);
        EXPECT_EQ(::posix_spawn(&pid_, ECCRINE_INSTRUMENT, &actions, nullptr, arguments.data(), environ), 0);
        ::posix_spawn_file_actions_destroy(&actions);
        ::close(out[1]);
        ::close(err[1]);
        out_ = out[0];
        err_ = err[0];
    }
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;
    ~Program() {
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            (void)wait();
        }
        ::close(out_);
        ::close(err_);
    }

    /// The rest of the next line that starts with `prefix`; empty when none comes in time.
    std::string line(const std::string& prefix, std::chrono::seconds within = 30s) {
        const auto deadline = Clock::now() + within;
        for (;;) {
            for (auto end = text_.find('\n'); end != std::string::npos; end = text_.find('\n')) {
                const std::string one = text_.substr(0, end);
                text_.erase(0, end + 1);
                ++linesRead;
                if (one.starts_with(prefix)) return one.substr(prefix.size());
            }
            if (!more(out_, text_, deadline)) return {};
        }
    }
    std::string errors() {
        std::string text;
        while (more(err_, text, Clock::now() + 10s)) {
        }
        return text;
    }
    void signal(int number) const { ::kill(pid_, number); }
    int wait() {
        int status = -1;
        ::waitpid(pid_, &status, 0);
        pid_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    int linesRead = 0;

private:
    static bool more(int fd, std::string& into, Clock::time_point deadline) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
        pollfd wait{fd, POLLIN, 0};
        if (left <= 0 || ::poll(&wait, 1, static_cast<int>(left)) <= 0) return false;
        std::array<char, 4096> buffer{};
        const auto got = ::read(fd, buffer.data(), buffer.size());
        if (got <= 0) return false;
        into.append(buffer.data(), static_cast<std::size_t>(got));
        return true;
    }
    pid_t pid_ = -1;
    int out_ = -1;
    int err_ = -1;
    std::string text_;
};

class Sink final : public FrontEndSink {
public:
    void onBlock(const SampleBlock& block) noexcept override {
        auto& next = nextIndex[block.position.stream];
        if (block.position.firstIndex != next) ++gaps;
        next = block.position.firstIndex + block.position.ticks;
    }
    void onStatus(const FrontEndStatus& s) noexcept override { status = s; }
    void onLimitsEcho(const DeliveryLimits& l) noexcept override { limits = l; }
    void onAcknowledgement(const Acknowledgement& a) noexcept override { refused += a.result != 0; }
    void onEvent(const DeviceEvent&) noexcept override {}
    void onTimeSync(const TimeSyncProbe& p) noexcept override { probe = p; }
    void onLog(std::string_view) noexcept override {}

    std::map<std::uint8_t, std::uint64_t> nextIndex{{1, 0}, {2, 0}};
    int gaps = 0;
    int refused = 0;
    std::optional<FrontEndStatus> status;
    std::optional<DeliveryLimits> limits;
    std::optional<TimeSyncProbe> probe;
};

inline const SystemHostClock systemClock;

/// The driver, opened; keeps the test short.
struct Connection {
    std::unique_ptr<FrontEnd> driver;
    FrontEndIdentity identity;
    Sink sink;

    explicit Connection(const std::string& url) {
        auto made = openFrontEnd(url, systemClock);
        EXPECT_TRUE(made) << url << ": " << (made ? "" : made.error().sentence());
        if (!made) return;
        auto opened = (*made)->open(5s);
        EXPECT_TRUE(opened) << (opened ? "" : opened.error().sentence());
        if (!opened) return;
        driver = std::move(*made);
        identity = *opened;
    }
    /// Polls until the condition holds; `between` runs after each poll.
    bool until(
        const std::function<bool()>& condition, std::chrono::seconds within = 30s,
        const std::function<void()>& between = [] {}) {
        const auto deadline = Clock::now() + within;
        while (!condition()) {
            if (Clock::now() > deadline || driver->poll(sink, 20ms) == FrontEnd::Poll::Lost)
                return condition();
            between();
        }
        return true;
    }
    void start() {
        EXPECT_TRUE(driver->startStream(1, 0x0F, 10, 1'000'000));
        EXPECT_TRUE(driver->startStream(2, 0x0F, 1, 50'000));
    }
    /// Limits, ARM, and 1 mA at all sites held up by refreshes until the status says HOLD.
    void deliver(std::uint64_t nonce) {
        DeliveryLimits l;
        l.nonce = nonce;
        l.current_uA.fill(2100);
        l.charge_uC.fill(630'000);
        l.time_ms = 360'000;
        l.voltage_mV = 60'000;
        l.slope_uA_per_s = 2000;
        EXPECT_TRUE(driver->setLimits(l));
        EXPECT_TRUE(driver->arm(nonce, 1, 0x0F, DeliveryMode::Patient));
        SetPoint s;
        s.nonce = nonce;
        s.command = 2;
        s.current_uA.fill(1000);
        s.ramp_uA_per_s = 2000;
        s.siteMask = 0x0F;
        auto refresh = Clock::time_point{};
        EXPECT_TRUE(until([this] { return sink.status && sink.status->state == DeliveryState::Hold; }, 30s,
                          [&] {
                              if (Clock::now() < refresh) return;
                              refresh = Clock::now() + 100ms;
                              EXPECT_TRUE(driver->setCurrent(s));
                          }));
        EXPECT_EQ(sink.refused, 0);
        EXPECT_EQ(sink.limits, l);
    }
};

} // namespace eccrine::devices
