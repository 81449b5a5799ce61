// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/virtual/fault_kinds.hpp"

#include <algorithm>

namespace eccrine::devices::virtual_instrument {

const std::vector<FaultTraits>& faultTable() {
    using enum FaultKind;
    using Lasts = FaultTraits::Lasts;
    static const std::vector<FaultTraits> table{
        {Unplug, "unplug", "F-2"},
        {FrozenHumidity, "frozen_humidity", "F-9", true},
        {OpenElectrode, "open_electrode", "F-13", true},
        {LostFrames, "lost_frames", "F-3, F-4", false, {{"probability", 0.0, 1.0}}},
        {HumidityStep, "humidity_step", "", true, {{"step_pct", -50.0, 50.0}}},
        {Dropout, "dropout", "", true},
        {Leak, "leak", "", true, {{"seen", 0.0, 1.0}}},
        {Film, "film", "", true, {{"outlet_pct", 5.0, 95.0}}},
        {Burst, "burst", "", true, {{"burst_nl_per_min", 0.0, 1000.0}}},
        {DuplicatedFrames, "duplicated_frames", "F-5", false, {{"probability", 0.0, 1.0}}},
        {ReorderedFrames, "reordered_frames", "F-5", false, {{"probability", 0.0, 1.0}}},
        {LateBurst, "late_burst", "F-6", false, {{"silence_ms", 1.0, 60'000.0}}, {}, {}, {}, Lasts::ByItself},
        {FlippedBytes, "flipped_bytes", "F-32", false, {{"probability", 0.0, 1.0}}},
        {ImpossibleValue,
         "impossible_value",
         "F-7",
         true,
         {},
         {{"field",
           {"humidity_in", "temperature_in", "humidity_out", "temperature_out", "flow", "pressure", "anode",
            "cathode", "voltage"}},
          {"value", {"nan", "inf", "-inf", "-0", "denormal"}}}},
        {HumiditySpikes,
         "humidity_spikes",
         "F-8",
         true,
         {{"per_minute", 0.0, 3000.0}, {"percent", -100.0, 1000.0, 100.0}}},
        {HumidityDrift, "humidity_drift", "F-9", true, {{"pct_per_s", -100.0, 100.0}}},
        {HumiditySaturated, "humidity_saturated", "F-9", true},
        {FrozenCurrent, "frozen_current", "F-10", true, {}, {{"sense", {"anode", "both", "all"}}}},
        {StuckOutput, "stuck_output", "F-11", true, {}, {}, {{"comparator", true}}},
        {GainError, "gain_error", "F-12", true, {{"factor", 0.0, 10.0}}},
        {LiftedElectrode, "lifted_electrode", "F-14", true, {{"area", 0.01, 1.0}}},
        {IntermittentContact, "intermittent_contact", "F-15", true, {{"hz", 0.1, 200.0}}},
        {DryingPads,
         "drying_pads",
         "F-16",
         true,
         {{"resistance_factor", 1.0, 1000.0}},
         {},
         {},
         {},
         Lasts::MustBeSaid},
        {BridgedElectrodes, "bridged_electrodes", "F-17", true, {{"ohm", 0.0, 10'000.0}}},
        {SwappedLeads, "swapped_leads", "F-18", true},
        {WeldedRelay, "welded_relay", "F-19", true, {{"current_ua", -5000.0, 5000.0}}},
        {LyingStatus, "lying_status", "F-20", true, {{"current_ua", -5000.0, 5000.0, 1000.0}}},
        {EarthLeak, "earth_leak", "F-21", true, {{"leak_ua", 0.0, 5000.0}}},
        {MainsRipple, "mains_ripple", "F-22", true, {{"percent", 0.0, 100.0}, {"hz", 1.0, 500.0, 50.0}}},
        {Restart, "restart", "F-24", false, {}, {}, {{"announced", false}}},
        {MemoryChecksum, "memory_checksum", "F-25"},
        {Identity, "identity", "F-25, F-27", false, {}, {}, {}, {"firmware", "serial"}},
        {ClockDrift, "clock_drift", "F-31", false, {{"ppm", -100'000.0, 100'000.0}}},
        {ClockWrap, "clock_wrap", "F-31", false, {{"wraps_after_s", 0.0, 4294.0}}},
        {PatientButton, "patient_button", ""},
        {EmergencyStop, "emergency_stop", ""},
        {Battery, "battery", "", false, {{"percent", 0.0, 100.0}}},
    };
    return table;
}

std::optional<FaultKind> faultKindNamed(std::string_view name) {
    const auto& table = faultTable();
    const auto found =
        std::find_if(table.begin(), table.end(), [name](const FaultTraits& t) { return t.name == name; });
    if (found == table.end()) return std::nullopt;
    return found->kind;
}

} // namespace eccrine::devices::virtual_instrument
