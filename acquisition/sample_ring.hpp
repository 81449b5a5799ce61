// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <span>
#include <sys/mman.h>
#include <type_traits>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace eccrine::acquisition {

/// The way of a sample from the device thread to the session: a lock-free queue of fixed capacity between one
/// producer thread and one consumer thread.
///
/// Frames are trivially copyable and at most 56 bytes, so that a frame and its 8-byte sequence number fill
/// one 64-byte slot: whoever waits for a frame gets payload and flag in one cache line.
///
/// **Producer** (real-time): never blocks, allocates, locks or overwrites. What does not fit is left out and
/// counted in dropped(), one count per frame.
/// **Consumer**: reads in place (peek, consume) or copies (pop), and does not wait for frames. An idle
/// consumer sleeps 10 to 33 ms between looks (the ring holds seconds) instead of spinning.
///
/// Memory order: a frame is published by a release store of its slot's sequence (a single frame) or of the
/// count of published frames (all of a burst); an acquire load of either makes the frames before it readable.
/// The consumer stores its progress with release after its last read; the producer acquires it before it
/// writes there again.
///
/// What the threads share is kept off each other's cache lines: a producer that may wait (a replay, a
/// benchmark) asks hasRoom(), which looks at a mark that the consumer sets only every capacity/8 frames or
/// when it finds the ring empty. push() and reserve() look at the exact progress before they drop anything,
/// so no frame is dropped that would have fitted. The consumer flushes what it has read out of its cache, and
/// lets go for a moment when it runs at the heels of the producer (see handBack and stepBack).
///
/// Memory is touched, and locked if the system allows, at construction: no page fault later. Construction may
/// throw std::bad_alloc; nothing else throws.
template <class Frame>
class SampleRing { // NOLINT(clang-analyzer-optin.performance.Padding): it keeps the threads' lines apart
    static_assert(std::is_trivially_copyable_v<Frame>);
    static_assert(std::is_default_constructible_v<Frame>);
    static_assert(sizeof(Frame) <= 56, "a frame and its sequence share one cache line");
    static_assert(alignof(Frame) <= 8);

public:
    /// One cache line: the frame, then its sequence: frame number + 1, and for the first frame of a burst the
    /// top bit; the others of a burst have none.
    class alignas(64) Slot {
    public:
        Frame frame{};

    private:
        friend class SampleRing;
        std::atomic<std::uint64_t> sequence_{0};
    };
    static_assert(sizeof(Slot) == 64);

    /// Slots in order, as the two runs into which the end of the memory may cut them.
    template <class S>
    class Run {
    public:
        Run() = default;
        Run(std::uint64_t number, std::span<S> first, std::span<S> second)
            : number_(number), first_(first), second_(second) {}
        [[nodiscard]] std::size_t size() const noexcept { return first_.size() + second_.size(); }
        [[nodiscard]] bool empty() const noexcept { return first_.empty(); }
        [[nodiscard]] auto& operator[](std::size_t i) const noexcept {
            return i < first_.size() ? first_[i].frame : second_[i - first_.size()].frame;
        }
        [[nodiscard]] std::span<S> first() const noexcept { return first_; }
        [[nodiscard]] std::span<S> second() const noexcept { return second_; } ///< often empty
        /// Running number of the first frame, from 0, counting the frames that went in.
        [[nodiscard]] std::uint64_t firstNumber() const noexcept { return number_; }

    private:
        std::uint64_t number_ = 0;
        std::span<S> first_;
        std::span<S> second_;
    };
    using Writable = Run<Slot>;
    using Readable = Run<const Slot>;

    /// \param capacity frames; rounded up to a power of two, at least 8. All of them can be used.
    explicit SampleRing(std::size_t capacity)
        : capacity_(std::bit_ceil(std::max<std::size_t>(capacity, 8))), slots_(allocate(capacity_)),
          locked_(::mlock(slots_.get(), capacity_ * sizeof(Slot)) == 0) {}
    ~SampleRing() {
        if (locked_) ::munlock(slots_.get(), capacity_ * sizeof(Slot));
    }
    SampleRing(const SampleRing&) = delete;
    SampleRing& operator=(const SampleRing&) = delete;

