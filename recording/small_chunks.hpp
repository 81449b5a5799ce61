// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

namespace eccrine::recording {

/// Joins the chunks of a closed recording when they are very small (docs/adr/0007): a copy with long ones is
/// written beside it, read back, compared by its hash and only then given its name. Whatever goes wrong, the
/// recording stays as it is, which is as good. No connection to the file may be open in this process.
/// true: it was done.
bool joinSmallChunks(const std::filesystem::path& file);

} // namespace eccrine::recording
