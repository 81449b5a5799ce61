// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/failure.hpp"
#include "devices/virtual/control_socket.hpp"
#include "devices/virtual/crystal.hpp"
#include "devices/virtual/front_end_device.hpp"
#include "devices/virtual/host_link.hpp"
#include "devices/virtual/output_trace.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

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
    std::optional<std::filesystem::path> controlSocket;
    std::optional<std::filesystem::path> outputTrace; ///< what really flowed as CSV
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
               Scenario scenario, std::unique_ptr<HostLink> link, std::unique_ptr<ControlSocket> control,
               std::unique_ptr<OutputTrace> trace);

    [[nodiscard]] Instant now() const;
    void serveLink();
    void advance();
    [[nodiscard]] bool waitsForHost(MonotonicTime host) const;
    [[nodiscard]] Done followCable();
    void tellChanges();
    void serveControl();
    [[nodiscard]] std::string obey(std::string_view line);
    [[nodiscard]] Done tellTruth();

    InstrumentOptions options_;
    std::string scenarioTitle_;
    std::unique_ptr<HostLink> link_;
    std::unique_ptr<ControlSocket> control_; ///< null: not asked for
    std::unique_ptr<OutputTrace> trace_;     ///< null: not asked for
    FrontEndDevice device_;
    Crystal crystal_;
    Instant reached_;
    bool plugged_ = true;
    DeliveryState toldState_ = DeliveryState::Idle;
    std::uint32_t toldFaults_ = 0;
    unsigned truthToldOfRun_ = 0;
    std::optional<MonotonicTime> lostWhileDelivering_;
    std::uint64_t framesLostBefore_ = 0;
};

} // namespace eccrine::devices::virtual_instrument
