// SPDX-License-Identifier: GPL-3.0-or-later
#include "recording/csv_reader.hpp"

#include "recording/content_hash.hpp"
#include "recording/recording_keys.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fstream>
#include <functional>
#include <iterator>
#include <limits>
#include <set>
#include <utility>

namespace eccrine::recording {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t longestLine = 1U << 20U;
constexpr std::uintmax_t largestFile = 4ULL << 30U;

/// Thrown inside this file only; readCsv() turns it into a Failure.
struct Refusal {
    std::string what;
    std::string remedy;
    std::size_t line = 0;
    std::size_t column = 0; ///< in characters, from 1
};

std::string_view trimmed(std::string_view s) {
    while (!s.empty() && (s.front() == ' ' || s.front() == '\t'))
        s.remove_prefix(1);
    while (!s.empty() && (s.back() == ' ' || s.back() == '\t' || s.back() == '\r'))
        s.remove_suffix(1);
    return s;
}

bool validUtf8(std::string_view s) {
    for (std::size_t i = 0; i < s.size();) {
        const auto lead = static_cast<unsigned char>(s[i]);
        std::size_t more = 0;
        if (lead < 0x80)
            more = 0;
        else if (lead >= 0xC2 && lead < 0xE0)
            more = 1;
        else if (lead >= 0xE0 && lead < 0xF0)
            more = 2;
        else if (lead >= 0xF0 && lead < 0xF5)
            more = 3;
        else
            return false;
        if (i + more >= s.size() && more > 0) return false;
        for (std::size_t k = 1; k <= more; ++k)
            if ((static_cast<unsigned char>(s[i + k]) & 0xC0U) != 0x80) return false;
        i += more + 1;
    }
    return true;
}

struct Column {
    std::string name;
    std::size_t site = 0;
    KnownColumn to;
    bool known = false;
};

class CsvParser {
public:
    explicit CsvParser(std::string_view text) : text_(text) {}

    RecordedTest parse() {
        if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
        if (trimmed(text_).empty()) throw Refusal{"the file is empty", "choose a recording CSV", 1, 1};
        std::string_view line;
        while (nextLine(line)) {
            if (trimmed(line).empty()) continue;
            if (line.starts_with('#')) {
                if (!columns_.empty())
                    throw Refusal{"a \"# key: value\" line stands below the header row", "move it above",
                                  number_, 1};
                keyLine(line);
            } else if (columns_.empty()) {
                headerRow(line);
            } else {
                dataRow(line);
            }
        }
        if (columns_.empty())
            throw Refusal{"there is no header row", "add a row that begins with time_s", number_, 1};
        if (!lastTime_)
            throw Refusal{"there are no samples below the header row", "choose another file", number_, 1};
        finish();
        return std::move(test_);
    }

private:
    bool nextLine(std::string_view& line) {
        if (text_.empty()) return false;
        ++number_;
        const auto end = text_.find('\n');
        line = text_.substr(0, end);
        text_.remove_prefix(end == std::string_view::npos ? text_.size() : end + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.size() > longestLine)
            throw Refusal{"the line is longer than a row of samples can be", "this is not a recording CSV",
                          number_, 1};
        if (const auto nul = line.find('\0'); nul != std::string_view::npos)
            throw Refusal{"there is a NUL byte", "save the file as UTF-8 text", number_, nul + 1};
        if (!validUtf8(line))
            throw Refusal{"the line is not UTF-8", "save the file as UTF-8 text", number_, 1};
        return true;
    }

    void keyLine(std::string_view line) {
        const auto colon = line.find(':');
        if (colon == std::string_view::npos)
            throw Refusal{"the line begins with # but holds no \"key: value\"", "write \"# key: value\"",
                          number_, 1};
        const std::string key(trimmed(line.substr(1, colon - 1)));
        const std::string_view value = trimmed(line.substr(colon + 1));
        const std::size_t column = static_cast<std::size_t>(value.data() - line.data()) + 1;
        if (!seenKeys_.insert(key).second)
            throw Refusal{"the key " + inQuotes(key) + " stands twice", "remove one", number_, 1};
        if (key == "eccrine-csv") {
            if (value != "1")
                throw Refusal{"the CSV has version " + inQuotes(value) + ", this program reads version 1",
                              "update Eccrine", number_, column};
            version_ = true;
        } else {
            keyLine_[key] = number_;
            try {
                keys_.set(key, value);
            } catch (const KeyRefusal& refusal) {
                throw Refusal{refusal.what, refusal.remedy, number_, column};
            }
        }
    }

    void headerRow(std::string_view line) {
        if (!version_)
            throw Refusal{"the line \"# eccrine-csv: 1\" is missing above the header row",
                          "add it if this is a recording CSV", number_, 1};
        std::size_t at = 1;
        std::set<std::string> names;
        eachCell(line, [&](std::string_view cell, std::size_t column) {
            const std::string name(trimmed(cell));
            if (!names.insert(name).second)
                throw Refusal{"the column " + inQuotes(name) + " stands twice", "remove one", number_,
                              column};
            if (at++ == 1) {
                if (name != "time_s")
                    throw Refusal{
                        "the first column is " + inQuotes(name) + " instead of time_s",
                        "name the columns as docs/formats/recording-csv.md says, separated by commas",
                        number_, column};
                columns_.push_back({name, 0, {}, true});
                return;
            }
            columns_.push_back(column_(name, column));
        });
        const bool any =
            std::any_of(columns_.begin() + 1, columns_.end(), [](const Column& c) { return c.known; });
        if (!any)
            throw Refusal{"no column is of the form SITE.QUANTITY, e.g. forearm.rh_out_pct",
                          "name the columns as docs/formats/recording-csv.md says", number_, 1};
        const bool flow = std::any_of(columns_.begin(), columns_.end(), [](const Column& c) {
            return c.to.humidity == &HumiditySignals::flow_sccm;
        });
        if (flow && !keys_.hasFlowReference())
            throw Refusal{"there is a flow column but no \"# flow_reference:\" line, and the conventions "
                          "differ by 7 to 9 %",
                          "add sccm_0C, sccm_20C or sccm_25C as the flow meter's data sheet says", number_,
                          1};
    }

