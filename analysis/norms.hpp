// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The norm engine in one include; the parts are in analysis/norms/.
#include "analysis/norms/norm_match.hpp"
#include "analysis/norms/norm_set.hpp"
#include "analysis/norms/patterns.hpp"
