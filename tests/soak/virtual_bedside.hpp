// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "acquisition/device_loop.hpp"
#include "acquisition/sample_ring.hpp"
#include "devices/efp/efp_front_end.hpp"
#include "devices/transport/transport.hpp"
#include "devices/virtual/front_end_device.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace eccrine::tests {

/// Host and device in one time that moves only when somebody waits.
class VirtualTime final : public HostClock {
public:
    [[nodiscard]] MonotonicTime monotonic() const noexcept override { return MonotonicTime{since + start}; }
    [[nodiscard]] WallTime wall() const noexcept override {
        return WallTime{std::chrono::sys_days{std::chrono::year{2026} / 11 / 30}};
    }
    [[nodiscard]] devices::virtual_instrument::Instant now() const {
        return {DeviceTime{std::chrono::duration_cast<std::chrono::microseconds>(since)}, monotonic()};
    }
    std::chrono::nanoseconds since{};

private:
    static constexpr std::chrono::hours start{1};
};

/// The virtual instrument's device behind the real driver, without a process or a port: the bytes are those
/// of the wire, waiting for them is what lets time pass.
class VirtualCable final : public devices::Transport {
public:
    VirtualCable(VirtualTime& time, devices::virtual_instrument::FrontEndDevice& device);

    [[nodiscard]] Done open(std::chrono::milliseconds) override;
    void close() noexcept override {}
    [[nodiscard]] Read read(std::span<std::byte> into, std::chrono::milliseconds atMost) noexcept override;
    [[nodiscard]] bool write(std::span<const std::byte> bytes, std::chrono::milliseconds) noexcept override;
    [[nodiscard]] const std::string& name() const noexcept override { return name_; }

    /// A frame from the device; false when there is no room for it.
    bool arrive(std::span<const std::byte> wire);
    /// Lets time pass without reading.
    void wait(std::chrono::nanoseconds length);

private:
    [[nodiscard]] bool pulled();

    VirtualTime& time_;
    devices::virtual_instrument::FrontEndDevice& device_;
    std::vector<std::byte> waiting_;
    std::string name_ = "virtual cable";
    bool wasPulled_ = false;
};

/// The whole path of the current but for the session: device loop, state machine, interlock, driver, wire,
/// virtual device, patient. Faults come by `scenario`, acts of a person by the calls of `loop`.
class VirtualBedside {
public:
    VirtualBedside(const devices::virtual_instrument::Scenario& scenario, std::uint64_t seed);

    /// Hello, streams. False: nothing answers.
    [[nodiscard]] bool connect();
    /// One turn of the device thread, at most 10 ms; the session lives unless told otherwise. False: the link
    /// is lost.
    bool turn();
    /// The device thread does not run for so long.
    void stall(std::chrono::nanoseconds length) { cable_->wait(length); }
    /// Current through the skin, without any sensor.
    [[nodiscard]] double through_uA(std::size_t site) const { return device_->patient().through_uA(site); }
    [[nodiscard]] double flowed_mC(std::size_t site) const {
        return device_->patient().flowed_uC(site) / 1000.0;
    }
    /// Called at the end of each tick of the device.
    void observe(std::function<void(DeviceTime)> each) { device_->observe(std::move(each)); }

    VirtualTime time;
    bool sessionLives = true;
    std::unique_ptr<acquisition::DeviceLoop> loop;
    // What the loop has told.
    acquisition::DeliveryState state = acquisition::DeliveryState::Idle;
    unsigned pauses = 0;
    bool armed = false, selfTested = false, selfTestPassed = false, refused = false, linkLost = false;
    std::array<double, maxSites> hostCharge_mC{};
    std::array<double, maxSites> deviceCharge_mC() const;
    std::vector<std::string> told; ///< for a person who wants to know what a seed did

    /// On the device's clock.
    [[nodiscard]] double seconds() const { return std::chrono::duration<double>(time.since).count(); }

private:
    void hear(const SampleFrame& frame);

    std::unique_ptr<devices::virtual_instrument::FrontEndDevice> device_;
    VirtualCable* cable_ = nullptr; ///< of the driver
    std::unique_ptr<devices::efp::EfpFrontEnd> driver_;
    acquisition::SampleRing<SampleFrame> ring_{1U << 15U};
};

} // namespace eccrine::tests
