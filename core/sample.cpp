// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sample.hpp"

#include <bit>

namespace eccrine {

double physicalValue(std::int32_t word, RawFormat f, const ChannelDescription& c) {
    const double raw =
        f == RawFormat::F32 ? static_cast<double>(std::bit_cast<float>(word)) : static_cast<double>(word);
    return raw * static_cast<double>(c.scale) + static_cast<double>(c.offset);
}

} // namespace eccrine
