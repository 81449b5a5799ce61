// SPDX-License-Identifier: GPL-3.0-or-later
#include "acquisition/latch_rule.hpp"

#include <string>

namespace eccrine::acquisition {

std::optional<Latch> latchOf(const SessionSnapshot& test, WallTime now) {
    const auto because = [&](std::string sentence) {
        return Latch{std::move(sentence), test.recordingId, now};
    };
    if (test.latched && !test.recordingId.empty())
        return because(test.trip.empty() ? "The last test with this instrument ended with a fault."
                                         : test.trip);
    if (test.armedOnce && test.running())
        return because("The last test with this instrument was cut off while current could flow.");
    if (test.skinDue)
        return because("The skin was not recorded after the current of the last test with this instrument.");
    return std::nullopt;
}

} // namespace eccrine::acquisition
