// SPDX-License-Identifier: GPL-3.0-or-later
#include "recording/edf_reader.hpp"

#include "recording/content_hash.hpp"
#include "recording/recording_keys.hpp"

#include <edflib.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <memory>
#include <mutex>
#include <semaphore>
#include <string_view>

namespace eccrine::recording {
namespace {

constexpr double perSecond = static_cast<double>(EDFLIB_TIME_DIMENSION);
constexpr std::size_t readAtOnce = std::size_t{1} << 16U; ///< samples of a signal

std::mutex library;                     // EDFlib opens and closes files one at a time
std::counting_semaphore<32> places(32); // and holds 64 of them at the most

struct Refusal {
    std::string what, remedy;
};

std::string_view trimmed(std::string_view s) {
    while (!s.empty() && s.front() == ' ')
        s.remove_prefix(1);
    while (!s.empty() && s.back() == ' ')
        s.remove_suffix(1);
    return s;
}

std::string lower(std::string_view s) {
    std::string out(s);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

const char* sentenceOf(int error) {
    switch (error) {
    case EDFLIB_FILE_IS_DISCONTINUOUS:
        return "the file is discontinuous (EDF+D), which this program does not read";
    case EDFLIB_NO_SUCH_FILE_OR_DIRECTORY:
        return "the file cannot be read";
    case EDFLIB_FILE_CONTAINS_FORMAT_ERRORS:
        return "the file is damaged, cut off or not EDF";
    case EDFLIB_FILE_ALREADY_OPENED:
        return "the file is being read already";
    case EDFLIB_NUMBER_OF_SIGNALS_INVALID:
        return "the file has no signals, or more than EDF allows";
    default:
        return "the file cannot be read as EDF";
    }
}

/// Closes the file with the object.
class OpenFile {
public:
    explicit OpenFile(const std::string& name) : header_(std::make_unique<edf_hdr_struct>()) {
        places.acquire();
        const std::lock_guard lock(library);
        if (edfopen_file_readonly(name.c_str(), header_.get(), EDFLIB_READ_ALL_ANNOTATIONS) != 0) refuse();
        open_ = true;
    }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    ~OpenFile() {
        if (!open_) return;
        {
            const std::lock_guard lock(library);
            edfclose_file(header_->handle);
        }
        places.release();
    }
    [[nodiscard]] const edf_hdr_struct& header() const { return *header_; }

private:
    [[noreturn]] void refuse() const {
        places.release();
        throw Refusal{sentenceOf(header_->filetype),
                      header_->filetype == EDFLIB_FILE_IS_DISCONTINUOUS
                          ? "convert it to a continuous file, for instance with EDFbrowser"
                          : "check it with EDFbrowser, or choose another file"};
    }
    std::unique_ptr<edf_hdr_struct> header_; ///< 200 kB: not on the stack
    bool open_ = false;
};

/// Factor from a physical dimension to the unit of a quantity; empty: it does not fit.
std::optional<double> factorOf(std::string_view quantity, std::string_view dimension) {
    struct Unit {
        std::string_view quantityEnd, dimension;
        double factor;
    };
    static constexpr std::array<Unit, 19> units{
        {{"_pct", "%", 1.0},
         {"_pct", "%rh", 1.0},
         {"_c", "degc", 1.0},
         {"_c", "c", 1.0},
         {"_c",
          "\xC2\xB0"
          "c",
          1.0},
         {"_c",
          "\xB0"
          "c",
          1.0},
         {"_sccm", "sccm", 1.0},
         {"_sccm", "ml/min", 1.0}, // of the reference that has to be stated
         {"_kpa", "kpa", 1.0},
         {"_kpa", "hpa", 0.1},
         {"_kpa", "mbar", 0.1},
         {"_kpa", "pa", 0.001},
         {"_ma", "ma", 1.0},
         {"_ma", "ua", 0.001},
         {"_v", "v", 1.0},
         {"_v", "mv", 0.001},
         {"_v", "uv", 1e-6},
         {"_per_min", "nl/min", 1.0},
         {"_per_min", "ul/min", 1000.0}}};
    const std::string d = lower(dimension);
    for (const Unit& u : units)
        if (quantity.ends_with(u.quantityEnd) && d == u.dimension) return u.factor;
    return std::nullopt;
}

/// "FA.rh_out" or "forearm.rh_out" as forearm.rh_out_pct; empty: not one of ours.
std::string columnNameOf(std::string_view label) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> sites{
        {{"FA", "forearm"}, {"PL", "proximal_leg"}, {"DL", "distal_leg"}, {"FT", "foot"}}};
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 9> quantities{
        {{"rh_in", "rh_in_pct"},
         {"t_in", "t_in_c"},
         {"rh_out", "rh_out_pct"},
         {"t_out", "t_out_c"},
         {"flow", "flow_sccm"},
         {"p", "pressure_kpa"},
         {"rate", "sweat_rate_nl_per_min"},
         {"i", "current_ma"},
         {"v", "voltage_v"}}};
    const auto dot = label.rfind('.');
    if (dot == std::string_view::npos || dot == 0) return {};
    const std::string_view code = label.substr(0, dot);
    const auto quantity = std::find_if(quantities.begin(), quantities.end(),
                                       [&](const auto& q) { return q.first == label.substr(dot + 1); });
    if (quantity == quantities.end()) return {};
    const auto site =
        std::find_if(sites.begin(), sites.end(), [&](const auto& s) { return s.first == code; });
    std::string name(site == sites.end() ? code : site->second);
    std::replace(name.begin(), name.end(), ' ', '_');
    return name + "." + std::string(quantity->second);
}

std::string jsonText(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    return out + "\"";
}

class EdfReader {
public:
    EdfReader(const std::string& name, const SignalMap& map, std::size_t mostValues)
        : file_(name), h_(file_.header()), map_(map), curves_(mostValues) {}

