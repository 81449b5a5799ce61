// SPDX-License-Identifier: GPL-3.0-or-later
// The real program, over a real socket and a real pty, with the host's own driver at the other end.
#include "devices/virtual/delivery.hpp"
#include "tests/devices/virtual/instrument_program.hpp"

#include <fstream>

namespace eccrine::devices {
namespace {

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

// Without it, the 500 ms of the lease would be 50 s of a device that runs a hundred times as fast.
TEST_P(OnLink, ItHasPatienceWithAHostThatIsLateButNotLongerThanTheLease) {
    Program program{options({"--speed", "100"})};
    Connection c{program.line("url: ")};
    ASSERT_TRUE(c.driver);
    c.start();
    c.deliver(1);
    const std::uint64_t before = c.sink.nextIndex[1]; // 1 kHz
    ASSERT_TRUE(c.until([&] { return c.sink.status->state == DeliveryState::Fault; }));
    EXPECT_EQ(c.sink.status->faults, 1U << static_cast<unsigned>(virtual_instrument::FaultBit::Lease));
    EXPECT_LT(c.sink.nextIndex[1] - before, 35'000U);
}

TEST_P(OnLink, TheTruthComesAfterTheWindowAndIsWrittenToTheFile) {
    const fs::path file =
        fs::temp_directory_path() / ("eccrine-truth-" + std::to_string(::getpid()) + GetParam() + ".json");
    Program program{options({"--speed", "100", "--truth", file.string()})};
    Connection c{program.line("url: ")};
    EXPECT_NE(program.line("expected: ").find("\"volume_ul\""), std::string::npos);
    ASSERT_TRUE(c.driver);
    c.deliver(1);
    EXPECT_TRUE(c.driver->stop(FrontEnd::StopBy::Ramp));
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

// What is read after it came back is of the new connection, and must not go with the end of the old one.
TEST_P(OnLink, AHostThatLetsGoAndComesBackAtOnceIsServed) {
    Program program{options({"--speed", "20"})};
    const std::string url = program.line("url: ");
    for (int i = 0; i < 25; ++i) {
        Connection c{url};
        ASSERT_TRUE(c.driver);
        c.start();
        ASSERT_TRUE(c.until([&] { return c.sink.nextIndex[1] > 0; }, 3s)) << "connection " << i;
    }
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
