// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <tl/expected.hpp>

#include <string>

namespace eccrine {

/// Something went wrong that a person can act on. `sentence()` is what the terminal or the dialog shows.
struct Failure {
    enum class Kind {
        Data, ///< the data, the device or the peer said no (exit code 1)
        Call, ///< the call itself was wrong: option, name, missing argument (exit code 2)
    };
    std::string what;   ///< what is wrong, e.g. "the hello is of EFP version 2, this program speaks 1"
    std::string where;  ///< file:line:column, URL, option; may be empty
    std::string remedy; ///< what to do, an imperative; may be empty
    Kind kind = Kind::Data;

    /// "WHERE: what; remedy." in one line.
    [[nodiscard]] std::string sentence() const;
    [[nodiscard]] int exitCode() const { return kind == Kind::Call ? 2 : 1; }
};

template <class T>
using Result = tl::expected<T, Failure>;
using Done = Result<void>;

/// `return failed("what", "where", "remedy");` from any function that returns a Result.
[[nodiscard]] inline tl::unexpected<Failure> failed(std::string what, std::string where = {},
                                                    std::string remedy = {},
                                                    Failure::Kind kind = Failure::Kind::Data) {
    return tl::unexpected<Failure>(Failure{std::move(what), std::move(where), std::move(remedy), kind});
}

} // namespace eccrine
