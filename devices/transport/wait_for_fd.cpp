// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/transport/wait_for_fd.hpp"

#include <algorithm>
#include <cerrno>
#include <poll.h>

namespace eccrine::devices {
namespace {

Ready waitFor(int fd, short events, Deadline deadline) noexcept {
    for (;;) {
        pollfd p{fd, events, 0};
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        const int n =
            ::poll(&p, 1, static_cast<int>(std::max<std::chrono::milliseconds::rep>(0, left.count())));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return Ready::Gone;
        if (n == 0) return Ready::TimedOut;
        if ((p.revents & events) != 0) return Ready::Yes;
        return Ready::Gone;
    }
}

} // namespace

Ready waitReadable(int fd, Deadline deadline) noexcept {
    return waitFor(fd, POLLIN, deadline);
}
Ready waitWritable(int fd, Deadline deadline) noexcept {
    return waitFor(fd, POLLOUT, deadline);
}

} // namespace eccrine::devices
