// SPDX-License-Identifier: GPL-3.0-or-later
// The real program, over a real socket and a real pty, with the host's own driver at the other end.
#include "core/clock.hpp"
#include "devices/open_front_end.hpp"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <poll.h>
#include <spawn.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace eccrine::devices {
namespace {

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

const SystemHostClock systemClock;

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

class OnLink : public testing::TestWithParam<const char*> {
protected:
    [[nodiscard]] static std::vector<std::string> options(std::initializer_list<std::string> more) {
        std::vector<std::string> all;
        if (std::string_view{GetParam()} == "tcp")
            all = {"--tcp", "0"};
        else
            all = {"--pty"};
        all.insert(all.end(), more);
        return all;
    }
};

TEST_P(OnLink, SaysItsUrlFirstAndIdentifiesItselfAsSimulated) {
    Program program{options({"--speed", "20", "--seed", "5"})};
    const std::string url = program.line("url: ");
    EXPECT_EQ(program.linesRead, 1);
    Connection c{url};
    ASSERT_TRUE(c.driver);
    EXPECT_TRUE(c.identity.simulated);
    EXPECT_EQ(c.identity.declaredSpeed, 20.0);
    EXPECT_EQ(c.identity.serial, "VIRT-00000005");
    EXPECT_EQ(c.identity.sites, 4);
    EXPECT_EQ(c.identity.streams.size(), 2U);
}

TEST_P(OnLink, DataFlowsAtTwentyfoldSpeedWithoutAGap) {
    Program program{options({"--speed", "20"})};
    Connection c{program.line("url: ")};
    ASSERT_TRUE(c.driver);
    c.start();
    const auto begin = Clock::now();
    ASSERT_TRUE(c.until([&] { return c.sink.nextIndex[1] >= 20'000; })); // 20 s of the device
    const double took = std::chrono::duration<double>(Clock::now() - begin).count();
    EXPECT_GT(took, 0.9);
    EXPECT_EQ(c.sink.gaps, 0);
    EXPECT_NEAR(static_cast<double>(c.sink.nextIndex[2]), 1000.0, 30.0);
    EXPECT_EQ(c.driver->counters().framesBad, 0U);
}

TEST_P(OnLink, TenKilohertzFromFourSitesFlowWithoutAGap) {
    Program program{options({})};
    Connection c{program.line("url: ")};
    ASSERT_TRUE(c.driver);
    ASSERT_TRUE(c.driver->startStream(1, 0x0F, 25, 10'000'000));
    ASSERT_TRUE(c.until([&] { return c.sink.nextIndex[1] >= 20'000; })); // 2 s
    EXPECT_EQ(c.sink.gaps, 0);
}

TEST_P(OnLink, ItsClockRunsAtTheGivenSpeed) {
    Program program{options({"--speed", "10"})};
    Connection c{program.line("url: ")};
    ASSERT_TRUE(c.driver);
    const auto probe = [&] {
        c.sink.probe.reset();
        EXPECT_TRUE(c.driver->requestTimeSync());
        EXPECT_TRUE(c.until([&] { return c.sink.probe.has_value(); }));
        return *c.sink.probe;
    };
    c.start();
    const auto first = probe();
    ASSERT_TRUE(c.until([&] { return c.sink.nextIndex[1] >= 10'000; })); // about a second passes
    const auto second = probe();
    const double device = std::chrono::duration<double>(second.t1 - first.t1).count();
    const double host = std::chrono::duration<double>(second.t0 - first.t0).count();
    EXPECT_NEAR(device / host, 10.0, 0.5);
}

TEST_P(OnLink, AHostThatDiesLosesTheCurrentAndTheNextOneRunsAnotherTest) {
    Program program{options({"--speed", "20"})};
    const std::string url = program.line("url: ");
    {
        Connection c{url};
        ASSERT_TRUE(c.driver);
        c.start();
        c.deliver(1);
    } // hangs up while 1 mA flows
    const std::string zero = program.line("output: zero ");
    ASSERT_FALSE(zero.empty());
    EXPECT_LE(std::stoi(zero), 500) << zero;
    Connection next{url};
    ASSERT_TRUE(next.driver);
    next.start();
    ASSERT_TRUE(next.until([&] { return next.sink.status.has_value(); }));
    EXPECT_EQ(next.sink.status->state, DeliveryState::Idle);
    next.deliver(2);
    EXPECT_EQ(next.sink.gaps, 0);
}

TEST_P(OnLink, TheTruthComesAfterTheWindowAndIsWrittenToTheFile) {
    const fs::path file =
        fs::temp_directory_path() / ("eccrine-truth-" + std::to_string(::getpid()) + GetParam() + ".json");
    Program program{options({"--speed", "100", "--truth", file.string()})};
    Connection c{program.line("url: ")};
    EXPECT_NE(program.line("expected: ").find("\"volume_ul\""), std::string::npos);
    ASSERT_TRUE(c.driver);
    c.deliver(1);
    EXPECT_TRUE(c.driver->stop());
    ASSERT_TRUE(c.until([&] { return c.sink.status->state == DeliveryState::Complete; }));
    const std::string truth = program.line("truth: ", 60s); // 600 s of the device
    EXPECT_NE(truth.find("\"site\":\"foot\""), std::string::npos);
    EXPECT_NE(truth.find("\"t0_device_us\":"), std::string::npos);
    std::ifstream in{file};
    std::string written;
    std::getline(in, written);
    EXPECT_EQ(written, truth);
    fs::remove(file);
}

TEST_P(OnLink, UnpluggedByTheScenarioItHangsUpAndComesBack) {
    const fs::path file =
        fs::temp_directory_path() / ("eccrine-unplug-" + std::to_string(::getpid()) + GetParam() + ".toml");
    std::ofstream{file} << "[[fault]]\nkind = \"unplug\"\nat_s = 2.0\nduration_s = 4.0\n";
    Program program{options({"--speed", "20", "--scenario", file.string()})};
    Connection c{program.line("url: ")};
    ASSERT_TRUE(c.driver);
    c.start();
    EXPECT_TRUE(c.until([&] { return c.driver->poll(c.sink, 20ms) == FrontEnd::Poll::Lost; }));
    const std::string again = program.line("url: ");
    Connection next{again};
    ASSERT_TRUE(next.driver);
    next.start();
    EXPECT_TRUE(next.until([&] { return next.sink.nextIndex[1] > 1000; }));
    fs::remove(file);
}

TEST_P(OnLink, SigtermEndsItCleanly) {
    Program program{options({})};
    EXPECT_FALSE(program.line("url: ").empty());
    EXPECT_FALSE(program.line("expected: ").empty());
    program.signal(SIGTERM);
    EXPECT_EQ(program.wait(), 0);
}

INSTANTIATE_TEST_SUITE_P(Real, OnLink, testing::Values("tcp", "pty"),
                         [](const auto& tested) { return std::string{tested.param}; });

TEST(InstrumentProgram, ALinkPointsToThePtyAndGoesWithTheProgram) {
    const fs::path link = fs::temp_directory_path() / ("eccrine-pty-" + std::to_string(::getpid()));
    Program program{{"--link", link.string()}};
    EXPECT_EQ(program.line("url: "), "efp:" + link.string());
    EXPECT_TRUE(fs::is_character_file(link));
    EXPECT_TRUE(Connection{"efp:" + link.string()}.driver);
    program.signal(SIGINT);
    EXPECT_EQ(program.wait(), 0);
    EXPECT_FALSE(fs::is_symlink(fs::symlink_status(link)));
}

TEST(InstrumentProgram, ALinkDoesNotReplaceAFile) {
    const fs::path file = fs::temp_directory_path() / ("eccrine-file-" + std::to_string(::getpid()));
    std::ofstream{file} << "mine";
    Program program{{"--link", file.string()}};
    EXPECT_EQ(program.wait(), 2);
    EXPECT_EQ(fs::file_size(file), 4U);
    fs::remove(file);
}

struct WrongCall {
    const char* name;
    std::vector<std::string> options;
    int exitCode;
    const char* part;
};
class WrongCalls : public testing::TestWithParam<WrongCall> {};

TEST_P(WrongCalls, EndWithOneSentenceAndTheRightCode) {
    Program program{GetParam().options};
    const std::string said = program.errors();
    EXPECT_EQ(program.wait(), GetParam().exitCode);
    EXPECT_NE(said.find(GetParam().part), std::string::npos) << said;
    EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 1) << said;
}

INSTANTIATE_TEST_SUITE_P(
    Each, WrongCalls,
    testing::Values(WrongCall{"UnknownPreset", {"--preset", "ill"}, 2, "\"ill\" is not known"},
                    WrongCall{"SpeedTooHigh", {"--speed", "101"}, 2, "--speed"},
                    WrongCall{"UnknownOption", {"--sped", "2"}, 2, "--sped"},
                    WrongCall{"BothLinks", {"--tcp", "0", "--pty"}, 2, "--pty"},
                    WrongCall{"TextAsPort", {"--tcp", "many"}, 2, "--tcp"},
                    WrongCall{"ScenarioNotThere", {"--scenario", "/no/such.toml"}, 2, "/no/such.toml"}),
    [](const auto& tested) { return std::string{tested.param.name}; });

TEST(InstrumentProgram, APortThatIsTakenIsNamed) {
    Program first{{"--tcp", "0"}};
    const std::string url = first.line("url: ");
    const std::string port = url.substr(url.rfind(':') + 1);
    Program second{{"--tcp", port}};
    const std::string said = second.errors();
    EXPECT_EQ(second.wait(), 1);
    EXPECT_NE(said.find("port " + port), std::string::npos) << said;
}

} // namespace
} // namespace eccrine::devices
