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
constexpr std::size_t mostBytes = std::size_t{16} << 30U; ///< of samples in memory

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
    EdfReader(const std::string& name, const SignalMap& map) : file_(name), h_(file_.header()), map_(map) {}

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
            readBase<HumiditySignals>(site, test_.sites[site].humidity);
            readBase<CurrentSignals>(site, test_.sites[site].current);
        }
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
        std::size_t bytes = 0;
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
            bytes += static_cast<std::size_t>(signal(i).smp_in_file) * sizeof(double);
            wanted_.push_back(
                {i, siteIn(test_, std::string_view(name).substr(0, dot)), column, *factor, name});
        }
        for (std::size_t a = 0; a < wanted_.size(); ++a)
            for (std::size_t b = a + 1; b < wanted_.size(); ++b)
                if (wanted_[a].name == wanted_[b].name)
                    throw Refusal{"two signals are " + wanted_[a].name, "say with --map which one it is"};
        if (bytes > mostBytes)
            throw Refusal{"the recording is longer than fits into memory", "cut it into parts"};
    }

    template <class Base>
    static std::vector<double> Base::*memberOf(const KnownColumn& c) {
        if constexpr (std::is_same_v<Base, HumiditySignals>)
            return c.humidity;
        else
            return c.current;
    }

    /// The signals of a site that share a time base: that of the fastest of them, the others interpolated.
    template <class Base>
    void readBase(std::size_t site, Base& into) {
        std::vector<const Wanted*> mine;
        for (const Wanted& w : wanted_)
            if (w.site == site && memberOf<Base>(w.column) != nullptr) mine.push_back(&w);
        if (mine.empty()) return;
        const int fastest =
            (*std::max_element(mine.begin(), mine.end(), [&](const Wanted* a, const Wanted* b) {
                return signal(a->signal).smp_in_datarecord < signal(b->signal).smp_in_datarecord;
            }))->signal;
        const auto n = static_cast<std::size_t>(signal(fastest).smp_in_file);
        into.time_s.resize(n);
        const double step = stepOf(fastest);
        for (std::size_t k = 0; k < n; ++k)
            into.time_s[k] = static_cast<double>(k) * step;
        for (const Wanted* w : mine) {
            std::vector<double> values = samplesOf(*w);
            if (signal(w->signal).smp_in_datarecord != signal(fastest).smp_in_datarecord)
                values = onto(into.time_s, values, stepOf(w->signal), *w);
            into.*memberOf<Base>(w->column) = std::move(values);
        }
    }
    [[nodiscard]] double stepOf(int i) const {
        return static_cast<double>(h_.datarecord_duration) / perSecond / signal(i).smp_in_datarecord;
    }

    std::vector<double> samplesOf(const Wanted& w) {
        const auto n = static_cast<std::size_t>(signal(w.signal).smp_in_file);
        std::vector<double> values(n);
        constexpr std::size_t run = 1U << 20U;
        for (std::size_t at = 0; at < n; at += run) {
            const int want = static_cast<int>(std::min(run, n - at));
            if (edfread_physical_samples(h_.handle, w.signal, want, values.data() + at) != want)
                throw Refusal{"the file ends within its samples", "restore it from its source"};
        }
        const auto [low, high] = std::minmax(signal(w.signal).phys_min, signal(w.signal).phys_max);
        const auto outer = static_cast<std::size_t>(
            std::count_if(values.begin(), values.end(), [&, high = high](double v) { return v >= high; }));
        static_cast<void>(low); // the lower end is often the rest value, 0 mA or 0 %RH
        if (outer > 0)
            test_.remarks.push_back(
                std::to_string(outer) + " samples of " + w.name +
                " stand at the upper end of the file's range: they may have been cut off.");
        if (w.factor != 1.0)
            for (double& v : values)
                v *= w.factor;
        return values;
    }

    std::vector<double> onto(const std::vector<double>& time_s, const std::vector<double>& values,
                             double step, const Wanted& w) {
        test_.remarks.push_back(w.name +
                                " was recorded at a lower rate than its neighbours and was interpolated.");
        std::vector<double> out(time_s.size());
        for (std::size_t k = 0; k < out.size(); ++k) {
            const double at = time_s[k] / step;
            const auto i = std::min(static_cast<std::size_t>(at), values.size() - 1);
            const std::size_t next = std::min(i + 1, values.size() - 1);
            const double part = std::min(1.0, at - static_cast<double>(i));
            out[k] = values[i] + part * (values[next] - values[i]);
        }
        return out;
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

Result<RecordedTest> readEdf(const std::filesystem::path& file, const SignalMap& map) {
    try {
        RecordedTest test = EdfReader(file.string(), map).read();
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
