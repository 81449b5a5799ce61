// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/devices/allocation_count.hpp"

#include <cstdlib>
#include <new>

namespace eccrine::devices {
namespace {
thread_local std::uint64_t count = 0;
} // namespace

std::uint64_t allocationsOfThisThread() noexcept {
    return count;
}

static void* counted(std::size_t size) {
    ++count;
    if (void* p = std::malloc(size == 0 ? 1 : size)) return p;
    throw std::bad_alloc();
}

} // namespace eccrine::devices

void* operator new(std::size_t size) {
    return eccrine::devices::counted(size);
}
void* operator new[](std::size_t size) {
    return eccrine::devices::counted(size);
}
void operator delete(void* p) noexcept {
    std::free(p);
}
void operator delete[](void* p) noexcept {
    std::free(p);
}
void operator delete(void* p, std::size_t) noexcept {
    std::free(p);
}
void operator delete[](void* p, std::size_t) noexcept {
    std::free(p);
}
