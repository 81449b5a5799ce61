// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/site_signals.hpp"
#include "tests/support/temporary_folder.hpp"

#include <cstdio>
#include <string>
#include <sys/types.h>
#include <vector>

namespace eccrine::benchmarks {

/// qsart_scipy.py as a process that has imported its libraries and read the record, and computes when asked,
/// so that ours and peer can take turns. Throws std::runtime_error with what to install when it does not
/// start.
class ScipyPeer {
public:
    explicit ScipyPeer(const RecordedTest& test);
    ~ScipyPeer();
    ScipyPeer(const ScipyPeer&) = delete;
    ScipyPeer& operator=(const ScipyPeer&) = delete;

    struct Answer {
        double seconds = 0.0; ///< that the computation took in the peer, by its own clock
        std::vector<double>
            values; ///< "rate": the sum of the rates of each site; "full": five numbers per site
    };
    Answer ask(const std::string& job); ///< "rate" or "full"

private:
    tests::TemporaryFolder folder_;
    pid_t process_ = -1;
    std::FILE* to_ = nullptr;
    std::FILE* from_ = nullptr;
};

} // namespace eccrine::benchmarks
