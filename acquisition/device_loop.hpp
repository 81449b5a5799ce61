// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "acquisition/delivery_control.hpp"
#include "acquisition/host_sleep.hpp"
#include "acquisition/notice.hpp"
#include "acquisition/sample_ring.hpp"
#include "core/clock.hpp"
#include "core/sample_frame.hpp"
#include "devices/front_end.hpp"

#include <boost/lockfree/spsc_queue.hpp>

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <vector>

namespace eccrine::acquisition {

/// One device's side of acquisition without its thread: poll, interlock on every current sample, lease, time
/// sync, ring.
///
/// step() is called by one thread over and over; it never blocks beyond its deadline, allocates, locks or
/// logs. The orders and steered() may be called by one other thread. What becomes of the orders is said by
/// DeliveryControl. A session that hangs (a disk that does not answer) must not leave the current flowing:
/// without its sign of life for 2 s every set-point goes to zero by its ramp.
class DeviceLoop final : private devices::FrontEndSink, private DeliveryNews {
public:
    static constexpr std::chrono::milliseconds sessionSilence{2000};
    static constexpr std::chrono::milliseconds relayOpensAfter{
        15000}; ///< of that silence; longer than any ramp

    DeviceLoop(devices::FrontEnd& device, const devices::FrontEndIdentity& identity,
               SampleRing<SampleFrame>& ring, const HostClock& clock,
               std::optional<MonotonicTime> tested = std::nullopt,
               const HostSleep& sleep = systemHostSleep());

    /// When the device has passed its self-test, unless it is latched. Once the device thread has ended.
    [[nodiscard]] std::optional<MonotonicTime> selfTestPassed() const noexcept {
        return delivery_.machine().latched() ? std::nullopt : delivery_.machine().selfTestPassed();
    }

    /// Device thread: one turn, at most `atMost` long. False once the link is lost.
    bool step(std::chrono::milliseconds atMost) noexcept;

    // The other thread. False: the order queue is full (the device thread does not run).
    [[nodiscard]] bool selfTest();
    [[nodiscard]] bool begin(const RunLimits& limits);
    [[nodiscard]] bool demand(const Demand& demand);
    [[nodiscard]] bool pause(); ///< the operator's
    [[nodiscard]] bool
    resume(const ResumeOrder& order); ///< a person has seen to what led to the pause, or to what was refused
    [[nodiscard]] bool end();         ///< output off, relay open
    /// The session's sign of life; it comes at every turn of the session.
    void steered() noexcept {
        steeredAt_.store(clock_.monotonic().time_since_epoch().count(), std::memory_order_release);
    }
    /// STOP: the fastest path, any thread, any state.
    void stop() noexcept {
        auto before = Pressed::Nothing;
        pressed_.compare_exchange_strong(before, Pressed::Stop, std::memory_order_acq_rel);
    }
    /// The same without a ramp; latches.
    void emergencyStop() noexcept { pressed_.store(Pressed::Emergency, std::memory_order_release); }

    /// Any thread. Beside the notice of the same name, which needs room in the ring.
    [[nodiscard]] bool linkLost() const noexcept { return linkLost_.load(std::memory_order_acquire); }
    [[nodiscard]] std::uint64_t goodFrames() const noexcept {
        return goodFrames_.load(std::memory_order_relaxed);
    }
    [[nodiscard]] std::uint64_t badFrames() const noexcept {
        return badFrames_.load(std::memory_order_relaxed);
    }
    /// Longest time between two turns so far, on the host's clock.
    [[nodiscard]] std::chrono::nanoseconds worstLateness() const noexcept {
        return std::chrono::nanoseconds{worstLateness_.load(std::memory_order_relaxed)};
    }

    /// Turns that came more than this late, so far.
    static constexpr std::chrono::milliseconds late{50};
    [[nodiscard]] std::uint64_t lateTurns() const noexcept {
        return lateTurns_.load(std::memory_order_relaxed);
    }

private:
    struct Order {
        enum class Kind : std::uint8_t { SelfTest, Begin, Demand, Pause, Resume, End } kind{};
        RunLimits limits{};
        ResumeOrder resume{};
        Demand demand{};
    };
    struct StreamInfo {
        std::uint8_t id = 0;
        RawFormat format{};
        std::uint16_t valuesPerTick = 0;
        std::uint16_t perSite = 0;
        std::uint8_t siteMask = 0;
        std::chrono::microseconds period{};
        /// A channel of a site; −1: the stream does not carry it.
        struct Channel {
            int at = -1;
            ChannelDescription what;
        };
        Channel anode, cathode, voltage;
        [[nodiscard]] double value(const std::byte* site, const Channel& channel) const {
            const std::byte* raw = site + static_cast<std::size_t>(channel.at) * bytesOf(format);
            return physicalValue(rawWord(raw, format), format, channel.what);
        }
    };

    void onBlock(const SampleBlock& block) noexcept override;
    void onStatus(const devices::FrontEndStatus& status) noexcept override;
    void onLimitsEcho(const devices::DeliveryLimits& limits) noexcept override;
    void onAcknowledgement(const devices::Acknowledgement& ack) noexcept override;
    void onEvent(const devices::DeviceEvent& event) noexcept override;
    void onTimeSync(const devices::TimeSyncProbe& probe) noexcept override;
    void onLog(std::string_view text) noexcept override;

    [[nodiscard]] bool order(Order::Kind kind);
    void takeOrders(MonotonicTime now) noexcept;
    void watchSession(MonotonicTime now) noexcept;
    void watchOwnPace(MonotonicTime now) noexcept;
    void syncTime(MonotonicTime now) noexcept;
    void observe(const StreamInfo& stream, const SampleBlock& block) noexcept;
    void pushBlock(const StreamInfo& stream, const SampleBlock& block) noexcept;
    void tell(const SampleFrame& notice) noexcept override;
    void tellWhatIsHeld() noexcept;
    [[nodiscard]] const StreamInfo* stream(std::uint8_t id) const noexcept;

    devices::FrontEnd& device_;
    SampleRing<SampleFrame>& ring_;
    const HostClock& clock_;
    const HostSleep& sleep_;
    DeliveryControl delivery_;
    std::vector<StreamInfo> streams_;
    boost::lockfree::spsc_queue<Order, boost::lockfree::capacity<32>> orders_;
    std::atomic<Pressed> pressed_{Pressed::Nothing};
    std::atomic<std::uint64_t> goodFrames_{0};
    std::atomic<std::uint64_t> badFrames_{0};
    std::atomic<std::int64_t> worstLateness_{0};
    std::atomic<std::int64_t> steeredAt_{0};
    std::atomic<std::uint64_t> lateTurns_{0};
    std::atomic<bool> linkLost_{false};

    std::optional<MonotonicTime> lastStep_;
    std::optional<std::chrono::nanoseconds> slept_;
    MonotonicTime nextSync_{};
    unsigned syncLeft_ = 0;
    bool unsteered_ = false;
    std::array<SampleFrame, 16> held_{}; ///< notices that found the ring full
    std::size_t heldCount_ = 0;
    std::array<SampleFrame, 513> frames_{};
};

} // namespace eccrine::acquisition
