// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "devices/virtual/link_trouble.hpp"
#include "devices/virtual/seeded_noise.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <span>
#include <vector>

namespace eccrine::devices::virtual_instrument {

/// The cable between device and host: loses, repeats, exchanges, spoils and holds back frames. Only DATA and
/// STATUS are lost, repeated or exchanged; bytes change in every kind of frame. Seeded.
class LinkFaults {
public:
    /// Takes one frame in wire form; false when the link has no room for it.
    using Emit = std::function<bool(std::span<const std::byte>)>;

    LinkFaults(std::uint64_t seed, Emit emit);

    /// False when the frame found no room: the device knows that it is lost.
    bool send(std::span<const std::byte> wire, bool sheddable, const LinkTrouble& trouble);
    /// After a silence: as much of what was held back as there is room for, in its order.
    void release(const LinkTrouble& trouble);
    /// The link is closed: what was on its way is gone.
    void forget();

    [[nodiscard]] std::uint64_t lost() const { return lost_; }

private:
    bool pass(std::span<const std::byte> wire, const LinkTrouble& trouble);
    void flipOneByte(std::vector<std::byte>& wire);

    Emit emit_;
    SeededNoise loss_;
    SeededNoise duplicate_;
    SeededNoise reorder_;
    SeededNoise flip_;
    std::vector<std::byte> overtaken_; ///< waits for the next frame to pass it
    std::deque<std::vector<std::byte>> heldBack_;
    std::size_t heldBytes_ = 0;
    std::uint64_t lost_ = 0;
};

} // namespace eccrine::devices::virtual_instrument
