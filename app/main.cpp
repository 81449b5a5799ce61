// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_line.hpp"

#if defined(__GLIBC__)
#include <cstdint>
#include <cstdlib>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>
#endif

namespace {

/// Curves come and go by the hundred kilobytes. Left alone, the allocator gives each back to the system and
/// gets fresh pages for the next, which costs more than to compute them. Here what is freed stays with the
/// process, and the first 64 MB come in large pages. Hints: where the system does not take them, nothing
/// changes.
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

} // namespace

int main(int argc, char** argv) {
    keepFreedMemory();
    return eccrine::app::runQuickCommandLine(argc, argv);
}
