// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kept_memory.hpp"

#include <cstdint>
#include <cstdlib> // which also says whose library this is
#if defined(__GLIBC__)
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>
#endif

namespace eccrine {

void keepFreedMemory() {
#if defined(__GLIBC__)
    constexpr int heap = 64 << 20, largest = 32 << 20, never = 1 << 30, some = 1 << 20;
    constexpr std::uintptr_t largePage = 2U << 20U;
    ::mallopt(M_MMAP_THRESHOLD, largest);
    ::mallopt(M_TRIM_THRESHOLD, never);
    ::mallopt(M_TOP_PAD, heap);
    void* volatile first = std::malloc(some); // volatile: or nothing would be asked for
    std::free(first);                         // and the heap is there
    ::mallopt(M_TOP_PAD, some);
    auto* end = static_cast<char*>(::sbrk(0));
    end -= reinterpret_cast<std::uintptr_t>(end) % largePage;
    ::madvise(end - (heap - largePage), heap - largePage, MADV_HUGEPAGE);
#endif
}

} // namespace eccrine
