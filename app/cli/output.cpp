// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/output.hpp"

#include <nlohmann/json.hpp>

#include <cstdio>

namespace eccrine::app {

int reportFailure(const Failure& failure, bool json) {
    std::fprintf(stderr, "eccrine: %s\n", failure.sentence().c_str());
    if (json) {
        nlohmann::ordered_json document;
        document["error"] = {{"what", failure.what}, {"where", failure.where}, {"remedy", failure.remedy}};
        print(document.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
    }
    return failure.exitCode();
}

int print(std::string_view text) {
    const bool written =
        std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
    if (written) return 0;
    std::fputs("eccrine: the output cannot be written; check the free space.\n", stderr);
    return 1;
}

} // namespace eccrine::app
