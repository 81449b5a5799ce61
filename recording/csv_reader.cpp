// SPDX-License-Identifier: GPL-3.0-or-later
#include "recording/csv_reader.hpp"

#include "recording/content_hash.hpp"

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

std::optional<double> numberOf(std::string_view s) {
    if (s.starts_with('+')) s.remove_prefix(1);
    double value = 0.0;
    const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), value);
    if (error != std::errc{} || end != s.data() + s.size() || !std::isfinite(value)) return std::nullopt;
    return value;
}

std::string inQuotes(std::string_view s) {
    constexpr std::size_t shown = 40;
    std::string text = "\"";
    for (const char c : s.substr(0, shown))
        text += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
    if (s.size() > shown) text += "...";
    return text + "\"";
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

/// A number, or `site=number` pairs separated by `;`. The key "" holds the number for every site.
using PerSite = std::map<std::string, double>;

struct Column {
    std::string name;
    std::size_t site = 0;
    std::vector<double> HumiditySignals::*humidity = nullptr;
    std::vector<double> CurrentSignals::*current = nullptr;
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
        } else if (key == "protocol") {
            test_.protocol = value;
        } else if (key == "simulated") {
            test_.simulated = value != "no" && value != "0";
        } else if (key == "stimulus_start_s") {
            test_.stimulusStart = Seconds{number(value, column)};
        } else if (key == "stimulus_stop_s") {
            test_.stimulusStop = Seconds{number(value, column)};
        } else if (key == "flow_reference") {
            flowReference(value, column);
        } else if (std::find(perSiteKeys.begin(), perSiteKeys.end(), key) != perSiteKeys.end()) {
            perSite_[key] = perSite(value, column);
            perSiteLine_[key] = number_;
        } else {
            test_.meta[key] = value;
        }
    }

    double number(std::string_view value, std::size_t column) const {
        const auto n = numberOf(value);
        if (!n)
            throw Refusal{"the value " + inQuotes(value) + " is not a number",
                          "write it with a decimal point", number_, column};
        return *n;
    }

    PerSite perSite(std::string_view value, std::size_t column) const {
        PerSite out;
        if (value.find('=') == std::string_view::npos) {
            out[""] = positive(number(value, column), column);
            return out;
        }
        while (!value.empty()) {
            const auto end = value.find(';');
            const auto pair = trimmed(value.substr(0, end));
            const auto equals = pair.find('=');
            if (equals == std::string_view::npos)
                throw Refusal{inQuotes(pair) + " is not a site=number pair", "write forearm=0.9;foot=0.9",
                              number_, column};
            out[std::string(trimmed(pair.substr(0, equals)))] =
                positive(number(trimmed(pair.substr(equals + 1)), column), column);
            value.remove_prefix(end == std::string_view::npos ? value.size() : end + 1);
        }
        return out;
    }
    double positive(double n, std::size_t column) const {
        if (n < 0) throw Refusal{"the value is negative", "correct it", number_, column};
        return n;
    }

    void flowReference(std::string_view value, std::size_t column) {
        constexpr std::array<std::pair<std::string_view, double>, 3> known{
            {{"sccm_0C", 273.15}, {"sccm_20C", 293.15}, {"sccm_25C", 298.15}}};
        const auto found =
            std::find_if(known.begin(), known.end(), [&](const auto& k) { return k.first == value; });
        if (found == known.end())
            throw Refusal{"the flow reference " + inQuotes(value) +
                              " is not one of sccm_0C, sccm_20C, sccm_25C",
                          "see the flow meter's data sheet", number_, column};
        flowReference_ = FlowReference{Kelvins{found->second}, Pascals{101325.0}};
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
                columns_.push_back({name, 0, nullptr, nullptr, true});
                return;
            }
            columns_.push_back(columnOf(name, column));
        });
        const bool any =
            std::any_of(columns_.begin() + 1, columns_.end(), [](const Column& c) { return c.known; });
        if (!any)
            throw Refusal{"no column is of the form SITE.QUANTITY, e.g. forearm.rh_out_pct",
                          "name the columns as docs/formats/recording-csv.md says", number_, 1};
        const bool flow = std::any_of(columns_.begin(), columns_.end(), [](const Column& c) {
            return c.humidity == &HumiditySignals::flow_sccm;
        });
        if (flow && !flowReference_)
            throw Refusal{"there is a flow column but no \"# flow_reference:\" line, and the conventions "
                          "differ by 7 to 9 %",
                          "add sccm_0C, sccm_20C or sccm_25C as the flow meter's data sheet says", number_,
                          1};
    }

    Column columnOf(const std::string& name, std::size_t column) {
        struct Known {
            std::string_view stem;
            std::string_view quantity;
            std::vector<double> HumiditySignals::*humidity;
            std::vector<double> CurrentSignals::*current;
        };
        static constexpr std::array<Known, 9> known{
            {{"rh_in", "rh_in_pct", &HumiditySignals::humidityIn_pct, nullptr},
             {"t_in", "t_in_c", &HumiditySignals::temperatureIn_c, nullptr},
             {"rh_out", "rh_out_pct", &HumiditySignals::humidityOut_pct, nullptr},
             {"t_out", "t_out_c", &HumiditySignals::temperatureOut_c, nullptr},
             {"flow", "flow_sccm", &HumiditySignals::flow_sccm, nullptr},
             {"pressure", "pressure_kpa", &HumiditySignals::pressure_kpa, nullptr},
             {"sweat_rate", "sweat_rate_nl_per_min", &HumiditySignals::rate_nl_per_min, nullptr},
             {"current", "current_ma", nullptr, &CurrentSignals::current_ma},
             {"voltage", "voltage_v", nullptr, &CurrentSignals::voltage_v}}};
        const auto dot = name.find('.');
        const auto quantity =
            dot == std::string::npos ? std::string_view{} : std::string_view(name).substr(dot + 1);
        const auto found =
            std::find_if(known.begin(), known.end(), [&](const Known& k) { return k.quantity == quantity; });
        if (found == known.end() || dot == 0) {
            // The same quantity in another unit must not pass for an unknown column: a person would believe
            // it was used.
            for (const Known& k : known) {
                if (!quantity.starts_with(k.stem) || quantity.size() <= k.stem.size() ||
                    quantity[k.stem.size()] != '_')
                    continue;
                throw Refusal{"the column " + inQuotes(name) + " has a unit that is not known; " +
                                  std::string(k.quantity) + " is",
                              "convert the column", number_, column};
            }
            test_.remarks.push_back("The column " + inQuotes(name) + " is not known and was not used.");
            return {name, 0, nullptr, nullptr, false};
        }
        const std::string site = name.substr(0, dot);
        auto at = std::find_if(test_.sites.begin(), test_.sites.end(),
                               [&](const auto& s) { return s.site == site; });
        if (at == test_.sites.end()) {
            test_.sites.push_back(SiteSignals{});
            test_.sites.back().site = site;
            at = test_.sites.end() - 1;
        }
        return {name, static_cast<std::size_t>(at - test_.sites.begin()), found->humidity, found->current,
                true};
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
                const auto value = numberOf(content);
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
                (columns_[i].humidity != nullptr ? humidity : current) = true;
            }
            SiteSignals& site = test_.sites[s];
            if (humidity) site.humidity.time_s.push_back(time);
            if (current) site.current.time_s.push_back(time);
            for (std::size_t i = 1; i < columns_.size(); ++i) {
                if (!columns_[i].known || columns_[i].site != s) continue;
                if (humidity && columns_[i].humidity != nullptr)
                    (site.humidity.*columns_[i].humidity).push_back(cells_[i]);
                if (current && columns_[i].current != nullptr)
                    (site.current.*columns_[i].current).push_back(cells_[i]);
            }
        }
    }

    void finish() {
        const auto apply = [&](const std::string& key, const std::function<void(SiteSignals&, double)>& set) {
            const auto found = perSite_.find(key);
            if (found == perSite_.end()) return;
            for (const auto& [name, value] : found->second) {
                bool used = false;
                for (SiteSignals& site : test_.sites) {
                    if (!name.empty() && site.site != name) continue;
                    set(site, value);
                    used = true;
                }
                if (!used)
                    throw Refusal{"the key " + key + " names the site " + inQuotes(name) +
                                      ", which has no column",
                                  "correct the name", perSiteLine_[key], 1};
            }
        };
        apply("capsule_area_cm2", [](SiteSignals& s, double v) { s.capsule.area = SquareCentimetres{v}; });
        apply("capsule_tau_s", [](SiteSignals& s, double v) { s.capsule.washout = Seconds{v}; });
        apply("sensor_tau_s", [](SiteSignals& s, double v) { s.capsule.sensorLag = Seconds{v}; });
        apply("transport_delay_s", [](SiteSignals& s, double v) { s.capsule.transportDelay = Seconds{v}; });
        apply("pressure_kpa", [](SiteSignals& s, double v) {
            if (s.humidity.pressure_kpa.empty()) s.humidity.pressure_kpa.assign(s.humidity.time_s.size(), v);
        });
        for (SiteSignals& site : test_.sites)
            if (!site.humidity.flow_sccm.empty()) site.flowReference = flowReference_;
    }

    static constexpr std::array<std::string_view, 5> perSiteKeys{
        "capsule_area_cm2", "capsule_tau_s", "sensor_tau_s", "transport_delay_s", "pressure_kpa"};
    std::string_view text_;
    std::size_t number_ = 0;
    bool version_ = false;
    RecordedTest test_;
    std::vector<Column> columns_;
    std::vector<double> cells_;
    std::optional<double> lastTime_;
    std::optional<FlowReference> flowReference_;
    std::set<std::string> seenKeys_;
    std::map<std::string, PerSite> perSite_;
    std::map<std::string, std::size_t> perSiteLine_;
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