    [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
    /// Whether the memory could be locked against paging (RLIMIT_MEMLOCK).
    [[nodiscard]] bool memoryLocked() const noexcept { return locked_; }
    /// Frames that did not fit since construction; only grows. Any thread.
    [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_.load(std::memory_order_relaxed); }
    /// Frames that went in since construction; only grows. Any thread.
    [[nodiscard]] std::uint64_t written() const noexcept {
        return published_.load(std::memory_order_acquire);
    }
    /// Frames waiting, as of a moment ago. Any thread.
    [[nodiscard]] std::size_t waiting() const noexcept {
        const auto read = read_.load(std::memory_order_acquire);
        const auto published = published_.load(std::memory_order_acquire);
        // A frame can be read before it is counted.
        return published > read
                   ? static_cast<std::size_t>(std::min<std::uint64_t>(published - read, capacity_))
                   : 0;
    }

    // ---- producer thread ----

    /// Room for up to `n` frames, to be filled in place and published with commit(). What does not fit is
    /// counted as dropped. A second reserve() without a commit() gives the same slots again.
    [[nodiscard]] Writable reserve(std::size_t n) noexcept {
        return runOf<Slot>(producer_.next, roomOrDrop(n));
    }

    /// Publishes the first `n` frames of the last reservation (`n` at most its size).
    void commit(std::size_t n) noexcept {
        if (n == 0) return;
        // The count first: who sees the sequence of the first frame sees the whole burst.
        const auto from = producer_.next;
        publish(from + n);
        slot(from).sequence_.store((from + 1) | burst, std::memory_order_release);
    }

    /// Copies frames in. Returns how many fitted; the rest are counted in dropped().
    std::size_t push(std::span<const Frame> frames) noexcept {
        const auto from = producer_.next;
        const auto n = roomOrDrop(frames.size());
        for (std::size_t i = 0; i < n; ++i)
            slot(from + i).frame = frames[i];
        commit(n);
        return n;
    }
    bool push(const Frame& frame) noexcept {
        if (roomOrDrop(1) == 0) return false;
        const auto number = producer_.next;
        slot(number).frame = frame;
        slot(number).sequence_.store(number + 1, std::memory_order_release);
        publish(number + 1);
        return true;
    }

    /// Whether `n` frames fit for certain, for producers that may wait. Counts nothing; may still say no for
    /// up to capacity/8 frames that have just been read.
    [[nodiscard]] bool hasRoom(std::size_t n) noexcept {
        if (capacity_ - (producer_.next - producer_.readSeen) >= n) return true;
        producer_.readSeen = std::max(producer_.readSeen, mark_.load(std::memory_order_acquire));
        return capacity_ - (producer_.next - producer_.readSeen) >= n;
    }

    // ---- consumer thread ----

    /// Up to `n` waiting frames, in place; they stay valid until consume().
    [[nodiscard]] Readable peek(std::size_t n) noexcept {
        return runOf<const Slot>(consumer_.next, available(n));
    }

    /// Gives the first `n` peeked frames back to the producer.
    void consume(std::size_t n) noexcept {
        handBack(consumer_.next, n);
        consumer_.next += n;
        read_.store(consumer_.next, std::memory_order_release);
        if (consumer_.next - consumer_.marked >= capacity_ / 8) setMark();
    }

    /// Copies frames out and consumes them. Returns how many there were.
    std::size_t pop(std::span<Frame> out) noexcept {
        const auto n = available(out.size());
        for (std::size_t i = 0; i < n; ++i)
            out[i] = slot(consumer_.next + i).frame;
        if (n > 0) consume(n);
        return n;
    }
    bool pop(Frame& out) noexcept {
        if (available(1) == 0) return false;
        out = slot(consumer_.next).frame;
        consume(1);
        return true;
    }

private:
    struct Release {
        void operator()(Slot* slots) const noexcept { std::free(slots); }
    };
    using Memory = std::unique_ptr<Slot[], Release>;

    /// Huge pages where the ring is large enough for one; constructing the slots touches every page.
    static Memory allocate(std::size_t capacity) {
        constexpr std::size_t page = 4096;
        constexpr std::size_t hugePage = 2U << 20U;
        const std::size_t alignment = capacity * sizeof(Slot) >= hugePage ? hugePage : page;
        const std::size_t bytes = (capacity * sizeof(Slot) + alignment - 1) / alignment * alignment;
        void* raw = std::aligned_alloc(alignment, bytes);
        if (raw == nullptr) throw std::bad_alloc();
        if (alignment == hugePage) ::madvise(raw, bytes, MADV_HUGEPAGE);
        Slot* slots = static_cast<Slot*>(raw);
        std::uninitialized_value_construct_n(slots, capacity);
        return Memory(slots);
    }

    template <class S>
    [[nodiscard]] Run<S> runOf(std::uint64_t from, std::size_t n) const noexcept {
        const auto start = static_cast<std::size_t>(from) & (capacity_ - 1);
        const auto head = std::min(n, capacity_ - start);
        return {from, std::span<S>(slots_.get() + start, head), std::span<S>(slots_.get(), n - head)};
    }

    [[nodiscard]] std::size_t roomOrDrop(std::size_t n) noexcept {
        auto room = capacity_ - static_cast<std::size_t>(producer_.next - producer_.readSeen);
        if (room >= n) [[likely]]
            return n;
        producer_.readSeen = read_.load(std::memory_order_acquire);
        room = capacity_ - static_cast<std::size_t>(producer_.next - producer_.readSeen);
        if (room >= n) return n;
        dropped_.fetch_add(n - room, std::memory_order_relaxed);
        return room;
    }

    void publish(std::uint64_t next) noexcept {
        producer_.next = next;
        published_.store(next, std::memory_order_release);
    }

    [[nodiscard]] Slot& slot(std::uint64_t number) const noexcept {
        return slots_[static_cast<std::size_t>(number) & (capacity_ - 1)];
    }

    /// How many of `n` frames can be read. A single frame that is waited for is seen by its own sequence; in
    /// a stream the count of published frames tells of many at once.
    [[nodiscard]] std::size_t available(std::size_t n) noexcept {
        if (knownAvailable() >= n) return n;
        if (n == 1) {
            const auto next = consumer_.next;
            const auto sequence = slot(next).sequence_.load(std::memory_order_acquire);
            if ((sequence & ~burst) != next + 1) return nothing();
            consumer_.publishedSeen = next + 1;
            if (sequence == next + 1 && consumer_.foundNothing) {
                consumer_.foundNothing = false;
                return 1;
            }
        }
        lookAtCount();
        if (knownAvailable() == 0) return nothing();
        consumer_.foundNothing = false;
        if (n < crowd_ && knownAvailable() < crowd_ && ++consumer_.shortLooks > atTheHeels) stepBack();
        return std::min(knownAvailable(), n);
    }
    [[nodiscard]] std::size_t knownAvailable() const noexcept {
        return static_cast<std::size_t>(consumer_.publishedSeen - consumer_.next);
    }
    void lookAtCount() noexcept {
        consumer_.publishedSeen =
            std::max(consumer_.publishedSeen, published_.load(std::memory_order_acquire));
    }
    std::size_t nothing() noexcept {
        consumer_.foundNothing = true;
        consumer_.shortLooks = 0;
        if (consumer_.marked != consumer_.next) setMark();
        return 0;
    }
    void setMark() noexcept {
        consumer_.marked = consumer_.next;
        mark_.store(consumer_.next, std::memory_order_release);
    }

    /// A consumer that reads each frame the moment it is written makes both threads wait for a cache line at
    /// every frame. Once it lets go for some microseconds (25 at most here) it finds hundreds at a time. Only
    /// for one that takes small pieces, and after many short looks in a row with never an empty one: a frame
    /// that is waited for is not delayed.
    void stepBack() noexcept {
#if defined(__x86_64__)
        for (int round = 0; knownAvailable() < crowd_ && round < 4; ++round) {
            for (int i = 0; i < 256; ++i)
                __builtin_ia32_pause();
            lookAtCount();
        }
#endif
    }

    /// Flushes slots that have been read out of this thread's cache. The producer would otherwise have to
    /// take back every line from here before it can write it, which costs it ten times as much (30 to 70 ns a
    /// frame against 2 to 4); writing is what must be fast.
    void handBack(std::uint64_t from, std::size_t n) const noexcept {
#if defined(__x86_64__)
        if (!canFlush_) return;
        for (std::size_t i = 0; i < n; ++i)
            __asm__ volatile("clflushopt %0" : : "m"(slot(from + i)));
#endif
    }
    [[nodiscard]] static bool cacheFlushAvailable() noexcept {
#if defined(__x86_64__)
        unsigned a = 0;
        unsigned b = 0;
        unsigned c = 0;
        unsigned d = 0;
        return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & bit_CLFLUSHOPT) != 0;
#else
        return false;
#endif
    }

