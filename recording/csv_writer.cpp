// SPDX-License-Identifier: GPL-3.0-or-later
#include "recording/csv_writer.hpp"

#include "recording/durable_file.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

namespace eccrine::recording {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

void number(std::string& out, double value) {
    if (std::isnan(value)) return; // an empty cell is a missing sample
    std::array<char, 32> digits{};
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    out.append(digits.data(), error == std::errc{} ? end : digits.data());
}

/// Control characters would break the line structure.
std::string oneLine(std::string_view text) {
    std::string out;
    for (const char c : text)
        out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    return out;
}

class Rows {
public:
    explicit Rows(std::vector<double> times) : times_(std::move(times)) {}
    /// Values at exactly these times; empty elsewhere.
    void atTimes(std::string name, const std::vector<double>& time, const std::vector<double>& values) {
        if (values.empty()) return;
        std::vector<double> column(times_.size(), missing);
        std::size_t row = 0;
        for (std::size_t i = 0; i < time.size(); ++i) {
            while (row < times_.size() && times_[row] < time[i])
                ++row;
            if (row < times_.size() && times_[row] == time[i]) column[row] = values[i];
        }
        add(std::move(name), std::move(column));
    }
    /// Mean of the samples from each row's time to the next row's.
    void means(std::string name, const std::vector<double>& time, const std::vector<double>& values) {
        if (values.empty()) return;
        std::vector<double> column(times_.size(), missing);
        std::size_t i = 0;
        for (std::size_t row = 0; row < times_.size(); ++row) {
            const double until =
                row + 1 < times_.size() ? times_[row + 1] : std::numeric_limits<double>::infinity();
            double sum = 0.0;
            std::size_t n = 0;
            for (; i < time.size() && time[i] < until; ++i) {
                if (time[i] < times_[row] || std::isnan(values[i])) continue;
                sum += values[i];
                ++n;
            }
            if (n > 0) column[row] = sum / static_cast<double>(n);
        }
        add(std::move(name), std::move(column));
    }
    [[nodiscard]] std::string text() const {
        std::string out = "time_s";
        for (const auto& name : names_)
            out += "," + name;
        out += '\n';
        for (std::size_t row = 0; row < times_.size(); ++row) {
            number(out, times_[row]);
            for (const auto& column : columns_) {
                out += ',';
                number(out, column[row]);
            }
            out += '\n';
        }
        return out;
    }

private:
    void add(std::string name, std::vector<double> column) {
        names_.push_back(std::move(name));
        columns_.push_back(std::move(column));
    }
    std::vector<double> times_;
    std::vector<std::string> names_;
    std::vector<std::vector<double>> columns_;
};

template <class Get>
void perSiteKey(std::string& out, const char* key, const RecordedTest& test, Get get) {
    std::string pairs;
    for (const SiteSignals& site : test.sites) {
        const std::optional<double> value = get(site);
        if (!value) continue;
        if (!pairs.empty()) pairs += ";";
        pairs += site.site + "=";
        number(pairs, *value);
    }
    if (!pairs.empty()) out += std::string("# ") + key + ": " + pairs + "\n";
}

Result<std::string> flowReferenceName(const RecordedTest& test) {
    std::optional<FlowReference> reference;
    std::optional<VolumeMeter> meter;
    bool mixed = false;
    for (const SiteSignals& site : test.sites) {
        mixed = mixed || (meter && site.volumeMeter && *meter != *site.volumeMeter);
        if (site.volumeMeter) meter = site.volumeMeter;
        if (site.humidity.flow_sccm.empty()) continue;
        if (!site.flowReference)
            return failed("the flow of " + site.site + " has no stated reference", test.sourceFile,
                          "state it");
        if (reference && !(*reference == *site.flowReference))
            return failed("the sites have different flow references, which one CSV cannot state",
                          test.sourceFile, "export the sites one by one");
        reference = site.flowReference;
    }
    if (mixed || (reference && meter))
        return failed("the sites have different kinds of flow meters, which one CSV cannot state",
                      test.sourceFile, "export the sites one by one");
    if (meter) return std::string(*meter == VolumeMeter::Inlet ? "volumetric_inlet" : "volumetric_outlet");
    if (!reference) return std::string{};
    constexpr std::array<std::pair<double, const char*>, 3> known{
        {{273.15, "sccm_0C"}, {293.15, "sccm_20C"}, {298.15, "sccm_25C"}}};
    for (const auto& [kelvin, name] : known)
        if (reference->temperature.value == kelvin && reference->pressure.value == 101325.0)
            return std::string(name);
    return failed("the flow reference is none of those the CSV can state (0, 20 or 25 °C at 101.325 kPa)",
                  test.sourceFile, "export as .eccrine");
}

} // namespace

