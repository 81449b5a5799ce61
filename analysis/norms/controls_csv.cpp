// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/norms/own_controls.hpp"
#include "datafiles/text_hash.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fstream>
#include <iterator>
#include <system_error>

namespace eccrine::analysis {
namespace {

constexpr double oldest_y = 130.0;                 ///< a larger age is a typing error
constexpr std::uintmax_t largestFile = 64U << 20U; ///< bytes

constexpr std::array<std::string_view, 5> columns{"site", "sex", "age_y", "volume_ul", "device_family"};
enum Column : std::size_t { SiteColumn, SexColumn, AgeColumn, VolumeColumn, FamilyColumn };

/// Thrown inside this file only; parseControls() turns it into a Failure.
struct Refusal {
    std::string what, remedy;
    std::size_t line = 0, column = 0; ///< from 1, the column in characters
};

struct Cell {
    std::string_view text;
    std::size_t column = 1;
};

std::string inQuotes(std::string_view text) {
    constexpr std::size_t shown = 40;
    std::string out = "\"";
    for (const char c : text.substr(0, shown))
        out += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
    return out + (text.size() > shown ? "...\"" : "\"");
}

/// Characters of UTF-8, not bytes.
std::size_t lengthOf(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::vector<Cell> cellsOf(std::string_view line) {
    std::vector<Cell> out;
    for (std::size_t from = 0;;) {
        const std::size_t comma = line.find(',', from);
        std::string_view text = line.substr(from, comma - from);
        std::size_t at = from;
        while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
            text.remove_prefix(1);
            ++at;
        }
        while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
            text.remove_suffix(1);
        out.push_back({text, lengthOf(line.substr(0, at)) + 1});
        if (comma == std::string_view::npos) return out;
        from = comma + 1;
    }
}

class Reader {
public:
    void take(std::string_view line) {
        ++line_;
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line_ == 1 && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
        if (line.empty() || line.front() == '#') return;
        if (const auto quote = line.find('"'); quote != std::string_view::npos)
            refuse(lengthOf(line.substr(0, quote)) + 1, "a quotation mark", "write the cells without quotes");
        const std::vector<Cell> cells = cellsOf(line);
        if (width_ == 0)
            header(cells);
        else
            row(cells);
    }

    [[nodiscard]] Controls finished() {
        ++line_;
        if (width_ == 0) refuse(1, "there is no header row", "write " + headerText() + " as the first row");
        if (controls_.persons.empty())
            refuse(1, "there is no control", "write a row for each person and site");
        return std::move(controls_);
    }

private:
    [[noreturn]] void refuse(std::size_t column, std::string what, std::string remedy) const {
        throw Refusal{std::move(what), std::move(remedy), line_, column};
    }

    [[nodiscard]] static std::string headerText() {
        std::string text;
        for (const std::string_view name : columns)
            (text += text.empty() ? "" : ",") += name;
        return text;
    }

    void header(const std::vector<Cell>& cells) {
        std::array<bool, columns.size()> seen{};
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const auto found = std::find(columns.begin(), columns.end(), cells[i].text);
            if (found == columns.end())
                refuse(cells[i].column, "the column " + inQuotes(cells[i].text) + " is not known",
                       "the columns are " + headerText());
            const auto which = static_cast<std::size_t>(found - columns.begin());
            if (seen[which])
                refuse(cells[i].column, "the column " + inQuotes(cells[i].text) + " stands twice",
                       "remove one");
            seen[which] = true;
            position_[which] = i;
        }
        for (std::size_t which = 0; which < columns.size(); ++which)
            if (!seen[which])
                refuse(1, "the column " + inQuotes(columns[which]) + " is missing",
                       "the columns are " + headerText());
        width_ = cells.size();
    }

    [[nodiscard]] double number(const Cell& cell, std::string_view name) const {
        double value = 0.0;
        const char* const end = cell.text.data() + cell.text.size();
        const auto read = std::from_chars(cell.text.data(), end, value);
        if (read.ec != std::errc{} || read.ptr != end || !std::isfinite(value))
            refuse(cell.column, std::string(name) + " is " + inQuotes(cell.text) + ", which is not a number",
                   "write a number with a decimal point");
        return value;
    }

    void row(const std::vector<Cell>& cells) {
        if (cells.size() != width_)
            refuse(cells.back().column,
                   "the row has " + std::to_string(cells.size()) + " cells, the header " +
                       std::to_string(width_),
                   "write one cell for each column; a decimal comma makes two");
        const auto cell = [&](Column which) { return cells[position_[which]]; };
        for (std::size_t which = 0; which < columns.size(); ++which)
            if (cells[position_[which]].text.empty())
                refuse(cells[position_[which]].column, std::string(columns[which]) + " is empty",
                       "fill the cell, or remove the row");
        Control control;
        control.site = cell(SiteColumn).text;
        const std::string_view sex = cell(SexColumn).text;
        if (sex != "female" && sex != "male")
            refuse(cell(SexColumn).column, "sex is " + inQuotes(sex), "write female or male");
        control.sex = sex == "female" ? Sex::Female : Sex::Male;
        const double age_y = number(cell(AgeColumn), "age_y");
        if (age_y < 0.0 || age_y > oldest_y || age_y != std::floor(age_y))
            refuse(cell(AgeColumn).column, "age_y is " + inQuotes(cell(AgeColumn).text),
                   "write completed years, 0 to 130");
        control.age_y = static_cast<int>(age_y);
        control.volume = {number(cell(VolumeColumn), "volume_ul")};
        const std::string_view family = cell(FamilyColumn).text;
        if (controls_.deviceFamily.empty()) controls_.deviceFamily = family;
        if (controls_.deviceFamily != family)
            refuse(cell(FamilyColumn).column,
                   "a second device family " + inQuotes(family) + " after " +
                       inQuotes(controls_.deviceFamily),
                   "make a file for each family; their volumes are not comparable");
        controls_.persons.push_back(std::move(control));
    }

    Controls controls_;
    std::array<std::size_t, columns.size()> position_{};
    std::size_t width_ = 0; ///< of the header; 0: not seen yet
    std::size_t line_ = 0;
};

} // namespace

Result<Controls> parseControls(std::string_view text, const std::string& name) {
    try {
        Reader reader;
        for (std::size_t from = 0; from < text.size();) {
            const std::size_t end = std::min(text.find('\n', from), text.size());
            reader.take(text.substr(from, end - from));
            from = end + 1;
        }
        Controls controls = reader.finished();
        controls.sha256 = datafiles::sha256Of(std::string(text));
        return controls;
    } catch (const Refusal& r) {
        return failed(r.what, name + ":" + std::to_string(r.line) + ":" + std::to_string(r.column), r.remedy);
    }
}

Result<Controls> loadControls(const std::filesystem::path& file) {
    std::error_code error;
    std::ifstream in(file, std::ios::binary);
    if (!in || std::filesystem::is_directory(file, error))
        return failed("the file cannot be read", file.string(), "check the name and the permissions",
                      Failure::Kind::Call);
    if (std::filesystem::file_size(file, error) > largestFile)
        return failed("the file is larger than a table of controls can be (64 MiB)", file.string(),
                      "choose another file");
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    return parseControls(text, file.string());
}

} // namespace eccrine::analysis
