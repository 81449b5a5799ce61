// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace eccrine::datafiles {

/// SHA-256 of a file's text in hex: which file a result rests on.
[[nodiscard]] std::string sha256Of(const std::string& text);

} // namespace eccrine::datafiles
