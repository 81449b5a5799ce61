// SPDX-License-Identifier: GPL-3.0-or-later
#include "datafiles/csv_table.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace eccrine::datafiles {
namespace {

/// Thrown inside this file only; parseCsvTable() turns it into a Failure.
struct Refusal {
    std::string what, remedy;
    std::size_t line;
    bool endless = false; ///< where the row ends is not known
};

class Reader {
public:
    Reader(std::string_view text, FaultyRow faulty) : text_(text), faulty_(faulty) {
        if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
    }

    [[nodiscard]] CsvTable read() {
        CsvTable table;
        while (at_ < text_.size()) {
            const std::size_t line = line_;
            if (text_[at_] == '#') {
                skipLine();
                continue;
            }
            if (table.columns.empty()) {
                std::vector<std::string> cells;
                readRow(cells);
                if (!isEmpty(cells)) table.columns = header(std::move(cells), line);
                continue;
            }
            CsvTable::Row row{line, {}};
            try {
                readRow(row.cells);
            } catch (const Refusal& refusal) {
                if (refusal.endless) throw;
                skipLine(); // what is left of it
                take(row, refusal);
            }
            if (!row.fault && isEmpty(row.cells)) continue;
            if (!row.fault && row.cells.size() != table.columns.size())
                take(row, {"the row has " + std::to_string(row.cells.size()) + " cells, the header " +
                               std::to_string(table.columns.size()),
                           "give every row the same cells, empty ones too", line});
            table.rows.push_back(std::move(row));
        }
        if (table.columns.empty())
            throw Refusal{"there is no header row", "begin the file with the names of the columns", 1};
        return table;
    }

private:
    void take(CsvTable::Row& row, const Refusal& refusal) const {
        if (faulty_ == FaultyRow::RefusesTheFile) throw refusal;
        row.fault = CsvTable::Fault{refusal.what, refusal.remedy};
    }

    static bool isEmpty(const std::vector<std::string>& cells) {
        return cells.size() == 1 && cells[0].empty();
    }

    static std::vector<std::string> header(std::vector<std::string> columns, std::size_t line) {
        if (columns.size() == 1 && columns[0].find(';') != std::string::npos)
            throw Refusal{"the columns are separated by semicolons, and this file is read with commas",
                          "save it with a comma between the columns and a point in the numbers", line};
        std::set<std::string> seen;
        for (const std::string& column : columns) {
            if (column.empty()) throw Refusal{"a column has no name", "name every column", line};
            if (!seen.insert(column).second)
                throw Refusal{"two columns are named \"" + column + "\"", "name each column once", line};
        }
        return columns;
    }

    void skipLine() {
        at_ = std::min(text_.find('\n', at_), text_.size() - 1) + 1;
        ++line_;
    }

    void readRow(std::vector<std::string>& cells) {
        for (;;) {
            cells.push_back(text_[std::min(at_, text_.size() - 1)] == '"' && at_ < text_.size() ? quoted()
                                                                                                : plain());
            if (at_ >= text_.size()) return;
            const char end = text_[at_++];
            if (end == ',') continue; // a comma at the very end of the file leaves one more, empty cell
            ++line_;
            return;
        }
    }

    /// Up to a comma or the end of the line, which is not taken.
    std::string plain() {
        const std::size_t end = std::min(text_.find_first_of(",\n", at_), text_.size());
        std::string_view cell = text_.substr(at_, end - at_);
        at_ = end;
        if (cell.ends_with('\r')) cell.remove_suffix(1);
        if (cell.find('"') != std::string_view::npos)
            throw Refusal{"a quotation mark stands inside a cell",
                          "put the whole cell in quotes and double the mark", line_};
        return std::string(cell);
    }

    std::string quoted() {
        const std::size_t began = line_;
        std::string cell;
        for (++at_;; ++at_) {
            if (at_ >= text_.size()) throw Refusal{"a quotation mark is not closed", "close it", began, true};
            if (text_[at_] == '\n') ++line_;
            if (text_[at_] != '"') {
                cell += text_[at_];
                continue;
            }
            if (text_.substr(at_ + 1).starts_with('"')) {
                cell += '"';
                ++at_;
                continue;
            }
            break;
        }
        ++at_;
        if (text_.substr(at_).starts_with("\r\n") || text_.substr(at_) == "\r") ++at_;
        if (at_ < text_.size() && text_[at_] != ',' && text_[at_] != '\n')
            throw Refusal{"text stands beside a cell in quotes", "put the whole cell in quotes", line_};
        return cell;
    }

    std::string_view text_;
    FaultyRow faulty_;
    std::size_t at_ = 0, line_ = 1;
};

/// Line of the first byte that is no UTF-8.
std::optional<std::size_t> lineWithoutUtf8(std::string_view s) {
    std::size_t line = 1;
    for (std::size_t i = 0; i < s.size(); ++i) {
        const auto lead = static_cast<unsigned char>(s[i]);
        if (lead == '\n') ++line;
        const std::size_t more = lead < 0x80                   ? 0
                                 : lead >= 0xC2 && lead < 0xE0 ? 1
                                 : lead >= 0xE0 && lead < 0xF0 ? 2
                                 : lead >= 0xF0 && lead < 0xF5 ? 3
                                                               : 4;
        if (more == 4 || i + more >= s.size() + (more == 0 ? 1 : 0) || lead == 0) return line;
        for (std::size_t k = 0; k < more; ++k)
            if ((static_cast<unsigned char>(s[++i]) & 0xC0U) != 0x80) return line;
    }
    return std::nullopt;
}

} // namespace

std::optional<std::size_t> CsvTable::column(std::string_view name) const {
    const auto found = std::find(columns.begin(), columns.end(), name);
    if (found == columns.end()) return std::nullopt;
    return static_cast<std::size_t>(found - columns.begin());
}

Result<CsvTable> parseCsvTable(std::string_view text, const std::string& name, FaultyRow faulty) {
    if (const auto line = lineWithoutUtf8(text))
        return failed("a byte is no UTF-8 text", name + ":" + std::to_string(*line),
                      "save the file as UTF-8");
    try {
        return Reader(text, faulty).read();
    } catch (const Refusal& refusal) {
        return failed(refusal.what, name + ":" + std::to_string(refusal.line), refusal.remedy);
    }
}

} // namespace eccrine::datafiles
