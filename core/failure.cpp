// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/failure.hpp"

namespace eccrine {

std::string Failure::sentence() const {
    std::string line;
    if (!where.empty()) line = where + ": ";
    line += what;
    if (!remedy.empty()) {
        if (line.ends_with('.')) line.pop_back(); // `what` may be a sentence of its own already
        line += "; " + remedy;
    }
    if (line.empty() || line.back() != '.') line += '.';
    return line;
}

} // namespace eccrine