    Column column_(const std::string& name, std::size_t column) {
        const auto dot = name.find('.');
        const auto quantity =
            dot == std::string::npos ? std::string_view{} : std::string_view(name).substr(dot + 1);
        const KnownColumn to = columnOf(quantity);
        if (!to.known() || dot == 0) {
            // The same quantity in another unit must not pass for an unknown column: a person would believe
            // it was used.
            if (const auto known = otherUnitOf(quantity); !known.empty())
                throw Refusal{"the column " + inQuotes(name) + " has a unit that is not known; " +
                                  std::string(known) + " is",
                              "convert the column", number_, column};
            test_.remarks.push_back("The column " + inQuotes(name) + " is not known and was not used.");
            return {name, 0, {}, false};
        }
        return {name, siteIn(test_, name.substr(0, dot)), to, true};
    }

    template <class Each>
    void eachCell(std::string_view line, Each each) const {
        std::size_t from = 0;
        for (;;) {
            const auto comma = line.find(',', from);
            each(line.substr(from, comma == std::string_view::npos ? comma : comma - from), from + 1);
            if (comma == std::string_view::npos) return;
            from = comma + 1;
        }
    }

    void dataRow(std::string_view line) {
        cells_.assign(columns_.size(), missing);
        std::size_t n = 0;
        eachCell(line, [&](std::string_view cell, std::size_t column) {
            if (n >= columns_.size())
                throw Refusal{"the row has more cells than the header has columns (" +
                                  std::to_string(columns_.size()) + ")",
                              "check the separators; the decimal point is a point", number_, column};
            const Column& c = columns_[n];
            const auto content = trimmed(cell);
            if (c.known && !content.empty()) {
                const auto value = finiteNumber(content);
                if (!value)
                    throw Refusal{"the cell of column " + c.name + " holds the text " + inQuotes(content) +
                                      " where a number belongs",
                                  "correct the cell, or leave it empty for a missing sample", number_,
                                  column};
                cells_[n] = *value;
            }
            ++n;
        });
        if (n < columns_.size())
            throw Refusal{"the row has " + std::to_string(n) + " cells, the header has " +
                              std::to_string(columns_.size()) + " columns",
                          "complete the row; a missing sample is an empty cell", number_, line.size() + 1};
        const double time = cells_[0];
        if (std::isnan(time)) throw Refusal{"the time is missing", "every row needs its time_s", number_, 1};
        if (lastTime_ && time <= *lastTime_)
            throw Refusal{"the time " + inQuotes(trimmed(line.substr(0, line.find(',')))) +
                              " does not come after the row before",
                          "sort the rows by time and remove doubles", number_, 1};
        lastTime_ = time;
        for (std::size_t s = 0; s < test_.sites.size(); ++s) {
            bool humidity = false;
            bool current = false;
            for (std::size_t i = 1; i < columns_.size(); ++i) {
                if (!columns_[i].known || columns_[i].site != s || std::isnan(cells_[i])) continue;
                (columns_[i].to.humidity != nullptr ? humidity : current) = true;
            }
            SiteSignals& site = test_.sites[s];
            if (humidity) site.humidity.time_s.push_back(time);
            if (current) site.current.time_s.push_back(time);
            for (std::size_t i = 1; i < columns_.size(); ++i) {
                if (!columns_[i].known || columns_[i].site != s) continue;
                if (humidity && columns_[i].to.humidity != nullptr)
                    (site.humidity.*columns_[i].to.humidity).push_back(cells_[i]);
                if (current && columns_[i].to.current != nullptr)
                    (site.current.*columns_[i].to.current).push_back(cells_[i]);
            }
        }
    }

    void finish() {
        try {
            keys_.applyTo(test_);
        } catch (const KeyRefusal& refusal) {
            // the key that names a site stands in its sentence
            std::size_t line = number_;
            for (const auto& [key, at] : keyLine_)
                if (refusal.what.find("the key " + key + " ") != std::string::npos) line = at;
            throw Refusal{refusal.what, refusal.remedy, line, 1};
        }
    }

    std::string_view text_;
    std::size_t number_ = 0;
    bool version_ = false;
    RecordedTest test_;
    std::vector<Column> columns_;
    std::vector<double> cells_;
    std::optional<double> lastTime_;
    RecordingKeys keys_;
    std::set<std::string> seenKeys_;
    std::map<std::string, std::size_t> keyLine_;
};

} // namespace

Result<RecordedTest> parseCsv(std::string_view text, const std::string& name) {
    try {
        RecordedTest test = CsvParser(text).parse();
        test.sourceFile = name;
        test.sha256 = sha256Of(text);
        return test;
    } catch (const Refusal& refusal) {
        return failed(refusal.what,
                      name + ":" + std::to_string(refusal.line) + ":" + std::to_string(refusal.column),
                      refusal.remedy);
    }
}

Result<RecordedTest> readCsv(const std::filesystem::path& file) {
    std::error_code error;
    const auto size = std::filesystem::file_size(file, error);
    if (!error && size > largestFile)
        return failed("the file is larger than 4 GiB", file.string(), "choose a recording CSV");
    std::ifstream in(file, std::ios::binary);
    if (!in)
        return failed("the file cannot be read", file.string(), "check the name and the permissions",
                      Failure::Kind::Call);
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    return parseCsv(text, file.string());
}

} // namespace eccrine::recording
