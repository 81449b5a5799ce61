// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace eccrine::devices::virtual_instrument {

/// What the cable does to frames at an instant: probabilities, each of one frame.
struct LinkTrouble {
    double loss = 0.0;      ///< of DATA and STATUS
    double duplicate = 0.0; ///< of DATA and STATUS
    double reorder = 0.0;   ///< of DATA and STATUS
    double flip = 0.0;      ///< of any frame
    bool silent = false;    ///< nothing passes, everything comes later
    friend bool operator==(const LinkTrouble&, const LinkTrouble&) = default;
};

} // namespace eccrine::devices::virtual_instrument