    RecordedTest read() {
        if (h_.datarecords_in_file < 1 || h_.datarecord_duration < 1)
            throw Refusal{"the file has no data records", "choose another file"};
        for (const auto& [label, column] : map_)
            if (std::none_of(h_.signalparam, h_.signalparam + h_.edfsignals,
                             [&, &label = label](const auto& p) { return trimmed(p.label) == label; }))
                throw Refusal{"there is no signal " + inQuotes(label), "correct the name in --map"};
        collect();
        if (wanted_.empty())
            throw Refusal{"no signal has a label like \"FA.rh_out\", and none was named",
                          "say what the signals are: --map \"LABEL=forearm.rh_out_pct\""};
        for (std::size_t site = 0; site < test_.sites.size(); ++site) {
            readBase<HumiditySignals>(site);
            readBase<CurrentSignals>(site);
        }
        curves_.finish(test_.sites);
        for (std::string& remark : curves_.remarks(test_.sites))
            test_.remarks.push_back(std::move(remark));
        person();
        annotations();
        keys_.applyTo(test_);
        return std::move(test_);
    }

private:
    struct Wanted {
        int signal = 0;
        std::size_t site = 0;
        KnownColumn column;
        double factor = 1.0;
        std::string name;
    };

    [[nodiscard]] const edf_param_struct& signal(int i) const { return h_.signalparam[i]; }

    void collect() {
        for (int i = 0; i < h_.edfsignals; ++i) {
            const std::string label(trimmed(signal(i).label));
            const auto mapped = map_.find(label);
            const std::string name = mapped == map_.end() ? columnNameOf(label) : mapped->second;
            const auto dot = name.find('.');
            const std::string quantity = dot == std::string::npos ? std::string() : name.substr(dot + 1);
            const KnownColumn column = columnOf(quantity);
            if (!column.known() || dot == 0) {
                if (mapped != map_.end())
                    throw Refusal{inQuotes(name) + " is not SITE.QUANTITY as in a recording CSV",
                                  "write for instance --map \"" + label + "=forearm.rh_out_pct\""};
                test_.remarks.push_back("The signal " + inQuotes(label) + " is not known and was not used.");
                continue;
            }
            const std::string_view dimension = trimmed(signal(i).physdimension);
            const auto factor = factorOf(quantity, dimension);
            if (!factor)
                throw Refusal{"the signal " + inQuotes(label) + " is in " + inQuotes(dimension) +
                                  ", which is no unit of " + quantity,
                              "convert it, or map another signal"};
            if (signal(i).smp_in_datarecord < 1)
                throw Refusal{"the signal " + inQuotes(label) + " has no samples", "choose another file"};
            if (std::string_view(signal(i).transducer).find("SIMULATED") != std::string_view::npos)
                test_.simulated = true;
            wanted_.push_back(
                {i, siteIn(test_, std::string_view(name).substr(0, dot)), column, *factor, name});
        }
        for (std::size_t a = 0; a < wanted_.size(); ++a)
            for (std::size_t b = a + 1; b < wanted_.size(); ++b)
                if (wanted_[a].name == wanted_[b].name)
                    throw Refusal{"two signals are " + wanted_[a].name, "say with --map which one it is"};
    }

