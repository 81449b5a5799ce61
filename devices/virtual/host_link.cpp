// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/virtual/host_link.hpp"

namespace eccrine::devices::virtual_instrument {

bool HostLink::queue(std::span<const std::byte> frame) {
    if (queued_.size() - sent_ + frame.size() > queueSize_) return false;
    queued_.insert(queued_.end(), frame.begin(), frame.end());
    return true;
}

void HostLink::flush() {
    while (somethingQueued()) {
        const auto written = write(std::span{queued_}.subspan(sent_));
        if (written < 0) return discardQueued();
        if (written == 0) break;
        sent_ += static_cast<std::size_t>(written);
    }
    if (!somethingQueued()) {
        discardQueued();
    } else if (sent_ >= queueSize_) { // keep the buffer from creeping
        queued_.erase(queued_.begin(), queued_.begin() + static_cast<std::ptrdiff_t>(sent_));
        sent_ = 0;
    }
}

void HostLink::discardQueued() {
    queued_.clear();
    sent_ = 0;
}

} // namespace eccrine::devices::virtual_instrument
