// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace eccrine::protocols {

/// Where a number or a step comes from.
struct Source {
    std::string id;
    std::string text;
    std::string certainty; ///< "read", "memory", "derived", "policy"
};

} // namespace eccrine::protocols
