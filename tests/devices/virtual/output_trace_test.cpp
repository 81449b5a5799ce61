// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/virtual/output_trace.hpp"
#include "devices/virtual/witness.hpp"
#include "tests/devices/virtual/device_host.hpp"
#include "tests/devices/virtual/trace_reader.hpp"

#include <filesystem>
#include <unistd.h>

namespace eccrine::devices::virtual_instrument {
namespace {

struct TracedHost : DeviceHost {
    std::filesystem::path file =
        std::filesystem::temp_directory_path() / ("eccrine-trace-" + std::to_string(::getpid()) + ".csv");
    std::unique_ptr<OutputTrace> trace = OutputTrace::create(file).value();

    TracedHost() : DeviceHost{1.0, "", 1, 0.0} {
        device->observe([this](DeviceTime at) { trace->follow(*device, at); });
        hello();
        startStreams();
        setLimits();
        arm();
    }
    ~TracedHost() { std::filesystem::remove(file); }
    TracedHost(const TracedHost&) = delete;
    TracedHost& operator=(const TracedHost&) = delete;
    std::vector<TraceRow> rows() {
        trace->flush();
        return readTrace(file);
    }
    void start(const std::string& fault) {
        device->startFault(parseScenario("[[fault]]\nat_s = 0\n" + fault, "s.toml").value().faults[0]);
    }
};

TEST(OutputTrace, AConstantCurrentIsOneLine) {
    TracedHost h;
    h.deliver(2.0, 2, 2000);
    const auto before = h.rows().size();
    h.deliver(10.0, 2, 2000);
    EXPECT_EQ(h.rows().size(), before);
    EXPECT_NEAR(h.rows().back().current_uA[0], 2000.0, 0.1);
    EXPECT_EQ(h.rows().back().relays, 0x0F);
    EXPECT_EQ(h.rows().back().state, static_cast<int>(DeliveryState::Hold));
}

TEST(OutputTrace, TheTimeFromAFaultToZeroIsInIt) {
    TracedHost h;
    h.deliver(3.0, 2, 2000);
    h.start("kind = \"open_electrode\"\nsite = \"foot\"\n");
    h.deliver(0.2, 2, 2000);
    const auto rows = h.rows();
    const auto began = std::find_if(rows.begin(), rows.end(),
                                    [](const TraceRow& r) { return r.faults == "open_electrode"; });
    ASSERT_NE(began, rows.end());
    EXPECT_EQ(began->current_uA[3], 0.0);    // no contact
    EXPECT_GT(began->current_uA[0], 1999.0); // the others go on until the device reacts
    const auto zero =
        std::find_if(began, rows.end(), [](const TraceRow& r) { return r.current_uA[0] == 0.0; });
    ASSERT_NE(zero, rows.end());
    EXPECT_EQ(zero->relays, 0);
    EXPECT_LE(zero->time_us - began->time_us, 100'000); // F-13
    EXPECT_GE(zero->time_us - began->time_us, 49'000);
}

TEST(OutputTrace, ItsCurrentsAndItsChargeAgreeWithTheWitness) {
    TracedHost h;
    h.deliver(5.0, 2, 1500);
    h.send(Type::Stop);
    h.advance(1.0);
    h.trace->end(h.now().device);
    const auto rows = h.rows();
    double charge_uC = 0.0;
    for (std::size_t k = 1; k < rows.size(); ++k)
        charge_uC +=
            rows[k - 1].current_uA[0] * 1e-6 * static_cast<double>(rows[k].time_us - rows[k - 1].time_us);
    EXPECT_NEAR(charge_uC, h.device->patient().flowed_uC(0), 2.0);
    EXPECT_NEAR(charge_uC, h.device->delivery().charge_uC(0), 5.0);
}

TEST(OutputTrace, AFolderThatIsNotThereIsRefused) {
    const auto trace = OutputTrace::create("no/such/folder/trace.csv");
    ASSERT_FALSE(trace);
    EXPECT_EQ(trace.error().exitCode(), 2);
}

TEST(Witness, TellsWhatFlowsWhateverTheStatusSays) {
    TracedHost h;
    h.start("kind = \"lying_status\"\nsite = \"foot\"\ncurrent_ua = 700\n");
    h.advance(1.0);
    const std::string said = witnessJson(*h.device, h.now());
    EXPECT_EQ(said.find('\n'), std::string::npos);
    EXPECT_NE(said.find("\"faults\":[\"lying_status\"]"), std::string::npos) << said;
    EXPECT_NE(said.find("\"site\":\"foot\",\"set_ua\":0,\"flows_ua\":700.0"), std::string::npos) << said;
    EXPECT_NE(said.find("\"nonce\":\"a1b2c3d4e5f60718\""), std::string::npos) << said;
    EXPECT_EQ(h.lastStatus().sites[3].measured_uA, 0);
}

} // namespace
} // namespace eccrine::devices::virtual_instrument