    template <class Base>
    static std::vector<double> Base::*memberOf(const KnownColumn& c) {
        if constexpr (std::is_same_v<Base, HumiditySignals>)
            return c.humidity;
        else
            return c.current;
    }

    /// A signal that is read from its begin to its end.
    struct Source {
        const Wanted* wanted = nullptr;
        bool slower = false; ///< than the time base: interpolated
        double step_s = 0.0;
        std::size_t length = 0; ///< samples in the file
        std::size_t first = 0;  ///< number of the first sample of `samples`
        std::vector<double> samples;
        std::vector<double> values; ///< at the times of the run
        std::size_t outer = 0;      ///< samples at the upper end of the range

        [[nodiscard]] std::size_t end() const { return first + samples.size(); }
    };

    /// The signals of a site that share a time base: that of the fastest of them, the others interpolated.
    template <class Base>
    void readBase(std::size_t site) {
        std::vector<Source> sources;
        std::vector<KnownColumn> columns;
        int fastest = -1;
        for (const Wanted& w : wanted_) {
            if (w.site != site || memberOf<Base>(w.column) == nullptr) continue;
            Source source;
            source.wanted = &w;
            source.step_s = stepOf(w.signal);
            source.length = static_cast<std::size_t>(signal(w.signal).smp_in_file);
            sources.push_back(std::move(source));
            columns.push_back(w.column);
            if (fastest < 0 || signal(fastest).smp_in_datarecord < signal(w.signal).smp_in_datarecord)
                fastest = w.signal;
        }
        if (sources.empty()) return;
        for (Source& s : sources)
            s.slower = signal(s.wanted->signal).smp_in_datarecord != signal(fastest).smp_in_datarecord;
        const std::size_t number = curves_.addBase(site, std::move(columns));
        const auto n = static_cast<std::size_t>(signal(fastest).smp_in_file);
        const double step = stepOf(fastest);
        std::vector<double> time_s;
        for (std::size_t at = 0; at < n; at += readAtOnce) {
            time_s.resize(std::min(readAtOnce, n - at));
            for (std::size_t k = 0; k < time_s.size(); ++k)
                time_s[k] = static_cast<double>(at + k) * step;
            std::vector<std::span<const double>> values;
            for (Source& s : sources) {
                if (s.slower) {
                    interpolate(time_s, s);
                } else {
                    s.first = at;
                    s.samples.clear();
                    readUpTo(s, at + time_s.size());
                    std::swap(s.values, s.samples);
                }
                values.emplace_back(s.values);
            }
            curves_.add(test_.sites, number, time_s, values);
            if (curves_.tooLong())
                throw Refusal{"the recording is too long to be read as a whole, even at 4 readings a second",
                              "cut it into parts"};
        }
        for (Source& s : sources) {
            if (s.slower) readUpTo(s, s.length); // what the last time did not need
            sayOfSource(s);
        }
    }
    [[nodiscard]] double stepOf(int i) const {
        return static_cast<double>(h_.datarecord_duration) / perSecond / signal(i).smp_in_datarecord;
    }

    /// Appends the samples up to number `end`, which is not among them.
    void readUpTo(Source& s, std::size_t end) {
        if (s.end() >= end) return;
        const std::size_t before = s.samples.size();
        s.samples.resize(end - s.first);
        const auto begin = s.samples.begin() + static_cast<std::ptrdiff_t>(before);
        const int want = static_cast<int>(s.samples.size() - before);
        if (edfread_physical_samples(h_.handle, s.wanted->signal, want, &*begin) != want)
            throw Refusal{"the file ends within its samples", "restore it from its source"};
        // the lower end is often the rest value, 0 mA or 0 %RH
        const double high = std::max(signal(s.wanted->signal).phys_min, signal(s.wanted->signal).phys_max);
        s.outer += static_cast<std::size_t>(
            std::count_if(begin, s.samples.end(), [&](double v) { return v >= high; }));
        if (s.wanted->factor != 1.0)
            for (auto v = begin; v != s.samples.end(); ++v)
                *v *= s.wanted->factor;
    }

    void sayOfSource(const Source& s) {
        if (s.outer > 0)
            test_.remarks.push_back(
                std::to_string(s.outer) + " samples of " + s.wanted->name +
                " stand at the upper end of the file's range: they may have been cut off.");
        if (s.slower)
            test_.remarks.push_back(
                s.wanted->name + " was recorded at a lower rate than its neighbours and was interpolated.");
    }

