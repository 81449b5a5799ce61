// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "acquisition/delivery_thresholds.hpp"
#include "acquisition/trip.hpp"
#include "core/sample.hpp"

#include <array>
#include <cstddef>
#include <optional>

namespace eccrine::acquisition {

/// Warnings as they are told: once for a reason at a site, and again only after it has been well there for
/// ten seconds. One thread; nothing allocates.
class WarningBook {
public:
    /// Seen at a sample; as long as it is so, with every sample or every second.
    void note(const WarningFinding& seen, std::uint8_t site, DeviceTime at) noexcept {
        auto& last = last_[site % maxSites][static_cast<std::size_t>(seen.reason)];
        const bool told = last && at - *last < threshold::warnsAgainAfter;
        last = at;
        if (told || waiting_ == queue_.size()) return;
        queue_[waiting_++] = DeliveryWarning{seen.reason, site, at, seen.value, seen.limit};
    }
    /// The next one that has not been told.
    [[nodiscard]] std::optional<DeliveryWarning> take() noexcept {
        if (taken_ == waiting_) {
            taken_ = waiting_ = 0;
            return std::nullopt;
        }
        return queue_[taken_++];
    }

private:
    std::array<std::array<std::optional<DeviceTime>, warningReasons>, maxSites> last_{};
    std::array<DeliveryWarning, maxSites * warningReasons> queue_{};
    std::size_t waiting_ = 0, taken_ = 0;
};

} // namespace eccrine::acquisition
