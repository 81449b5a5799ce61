// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "acquisition/sample_ring.hpp"

#include <boost/circular_buffer.hpp>
#include <boost/lockfree/spsc_queue.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <jack/ringbuffer.h>
#include <memory>
#include <mutex>
#include <readerwriterqueue/readerwriterqueue.h>

namespace eccrine::benchmarks {

/// 64 bytes, as the peers carry it; in the SampleRing the eighth word is the slot's sequence.
template <std::size_t Words>
struct Frame {
    std::array<std::uint64_t, Words> words{};
    void fill(std::uint64_t number) noexcept {
        for (auto& word : words)
            word = number;
    }
    [[nodiscard]] std::uint64_t taste() const noexcept { return words.front() ^ words.back(); }
};
using PeerFrame = Frame<8>;

// Each queue: put(n, from) fills and publishes n frames numbered from `from` (false: no room, nothing done);
// take(n, sum) reads up to n in place where the queue can. Each peer by its fastest interface.

class OurRing {
public:
    static constexpr const char* name = "ours";
    explicit OurRing(std::size_t capacity) : ring_(capacity) {}
    bool put(std::size_t n, std::uint64_t from) noexcept {
        if (!ring_.hasRoom(n)) return false;
        if (n == 1) {
            Frame<7> frame;
            frame.fill(from);
            return ring_.push(frame);
        }
        auto room = ring_.reserve(n);
        for (auto& slot : room.first())
            slot.frame.fill(from++);
        for (auto& slot : room.second())
            slot.frame.fill(from++);
        ring_.commit(n);
        return true;
    }
    std::size_t take(std::size_t n, std::uint64_t& sum) noexcept {
        if (n == 1) {
            Frame<7> frame;
            if (!ring_.pop(frame)) return 0;
            sum += frame.taste();
            return 1;
        }
        const auto waiting = ring_.peek(n);
        for (const auto& slot : waiting.first())
            sum += slot.frame.taste();
        for (const auto& slot : waiting.second())
            sum += slot.frame.taste();
        ring_.consume(waiting.size());
        return waiting.size();
    }

private:
    acquisition::SampleRing<Frame<7>> ring_;
};

class BoostQueue {
public:
    static constexpr const char* name = "boost";
    explicit BoostQueue(std::size_t capacity) : queue_(capacity) {}
    bool put(std::size_t n, std::uint64_t from) noexcept {
        if (n == 1) {
            PeerFrame frame;
            frame.fill(from);
            return queue_.push(frame);
        }
        if (queue_.write_available() < n) return false;
        for (std::size_t i = 0; i < n; ++i)
            burst_[i].fill(from + i);
        queue_.push(burst_.data(), n);
        return true;
    }
    std::size_t take(std::size_t n, std::uint64_t& sum) noexcept {
        if (n == 1) return queue_.consume_one([&](const PeerFrame& f) { sum += f.taste(); }) ? 1 : 0;
        return queue_.consume_all([&](const PeerFrame& f) { sum += f.taste(); });
    }

private:
    boost::lockfree::spsc_queue<PeerFrame> queue_;
    std::array<PeerFrame, 256> burst_{};
};

class MoodycamelQueue {
public:
    static constexpr const char* name = "moodycamel";
    explicit MoodycamelQueue(std::size_t capacity) : queue_(capacity) {}
    bool put(std::size_t n, std::uint64_t from) noexcept {
        for (std::size_t i = 0; i < n; ++i) {
            PeerFrame frame;
            frame.fill(from + i);
            while (!queue_.try_enqueue(frame)) {
                if (i == 0) return false;
            }
        }
        return true;
    }
    std::size_t take(std::size_t n, std::uint64_t& sum) noexcept {
        std::size_t taken = 0;
        for (; taken < n; ++taken) {
            const PeerFrame* frame = queue_.peek();
            if (frame == nullptr) break;
            sum += frame->taste();
            queue_.pop();
        }
        return taken;
    }

private:
    moodycamel::ReaderWriterQueue<PeerFrame> queue_;
};

class JackRing {
public:
    static constexpr const char* name = "jack";
    explicit JackRing(std::size_t capacity) : ring_(jack_ringbuffer_create(capacity * sizeof(PeerFrame))) {
        jack_ringbuffer_mlock(ring_.get());
        std::memset(ring_->buf, 0, ring_->size);
    }
    bool put(std::size_t n, std::uint64_t from) noexcept {
        std::array<jack_ringbuffer_data_t, 2> room{};
        jack_ringbuffer_get_write_vector(ring_.get(), room.data());
        if (room[0].len + room[1].len < n * sizeof(PeerFrame)) return false;
        // The buffer holds whole frames, but one byte is never used: a frame may straddle its end.
        std::size_t left = n;
        std::size_t offset = 0;
        for (; left > 0 && offset + sizeof(PeerFrame) <= room[0].len; --left, offset += sizeof(PeerFrame))
            frameAt(room[0].buf + offset).fill(from++);
        for (offset = 0; left > 0; --left, offset += sizeof(PeerFrame))
            frameAt(room[1].buf + offset).fill(from++);
        jack_ringbuffer_write_advance(ring_.get(), n * sizeof(PeerFrame));
        return true;
    }
    std::size_t take(std::size_t n, std::uint64_t& sum) noexcept {
        std::array<jack_ringbuffer_data_t, 2> waiting{};
        jack_ringbuffer_get_read_vector(ring_.get(), waiting.data());
        std::size_t taken = 0;
        for (const auto& part : waiting)
            for (std::size_t offset = 0; taken < n && offset + sizeof(PeerFrame) <= part.len;
                 ++taken, offset += sizeof(PeerFrame))
                sum += frameAt(part.buf + offset).taste();
        jack_ringbuffer_read_advance(ring_.get(), taken * sizeof(PeerFrame));
        return taken;
    }

private:
    static PeerFrame& frameAt(char* p) noexcept { return *static_cast<PeerFrame*>(static_cast<void*>(p)); }
    struct Free {
        void operator()(jack_ringbuffer_t* ring) const noexcept { jack_ringbuffer_free(ring); }
    };
    std::unique_ptr<jack_ringbuffer_t, Free> ring_;
};

class LockedBuffer {
public:
    static constexpr const char* name = "mutex";
    explicit LockedBuffer(std::size_t capacity) : buffer_(capacity) {}
    bool put(std::size_t n, std::uint64_t from) noexcept {
        const std::lock_guard hold(mutex_);
        if (buffer_.reserve() < n) return false;
        PeerFrame frame;
        for (std::size_t i = 0; i < n; ++i) {
            frame.fill(from + i);
            buffer_.push_back(frame);
        }
        return true;
    }
    std::size_t take(std::size_t n, std::uint64_t& sum) noexcept {
        const std::lock_guard hold(mutex_);
        n = std::min(n, buffer_.size());
        for (std::size_t i = 0; i < n; ++i)
            sum += buffer_[i].taste();
        buffer_.erase_begin(n);
        return n;
    }

private:
    std::mutex mutex_;
    boost::circular_buffer<PeerFrame> buffer_;
};

} // namespace eccrine::benchmarks
