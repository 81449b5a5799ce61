// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quantity.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace eccrine {

/// What "standard" means for a flow in sccm: molar flow = sccm · pressure / (R · temperature).
/// A flow without a stated reference is refused: the conventions differ by 7 to 9 %.
struct FlowReference {
    Kelvins temperature{273.15};
    Pascals pressure{101325.0};
    friend bool operator==(const FlowReference&, const FlowReference&) = default;
};

/// Where a meter that reads moist gas by volume stands: its temperature, and the water in the gas, are those
/// of the sensors there.
enum class VolumeMeter : std::uint8_t { Inlet, Outlet };

/// What the data sheets of a channel's sensors state, each as ±; a calibration takes its place. Absent means
/// not stated.
struct SensorAccuracy {
    std::optional<double> humidity_pct;      ///< %RH
    std::optional<double> humidityGain_part; ///< of a change of the humidity
    std::optional<double> temperature_k, pressure_kpa;
    std::optional<double> flow_part; ///< of the flow
    friend bool operator==(const SensorAccuracy&, const SensorAccuracy&) = default;
};

/// Constants of one channel's capsule, tube and sensor, from calibration. Absent means not known.
struct CapsuleConstants {
    std::optional<SquareCentimetres> area; ///< recording compartment; without it nothing per cm² is given
    std::optional<Seconds> washout;        ///< capsule mixing time constant
    std::optional<Seconds> sensorLag;      ///< hygrometer τ63
    std::optional<Seconds> transportDelay; ///< tube from capsule to sensor
    SensorAccuracy accuracy{};
};

/// The slow signals of a site on one time base. Times are test seconds (stimulus start not yet subtracted),
/// strictly rising. A missing sample is NaN here and nowhere else; every vector that is not empty is as long
/// as `time_s`. Either the humidity columns are filled, or `rate_nl_per_min` (an import that carries rates
/// only).
struct HumiditySignals {
    std::vector<double> time_s;
    std::vector<double> humidityIn_pct, temperatureIn_c;
    std::vector<double> humidityOut_pct, temperatureOut_c;
    std::vector<double> roomHumidity_pct, roomTemperature_c; ///< of the air around the capsule
    std::vector<double> flow_ml_per_min; ///< instead of flow_sccm: moist gas by volume, as its meter reads it
    std::vector<double> flowOut_sccm;    ///< of a second meter behind the capsule
    std::vector<double> flow_sccm;
    std::vector<double> pressure_kpa; ///< empty: unknown (a flag, 101.325 assumed)
    std::vector<double> rate_nl_per_min;
    /// More than 1: a row is the mean of so many samples, because the recording is too long to be held as it
    /// was recorded.
    std::size_t samplesPerRow = 1;
};

/// The fast signals of a site: delivered current and electrode voltage.
struct CurrentSignals {
    std::vector<double> time_s;
    std::vector<double> current_ma; ///< anode, as measured
    std::vector<double> voltage_v;  ///< empty: not recorded
    std::size_t samplesPerRow = 1;  ///< as of the gas readings
};

struct SiteSignals {
    std::string site; ///< "forearm", "proximal_leg", ..., an open list
    HumiditySignals humidity;
    CurrentSignals current;
    CapsuleConstants capsule;
    std::optional<FlowReference> flowReference; ///< required when flow_sccm is used
    std::optional<VolumeMeter> volumeMeter;     ///< required when flow_ml_per_min is used
};

/// Something that happened during a test.
struct TestEvent {
    Seconds at{};       ///< test time
    std::string kind;   ///< "step", "trip", "gap", "note", ... (docs/formats/recording.md)
    std::string site;   ///< empty: all
    std::string detail; ///< JSON object or empty
};

/// A whole recording in memory: what the one curve-reading path hands to analysis, plots and exports.
struct RecordedTest {
    std::string sourceFile;
    std::string sha256;   ///< of the file's content, hex
    std::string protocol; ///< "qsart"; empty if the file does not say
    bool simulated = false;
    bool interrupted = false;             ///< the recording was not closed by its writer
    std::optional<Seconds> stimulusStart; ///< test time of the first sample with >= 10 % of the set current
    std::optional<Seconds> stimulusStop;
    std::map<std::string, std::string> meta; ///< every other key of the file, kept as written
    std::vector<std::string> remarks;        ///< unknown columns and the like: reported, never dropped
    std::vector<TestEvent> events;           ///< in the order recorded
    std::vector<SiteSignals> sites;
};

} // namespace eccrine
