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
#include <map>
#include <set>
#include <utility>

namespace eccrine::recording {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t longestLine = 1U << 20U;
constexpr std::size_t readAtOnce = 1U << 20U;

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
    explicit CsvParser(const ReadingSettings& settings)
        : flowReferenceFollows_(settings.flowReferenceFollows), curves_(settings.mostValues) {}

    void add(std::string_view bytes) {
        for (;;) {
            const auto end = bytes.find('\n');
            const std::string_view piece = bytes.substr(0, end);
            if (end == std::string_view::npos) {
                begun_ += piece;
                // byte order mark and carriage return do not count
                if (begun_.size() > longestLine + 4) refuseLength(number_ + 1);
                return;
            }
            severalLines_ = true;
            if (begun_.empty()) {
                line(piece);
            } else {
                begun_ += piece;
                line(begun_);
                begun_.clear();
            }
            bytes.remove_prefix(end + 1);
        }
    }

    RecordedTest finish() {
        const std::string_view last = number_ == 0 ? withoutMark(begun_) : begun_;
        if (!severalLines_ && trimmed(last).empty())
            throw Refusal{"the file is empty", "choose a recording CSV", 1, 1};
        if (!last.empty()) line(begun_);
        if (columns_.empty())
            throw Refusal{"there is no header row", "add a row that begins with time_s", number_, 1};
        if (!lastTime_)
            throw Refusal{"there are no samples below the header row", "choose another file", number_, 1};
        curves_.finish(test_.sites);
        for (std::string& remark : curves_.remarks(test_.sites))
            test_.remarks.push_back(std::move(remark));
        applyKeys();
        return std::move(test_);
    }

    [[nodiscard]] std::size_t held() const { return curves_.held(); }

private:
    [[noreturn]] static void refuseLength(std::size_t number) {
        throw Refusal{"the line is longer than a row of samples can be", "this is not a recording CSV",
                      number, 1};
    }

    static std::string_view withoutMark(std::string_view text) {
        if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
        return text;
    }

    void line(std::string_view line) {
        if (++number_ == 1) line = withoutMark(line);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.size() > longestLine) refuseLength(number_);
        if (const auto nul = line.find('\0'); nul != std::string_view::npos)
            throw Refusal{"there is a NUL byte", "save the file as UTF-8 text", number_, nul + 1};
        if (!validUtf8(line))
            throw Refusal{"the line is not UTF-8", "save the file as UTF-8 text", number_, 1};
        if (trimmed(line).empty()) return;
        if (line.starts_with('#')) {
            if (!columns_.empty())
                throw Refusal{"a \"# key: value\" line stands below the header row", "move it above", number_,
                              1};
            keyLine(line);
        } else if (columns_.empty()) {
            headerRow(line);
        } else {
            dataRow(line);
        }
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
        if (flow && !keys_.hasFlowReference() && !flowReferenceFollows_)
            throw Refusal{"there is a flow column but no \"# flow_reference:\" line, and the conventions "
                          "differ by 7 to 9 %",
                          "add sccm_0C, sccm_20C or sccm_25C as the flow meter's data sheet says", number_,
                          1};
        for (std::size_t s = 0; s < test_.sites.size(); ++s) {
            addBase(s, [](const KnownColumn& c) { return c.humidity != nullptr; });
            addBase(s, [](const KnownColumn& c) { return c.current != nullptr; });
        }
    }

    /// The columns of a site that share a time base: its gas readings, or current and voltage.
    template <class Belongs>
    void addBase(std::size_t site, Belongs belongs) {
        Base base;
        std::vector<KnownColumn> columns;
        for (std::size_t i = 1; i < columns_.size(); ++i) {
            if (!columns_[i].known || columns_[i].site != site || !belongs(columns_[i].to)) continue;
            base.cells.push_back(i);
            columns.push_back(columns_[i].to);
        }
        if (columns.empty()) return;
        base.number = curves_.addBase(site, std::move(columns));
        bases_.push_back(std::move(base));
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
        for (const Base& base : bases_) {
            bool any = false;
            row_.clear();
            for (const std::size_t cell : base.cells) {
                any = any || !std::isnan(cells_[cell]);
                row_.push_back(cells_[cell]);
            }
            if (any) curves_.addRow(test_.sites, base.number, time, row_.data());
        }
        if (curves_.tooLong())
            throw Refusal{"the recording is too long to be read as a whole, even at 4 readings a second",
                          "cut it into parts", number_, 1};
    }

    void applyKeys() {
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

    struct Base {
        std::size_t number = 0;         ///< among the curves
        std::vector<std::size_t> cells; ///< of a row
    };

    std::string begun_; ///< a line of which the end has not come
    bool severalLines_ = false;
    std::size_t number_ = 0;
    bool version_ = false;
    bool flowReferenceFollows_;
    RecordedTest test_;
    BoundedCurves curves_;
    std::vector<Column> columns_;
    std::vector<Base> bases_;
    std::vector<double> cells_, row_;
    std::optional<double> lastTime_;
    RecordingKeys keys_;
    std::set<std::string> seenKeys_;
    std::map<std::string, std::size_t> keyLine_;
};

} // namespace

struct CsvReader::State {
    State(std::string file, const ReadingSettings& settings) : name(std::move(file)), parser(settings) {}

    [[nodiscard]] tl::unexpected<Failure> failureOf(const Refusal& refusal) const {
        return failed(refusal.what,
                      name + ":" + std::to_string(refusal.line) + ":" + std::to_string(refusal.column),
                      refusal.remedy);
    }

    std::string name;
    CsvParser parser;
    BytesHash hash;
};

CsvReader::CsvReader(std::string name, const ReadingSettings& settings)
    : state_(std::make_unique<State>(std::move(name), settings)) {}
CsvReader::CsvReader(CsvReader&&) noexcept = default;
CsvReader& CsvReader::operator=(CsvReader&&) noexcept = default;
CsvReader::~CsvReader() = default;

Done CsvReader::add(std::string_view bytes) {
    try {
        state_->hash.add(bytes);
        state_->parser.add(bytes);
        return {};
    } catch (const Refusal& refusal) {
        return state_->failureOf(refusal);
    }
}

std::size_t CsvReader::held() const {
    return state_->parser.held();
}

Result<RecordedTest> CsvReader::finish() {
    try {
        RecordedTest test = state_->parser.finish();
        test.sourceFile = state_->name;
        test.sha256 = state_->hash.hex();
        return test;
    } catch (const Refusal& refusal) {
        return state_->failureOf(refusal);
    }
}

Result<RecordedTest> parseCsv(std::string_view text, const std::string& name,
                              const ReadingSettings& settings) {
    CsvReader reader(name, settings);
    if (auto done = reader.add(text); !done) return tl::unexpected(done.error());
    return reader.finish();
}

Result<RecordedTest> readCsv(const std::filesystem::path& file, const ReadingSettings& settings) {
    std::ifstream in(file, std::ios::binary);
    const auto unreadable = [&] {
        return failed("the file cannot be read", file.string(), "check the name and the permissions",
                      Failure::Kind::Call);
    };
    if (!in) return unreadable();
    CsvReader reader(file.string(), settings);
    std::vector<char> block(readAtOnce);
    while (in) {
        in.read(block.data(), static_cast<std::streamsize>(block.size()));
        const std::string_view bytes(block.data(), static_cast<std::size_t>(in.gcount()));
        if (auto done = reader.add(bytes); !done) return tl::unexpected(done.error());
    }
    if (!in.eof()) return unreadable();
    return reader.finish();
}

} // namespace eccrine::recording
