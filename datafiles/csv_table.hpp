// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/failure.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eccrine::datafiles {

/// A small table from a CSV file (RFC 4180): a header row, then rows of the same length. Cells as they stand
/// in the file; nothing is guessed about their kind.
struct CsvTable {
    /// Why a row cannot be taken as one.
    struct Fault {
        std::string what, remedy;
    };
    struct Row {
        std::size_t line;               ///< from 1, of its first character
        std::vector<std::string> cells; ///< of a faulty row those before the fault
        std::optional<Fault> fault = std::nullopt;
    };
    std::vector<std::string> columns;
    std::vector<Row> rows;

    [[nodiscard]] std::optional<std::size_t> column(std::string_view name) const;
};

/// What becomes of a row of another length than the header, or with a quote that does not stand right.
enum class FaultyRow {
    RefusesTheFile,
    IsKept, ///< with its fault, and the others go on: for files of which each row is a case of its own
};

/// UTF-8, with or without a byte order mark; lines end with LF or CRLF; a cell in quotes may hold commas,
/// quotes (doubled) and line ends. Empty lines and lines that begin with # are passed over. Refused with its
/// line: a row of another length than the header, two columns of one name, a quote that is not closed or has
/// text beside it, a byte that is no UTF-8, no header. A quote that is not closed refuses the file in any
/// case: nobody knows where its row ends. \param name of the file, for sentences
[[nodiscard]] Result<CsvTable> parseCsvTable(std::string_view text, const std::string& name,
                                             FaultyRow faulty = FaultyRow::RefusesTheFile);

} // namespace eccrine::datafiles