    struct ProducerSide {
        std::uint64_t next = 0;     ///< number of the next frame
        std::uint64_t readSeen = 0; ///< everything before it is known to be free again
    };
    struct ConsumerSide {
        std::uint64_t next = 0;          ///< number of the next frame to read
        std::uint64_t publishedSeen = 0; ///< everything before it is known to be readable
        std::uint64_t marked = 0;        ///< value of mark_
        unsigned shortLooks = 0;         ///< looks in a row that found a few frames
        bool foundNothing = false;       ///< the last look
    };
    static constexpr std::uint64_t burst = 1ULL << 63U;
    static constexpr unsigned atTheHeels = 16; ///< short looks in a row
    static constexpr std::size_t apart = 128;  ///< two lines: the adjacent-line prefetcher fetches pairs

    const std::size_t capacity_;
    const std::size_t crowd_ = std::min<std::size_t>(256, capacity_ / 4); ///< fewer frames make a short look
    const Memory slots_;
    const bool locked_;
    const bool canFlush_ = cacheFlushAvailable();
    alignas(apart) ProducerSide producer_;
    std::atomic<std::uint64_t> dropped_{0};
    alignas(apart) std::atomic<std::uint64_t> published_{0}; ///< stored once per burst
    alignas(apart) ConsumerSide consumer_;
    std::atomic<std::uint64_t> read_{0};                ///< exact progress
    alignas(apart) std::atomic<std::uint64_t> mark_{0}; ///< progress, announced lazily
};

} // namespace eccrine::acquisition
