// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/norms/norm_set.hpp"

namespace eccrine::protocols {

using analysis::loadNorms;
using analysis::parseNorms;

} // namespace eccrine::protocols
