// SPDX-License-Identifier: GPL-3.0-or-later
#include "acquisition/frame_assembler.hpp"

namespace eccrine::acquisition {

FrameAssembler::FrameAssembler(const std::vector<StreamDescription>& streams) {
    for (const StreamDescription& description : streams) {
        Stream s;
        s.description = description;
        streams_.push_back(std::move(s));
    }
}

FrameAssembler::Stream* FrameAssembler::find(std::uint8_t id) {
    for (Stream& s : streams_)
        if (s.description.id == id) return &s;
    return nullptr;
}

void FrameAssembler::begin(Stream& s, const BlockPosition& position) {
    s.open = true;
    s.position = position;
    s.words.clear();
}

bool FrameAssembler::append(Stream& s, const SampleFrame& frame) {
    s.words.insert(s.words.end(), frame.words.begin(), frame.words.begin() + frame.count);
    return s.words.size() >= s.position.ticks * s.description.valuesPerTick();
}

bool FrameAssembler::finish(Stream& s) {
    s.open = false;
    const std::size_t width = s.description.valuesPerTick();
    const std::size_t ticks =
        s.words.size() / width; // the ring was full in the middle of a tick: that tick is gone
    if (ticks == 0) return false;
    s.words.resize(ticks * width);
    if (s.begun && s.position.firstIndex < s.nextIndex) {
        repeated_ += ticks;
        return false;
    }
    const std::uint64_t gap = s.begun ? s.position.firstIndex - s.nextIndex : 0;
    lost_ += gap;
    s.begun = true;
    s.nextIndex = s.position.firstIndex + ticks;
    s.raw.clear();
    const std::size_t bytes = bytesOf(s.description.format);
    for (const std::int32_t word : s.words) {
        auto bits = static_cast<std::uint32_t>(word);
        for (std::size_t i = 0; i < bytes; ++i) {
            s.raw.push_back(static_cast<std::byte>(bits & 0xFFU));
            bits >>= 8U;
        }
    }
    s.block = {&s.description, s.position, s.words, s.raw, gap};
    s.block.position.ticks = static_cast<std::uint16_t>(ticks);
    return true;
}

} // namespace eccrine::acquisition
