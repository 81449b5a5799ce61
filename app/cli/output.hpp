// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/failure.hpp"

#include <string_view>

namespace eccrine::app {

/// One line on standard error; with `json` also `{"error":{"what":…,"where":…,"remedy":…}}` on standard
/// output, so that a caller that reads JSON always gets one document. Returns the exit code: 1 the data or
/// the peer said no, 2 the call was wrong.
int reportFailure(const Failure& failure, bool json);

/// Standard output, checked: a full disk or a closed pipe is a failure.
int print(std::string_view text);

} // namespace eccrine::app
