// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/virtual/link_faults.hpp"

#include <utility>

namespace eccrine::devices::virtual_instrument {

namespace {

constexpr std::size_t mostHeldBack = 8U << 20U; // bytes: some minutes of both streams

bool happens(SeededNoise& noise, double probability) {
    return probability > 0.0 && noise.uniform() < probability;
}

} // namespace

LinkFaults::LinkFaults(std::uint64_t seed, Emit emit)
    : emit_(std::move(emit)), loss_(seed, "frame loss"), duplicate_(seed, "frame duplication"),
      reorder_(seed, "frame order"), flip_(seed, "frame bytes") {}

bool LinkFaults::send(std::span<const std::byte> wire, bool sheddable, const LinkTrouble& trouble) {
    if (sheddable && happens(loss_, trouble.loss)) {
        ++lost_;
        return true; // lost on the wire: the device does not know
    }
    std::vector<std::byte> spoilt;
    if (happens(flip_, trouble.flip)) {
        spoilt.assign(wire.begin(), wire.end());
        flipOneByte(spoilt);
        wire = spoilt;
    }
    if (sheddable && overtaken_.empty() && happens(reorder_, trouble.reorder)) {
        overtaken_.assign(wire.begin(), wire.end());
        return true;
    }
    const bool passed = pass(wire, trouble);
    if (passed && sheddable && happens(duplicate_, trouble.duplicate)) (void)pass(wire, trouble);
    if (!overtaken_.empty()) (void)pass(std::exchange(overtaken_, {}), trouble);
    return passed;
}

bool LinkFaults::pass(std::span<const std::byte> wire, const LinkTrouble& trouble) {
    if (trouble.silent || !heldBack_.empty()) {
        if (heldBytes_ + wire.size() > mostHeldBack) {
            ++lost_;
            return false;
        }
        heldBack_.emplace_back(wire.begin(), wire.end());
        heldBytes_ += wire.size();
        return true;
    }
    if (emit_(wire)) return true;
    ++lost_;
    return false;
}

void LinkFaults::release(const LinkTrouble& trouble) {
    while (!trouble.silent && !heldBack_.empty() && emit_(heldBack_.front())) {
        heldBytes_ -= heldBack_.front().size();
        heldBack_.pop_front();
    }
}

void LinkFaults::forget() {
    overtaken_.clear();
    heldBack_.clear();
    heldBytes_ = 0;
}

void LinkFaults::flipOneByte(std::vector<std::byte>& wire) {
    if (wire.size() < 2) return;
    const auto at = static_cast<std::size_t>(flip_.uniform() * static_cast<double>(wire.size() - 1));
    const auto change = static_cast<std::uint8_t>(1.0 + flip_.uniform() * 255.0); // 1 to 255
    wire[at] ^= static_cast<std::byte>(change); // the delimiter at the end stays
}

} // namespace eccrine::devices::virtual_instrument