    void interpolate(const std::vector<double>& time_s, Source& s) {
        s.values.resize(time_s.size());
        const auto numberAt = [&](double at_s) {
            return std::min(static_cast<std::size_t>(at_s / s.step_s), s.length - 1);
        };
        const auto passed = static_cast<std::ptrdiff_t>(numberAt(time_s.front()) - s.first);
        s.samples.erase(s.samples.begin(), s.samples.begin() + passed);
        s.first += static_cast<std::size_t>(passed);
        readUpTo(s, std::min(numberAt(time_s.back()) + 2, s.length));
        for (std::size_t k = 0; k < time_s.size(); ++k) {
            const double at = time_s[k] / s.step_s;
            const std::size_t i = numberAt(time_s[k]);
            const std::size_t next = std::min(i + 1, s.length - 1);
            const double part = std::min(1.0, at - static_cast<double>(i));
            s.values[k] =
                s.samples[i - s.first] + part * (s.samples[next - s.first] - s.samples[i - s.first]);
        }
    }

    void person() {
        const auto put = [&](const char* key, std::string_view value) {
            value = trimmed(value);
            if (!value.empty() && value != "X") keys_.set(key, value);
        };
        put("patient.id", h_.patientcode);
        put("patient.name", h_.patient_name);
        if (const std::string sex = lower(trimmed(h_.gender)); sex == "female" || sex == "male")
            put("patient.sex", sex);
        std::array<char, 40> date{};
        if (h_.birthdate_year > 0 && h_.birthdate_month > 0 && h_.birthdate_day > 0) {
            std::snprintf(date.data(), date.size(), "%04d-%02d-%02d", h_.birthdate_year, h_.birthdate_month,
                          h_.birthdate_day);
            put("patient.birth_date", date.data());
        }
        put("operator", h_.technician);
        put("device.serial", h_.equipment);
        std::snprintf(date.data(), date.size(), "%04d-%02d-%02dT%02d:%02d:%02d", h_.startdate_year,
                      h_.startdate_month, h_.startdate_day, h_.starttime_hour, h_.starttime_minute,
                      h_.starttime_second);
        put("started_local", date.data()); // EDF knows no time zone
        put("source.patient", h_.patient);
        put("source.recording", h_.recording);
    }

    void annotations() {
        edf_annotation_struct a{};
        for (long long i = 0; i < h_.annotations_in_file; ++i) {
            if (edf_get_annotation(h_.handle, static_cast<int>(i), &a) != 0) continue;
            const Seconds at{static_cast<double>(a.onset) / perSecond};
            const std::string_view text = trimmed(a.annotation);
            constexpr std::string_view ours = "eccrine: ";
            if (text.starts_with(ours)) {
                const std::string_view pair = text.substr(ours.size());
                const auto equals = pair.find('=');
                if (equals == std::string_view::npos)
                    throw Refusal{"the annotation " + inQuotes(text) + " is not \"eccrine: key=value\"",
                                  "correct or remove it"};
                keys_.set(std::string(pair.substr(0, equals)), pair.substr(equals + 1));
            } else if (lower(text) == "stimulus on" || lower(text) == "stimulus") {
                if (!test_.stimulusStart) test_.stimulusStart = at;
                if (a.duration_l > 0)
                    test_.stimulusStop = at + Seconds{static_cast<double>(a.duration_l) / perSecond};
            } else if (lower(text) == "stimulus off") {
                test_.stimulusStop = at;
            } else if (!text.empty()) {
                test_.events.push_back({at, "note", "", "{\"text\":" + jsonText(text) + "}"});
            }
        }
    }

    OpenFile file_;
    const edf_hdr_struct& h_;
    const SignalMap& map_;
    RecordedTest test_;
    RecordingKeys keys_;
    std::vector<Wanted> wanted_;
    BoundedCurves curves_;
};

} // namespace

bool startsLikeEdf(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::array<char, 8> head{};
    in.read(head.data(), head.size());
    const std::string_view begin(head.data(), static_cast<std::size_t>(in.gcount()));
    return begin == "0       " || begin == std::string_view("\xFF"
                                                            "BIOSEMI",
                                                            8);
}

Result<RecordedTest> readEdf(const std::filesystem::path& file, const ReadingSettings& settings) {
    try {
        RecordedTest test = EdfReader(file.string(), settings.map, settings.mostValues).read();
        test.sourceFile = file.string();
        const auto hash = sha256OfFile(file);
        if (!hash) return tl::unexpected(hash.error());
        test.sha256 = *hash;
        return test;
    } catch (const Refusal& refusal) {
        return failed(refusal.what, file.string(), refusal.remedy);
    } catch (const KeyRefusal& refusal) {
        return failed(refusal.what, file.string(), refusal.remedy);
    }
}

} // namespace eccrine::recording
