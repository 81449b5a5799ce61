// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace eccrine {

/// Curves come and go by the hundred kilobytes. Left alone, the allocator gives each back to the system and
/// gets fresh pages for the next, which costs more than to compute them. After this what is freed stays with
/// the process, and the first 64 MB come in large pages. Hints: where the system does not take them, nothing
/// changes. Once, before the first thread; for programs that compute and end.
void keepFreedMemory();

} // namespace eccrine
