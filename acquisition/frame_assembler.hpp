// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/sample.hpp"
#include "core/sample_frame.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace eccrine::acquisition {

/// One block put together again from the frames of the ring.
struct AssembledBlock {
    const StreamDescription* stream = nullptr;
    BlockPosition position;              ///< `ticks` as many as arrived
    std::span<const std::int32_t> words; ///< ticks · valuesPerTick, valid during the call
    std::span<const std::byte> raw;      ///< the same in the stream's own format
    std::uint64_t lostBefore = 0;        ///< ticks missing between this block and the one before
};

/// Frames to blocks; counts what is missing and drops what comes twice. One thread (the ring's consumer).
class FrameAssembler {
public:
    explicit FrameAssembler(const std::vector<StreamDescription>& streams);

    /// Calls `onBlock(const AssembledBlock&)` when a frame completes a block, or cuts an unfinished one off.
    template <class OnBlock>
    void add(const SampleFrame& frame, OnBlock&& onBlock) {
        Stream* s = find(frame.stream);
        if (s == nullptr) return;
        if (frame.kind == SampleFrame::Kind::BlockStart) {
            if (s->open && finish(*s)) onBlock(s->block);
            begin(*s, frame.payload<BlockPosition>());
        } else if (frame.kind == SampleFrame::Kind::Tick && s->open) {
            if (append(*s, frame) && finish(*s)) onBlock(s->block);
        }
    }
    [[nodiscard]] std::uint64_t lostTicks() const { return lost_; }
    [[nodiscard]] std::uint64_t repeatedTicks() const { return repeated_; }

private:
    struct Stream {
        StreamDescription description;
        bool open = false;
        bool begun = false;
        std::uint64_t nextIndex = 0;
        BlockPosition position;
        std::vector<std::int32_t> words;
        std::vector<std::byte> raw;
        AssembledBlock block;
    };
    [[nodiscard]] Stream* find(std::uint8_t id);
    void begin(Stream& s, const BlockPosition& position);
    [[nodiscard]] bool append(Stream& s, const SampleFrame& frame); ///< true: the block is whole
    [[nodiscard]] bool finish(Stream& s);                           ///< false: nothing worth handing on

    std::vector<Stream> streams_;
    std::uint64_t lost_ = 0;
    std::uint64_t repeated_ = 0;
};

} // namespace eccrine::acquisition
