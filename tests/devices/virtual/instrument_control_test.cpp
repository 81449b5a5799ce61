// SPDX-License-Identifier: GPL-3.0-or-later
// Faults at run time: the real program, its control socket, and the trace of what really flowed.
#include "tests/devices/virtual/control_client.hpp"
#include "tests/devices/virtual/instrument_program.hpp"
#include "tests/devices/virtual/trace_reader.hpp"

#include <algorithm>
#include <fstream>

namespace eccrine::devices {
namespace {

fs::path named(const char* what) {
    return fs::temp_directory_path() / ("eccrine-" + std::string{what} + "-" + std::to_string(::getpid()));
}

TEST(InstrumentControl, AFaultStartedDuringADeliveryCutsItAndTheWitnessAndTheTraceAgree) {
    const fs::path socket = named("faults");
    const fs::path trace = named("trace.csv");
    Program program{{"--tcp", "0", "--control", socket.string(), "--log-output", trace.string()}};
    Connection c{program.line("url: ")};
    ASSERT_TRUE(c.driver);
    ControlClient control{socket};
    ASSERT_TRUE(control.connected);
    c.start();
    c.deliver(1);
    const std::string before = control.ask("status");
    EXPECT_NE(before.find("\"state\":\"hold\""), std::string::npos) << before;
    EXPECT_NE(before.find("\"relay_mask\":15"), std::string::npos) << before;
    EXPECT_NE(before.find("\"nonce\":\"0000000000000001\""), std::string::npos) << before;
    EXPECT_EQ(control.ask("stuck_output site=foot"), "ok"); // F-11
    ASSERT_TRUE(c.until([&] { return c.sink.status->state == DeliveryState::Fault; }));
    const std::string after = control.ask("status");
    EXPECT_NE(after.find("\"faults\":[\"stuck_output\"]"), std::string::npos) << after;
    EXPECT_NE(after.find("\"site\":\"foot\",\"set_ua\":0,\"flows_ua\":0.0"), std::string::npos) << after;
    EXPECT_EQ(control.ask("clear stuck_output"), "ok");
    program.signal(SIGTERM);
    EXPECT_EQ(program.wait(), 0);
    EXPECT_FALSE(fs::exists(socket));

    const auto rows = readTrace(trace);
    const auto began =
        std::find_if(rows.begin(), rows.end(), [](const TraceRow& r) { return r.faults == "stuck_output"; });
    ASSERT_NE(began, rows.end());
    EXPECT_GT(began->current_uA[3], 4900.0);
    const auto zero =
        std::find_if(began, rows.end(), [](const TraceRow& r) { return r.current_uA[3] == 0.0; });
    ASSERT_NE(zero, rows.end());
    EXPECT_LE(zero->time_us - began->time_us, 10'000);
    fs::remove(trace);
}

TEST(InstrumentControl, BadInputIsRefusedLineByLineAndEndsNothing) {
    const fs::path socket = named("nonsense");
    Program program{{"--tcp", "0", "--control", socket.string()}};
    EXPECT_FALSE(program.line("control: ").empty());
    ControlClient a{socket};
    ControlClient b{socket};
    for (const char* line : {"", "explode", "open_electrode site=hand", "{ kind = ", "gain_error factor=nan",
                             "\x01", "\xff\xfe\xfd", "clear everything"}) {
        const std::string answer = a.ask(line);
        EXPECT_NE(answer, "ok") << line;
        EXPECT_FALSE(answer.empty()) << line;
    }
    EXPECT_EQ(b.ask("open_electrode site=foot duration_s=0.05 at_s=3"), "ok");
    EXPECT_EQ(a.ask(R"({ kind = "battery", percent = 8 })"), "ok");
    EXPECT_EQ(b.ask("device_rules off"), "ok");
    EXPECT_NE(b.ask("status").find("\"device_rules\":false"), std::string::npos);
    EXPECT_EQ(a.ask("clear"), "ok");
}

TEST(InstrumentControl, TheCableCanBePulledAndPutBackByHand) {
    const fs::path socket = named("cable");
    Program program{{"--tcp", "0", "--control", socket.string()}};
    Connection c{program.line("url: ")};
    ASSERT_TRUE(c.driver);
    ControlClient control{socket};
    EXPECT_EQ(control.ask("unplug"), "ok"); // F-1: no stream runs yet
    EXPECT_TRUE(c.until([&] { return c.driver->poll(c.sink, 20ms) == FrontEnd::Poll::Lost; }));
    EXPECT_EQ(control.ask("clear unplug"), "ok");
    Connection next{program.line("url: ")};
    EXPECT_TRUE(next.driver);
}

TEST(InstrumentControl, ASocketInUseIsRefusedAndOneLeftBehindIsReplaced) {
    const fs::path socket = named("left");
    {
        Program first{{"--tcp", "0", "--control", socket.string()}};
        EXPECT_FALSE(first.line("control: ").empty());
        Program second{{"--tcp", "0", "--control", socket.string()}};
        EXPECT_NE(second.errors().find("another program listens"), std::string::npos);
        EXPECT_EQ(second.wait(), 1);
    } // killed
    EXPECT_TRUE(fs::exists(socket));
    Program third{{"--tcp", "0", "--control", socket.string()}};
    EXPECT_FALSE(third.line("control: ").empty());
    EXPECT_TRUE(ControlClient{socket}.connected);
    third.signal(SIGTERM);
    EXPECT_EQ(third.wait(), 0);
}

} // namespace
} // namespace eccrine::devices
