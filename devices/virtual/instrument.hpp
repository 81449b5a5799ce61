// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/failure.hpp"
#include "devices/virtual/front_end_device.hpp"
#include "devices/virtual/host_link.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace eccrine::devices::virtual_instrument {

struct InstrumentOptions {
    std::optional<std::uint16_t> tcpPort; ///< absent: a pty
    std::optional<std::filesystem::path> ptyLink;
    double speed = 1.0; ///< device seconds per host second
    PatientChoice patient;
    NoiseChoice noise;
    std::optional<std::filesystem::path> patientsFile; ///< absent: the built-in one
    std::optional<std::filesystem::path> scenarioFile;
    std::optional<std::filesystem::path> truthFile; ///< the last truth as JSON
};

/// The running program: a device, a link and the two clocks, on one thread. Prints `url: ...` first, then
/// what happens, in lines.
class Instrument {
public:
    /// Reads the files, opens the link and prints the first lines. Blocks SIGINT and SIGTERM for run().
    [[nodiscard]] static Result<std::unique_ptr<Instrument>> create(const InstrumentOptions& options);
    ~Instrument();
    Instrument(const Instrument&) = delete;
    Instrument& operator=(const Instrument&) = delete;

    /// Until SIGINT or SIGTERM.
    [[nodiscard]] Done run();

private:
    Instrument(const InstrumentOptions& options, const PatientLibrary& library, const PatientModel& patient,
               Scenario scenario, std::unique_ptr<HostLink> link);

    [[nodiscard]] Instant now() const;
    void serveLink();
    void advance();
    [[nodiscard]] Done followCable();
    void tellChanges();
    [[nodiscard]] Done tellTruth();

    InstrumentOptions options_;
    std::string scenarioTitle_;
    std::unique_ptr<HostLink> link_;
    FrontEndDevice device_;
    MonotonicTime start_{};
    Instant reached_;
    bool plugged_ = true;
    DeliveryState toldState_ = DeliveryState::Idle;
    std::uint32_t toldFaults_ = 0;
    unsigned truthToldOfRun_ = 0;
    std::optional<MonotonicTime> lostWhileDelivering_;
    std::uint64_t framesLostBefore_ = 0;
};

} // namespace eccrine::devices::virtual_instrument
