// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace eccrine::acquisition {

/// Where the bedside process of this user listens: `$XDG_RUNTIME_DIR/eccrine-bedside`, else
/// `/tmp/eccrine-bedside-<uid>`.
[[nodiscard]] QString defaultBedsideSocket();
/// The lock that makes it the only one; beside the socket.
[[nodiscard]] QString bedsideLockFile(const QString& socket);
/// Longest path a local socket can have (sun_path).
[[nodiscard]] bool socketNameFits(const QString& socket);

} // namespace eccrine::acquisition