Result<std::string> formatCsv(const RecordedTest& test, const CsvOptions& options) {
    auto reference = flowReferenceName(test);
    if (!reference) return tl::unexpected(reference.error());
    std::string out = "# eccrine-csv: 1\n";
    if (!test.protocol.empty()) out += "# protocol: " + oneLine(test.protocol) + "\n";
    if (test.simulated) out += "# simulated: yes\n";
    const auto seconds = [&](const char* key, const std::optional<Seconds>& value) {
        if (!value) return;
        out += std::string("# ") + key + ": ";
        number(out, value->count());
        out += '\n';
    };
    seconds("stimulus_start_s", test.stimulusStart);
    seconds("stimulus_stop_s", test.stimulusStop);
    const auto count = [](const std::optional<Seconds>& s) {
        return s ? std::optional(s->count()) : std::nullopt;
    };
    perSiteKey(out, "capsule_area_cm2", test, [](const SiteSignals& s) {
        return s.capsule.area ? std::optional(s.capsule.area->value) : std::nullopt;
    });
    perSiteKey(out, "capsule_tau_s", test, [&](const SiteSignals& s) { return count(s.capsule.washout); });
    perSiteKey(out, "sensor_tau_s", test, [&](const SiteSignals& s) { return count(s.capsule.sensorLag); });
    perSiteKey(out, "transport_delay_s", test,
               [&](const SiteSignals& s) { return count(s.capsule.transportDelay); });
    const auto accuracy = [&](const char* key, std::optional<double> SensorAccuracy::*stated, double unit) {
        perSiteKey(out, key, test, [&](const SiteSignals& s) {
            const std::optional<double>& value = s.capsule.accuracy.*stated;
            return value ? std::optional(*value * unit) : std::nullopt;
        });
    };
    constexpr double percent = 100.0;
    accuracy("accuracy_rh_pct", &SensorAccuracy::humidity_pct, 1.0);
    accuracy("accuracy_rh_gain_pct", &SensorAccuracy::humidityGain_part, percent);
    accuracy("accuracy_t_k", &SensorAccuracy::temperature_k, 1.0);
    accuracy("accuracy_pressure_kpa", &SensorAccuracy::pressure_kpa, 1.0);
    accuracy("accuracy_flow_pct", &SensorAccuracy::flow_part, percent);
    if (!reference->empty()) out += "# flow_reference: " + *reference + "\n";
    for (const auto& [key, value] : test.meta)
        out += "# " + oneLine(key) + ": " + oneLine(value) + "\n";

    std::vector<double> times;
    for (const SiteSignals& site : test.sites) {
        times.insert(times.end(), site.humidity.time_s.begin(), site.humidity.time_s.end());
        if (options.fullRateCurrent || site.humidity.time_s.empty())
            times.insert(times.end(), site.current.time_s.begin(), site.current.time_s.end());
    }
    std::sort(times.begin(), times.end());
    times.erase(std::unique(times.begin(), times.end()), times.end());
    Rows rows(std::move(times));
    for (const SiteSignals& site : test.sites) {
        const HumiditySignals& h = site.humidity;
        const auto column = [&](const char* quantity, const std::vector<double>& values) {
            rows.atTimes(site.site + "." + quantity, h.time_s, values);
        };
        column("rh_in_pct", h.humidityIn_pct);
        column("t_in_c", h.temperatureIn_c);
        column("rh_out_pct", h.humidityOut_pct);
        column("t_out_c", h.temperatureOut_c);
        column("flow_sccm", h.flow_sccm);
        column("flow_ml_per_min", h.flow_ml_per_min);
        column("flow_out_sccm", h.flowOut_sccm);
        column("rh_room_pct", h.roomHumidity_pct);
        column("t_room_c", h.roomTemperature_c);
        column("pressure_kpa", h.pressure_kpa);
        column("sweat_rate_nl_per_min", h.rate_nl_per_min);
        const auto current = [&](const char* quantity, const std::vector<double>& values) {
            if (options.fullRateCurrent || h.time_s.empty())
                rows.atTimes(site.site + "." + quantity, site.current.time_s, values);
            else
                rows.means(site.site + "." + quantity, site.current.time_s, values);
        };
        current("current_ma", site.current.current_ma);
        current("voltage_v", site.current.voltage_v);
    }
    return out + rows.text();
}

Done writeCsv(const RecordedTest& test, const std::filesystem::path& file, const CsvOptions& options) {
    const auto text = formatCsv(test, options);
    if (!text) return tl::unexpected(text.error());
    auto out = DurableFile::create(file, options.replace);
    if (!out) return tl::unexpected(out.error());
    if (auto done = out->write(*text); !done) return done;
    return out->finish();
}

} // namespace eccrine::recording
