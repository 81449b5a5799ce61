// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/failure.hpp"
#include "core/quantity.hpp"
#include "core/sample.hpp"
#include "devices/virtual/capsule.hpp"
#include "devices/virtual/delivery.hpp"
#include "devices/virtual/site_mask.hpp"
#include "devices/virtual/skin_impedance.hpp"
#include "devices/virtual/sweat_response.hpp"

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace eccrine::devices::virtual_instrument {

enum class Sex { Female, Male };

struct ShapeRange {
    std::string name;
    std::pair<double, double> latency_s;
    double rise_s = 0.0;
    double exponent = 1.0;
    double decay_s = 0.0;
};
struct AgeBand {
    double from_years = 0.0;
    PerSite<double> factor{};
};
struct Preset {
    std::string name;
    std::string title;
    std::string shape;
    PerSite<double> volumeFactor{};
    PerSite<double> latencyFactor{};
    /// Given: a pilocarpine patient, whose sites are the two limbs in the order of the channels. What the
    /// nominal stimulus brings out of 1 cm2 in the window, whatever sex and age.
    std::optional<double> pilocarpineVolume_uL;
};
struct Spread {
    double rise = 0.0, decay = 0.0, volume = 0.0, baseline = 0.0; ///< sigma of the logarithm
};

/// The whole cited data file (patients.toml): the patients, their skin, and the instrument around them.
struct PatientLibrary {
    std::string title;
    StimulusRule stimulus;    ///< acetylcholine
    StimulusRule pilocarpine; ///< of the presets that have a pilocarpine volume
    PerSite<double> femaleVolume_uL{};
    PerSite<double> maleVolume_uL{};
    PerSite<double> baseline_nLPerMin{};
    std::vector<AgeBand> ageBands; ///< ascending, the first from birth
    std::vector<ShapeRange> shapes;
    Spread spread;
    std::vector<Preset> presets;
    SkinParameters skin;
    double skinSpread = 0.0; ///< sigma of ln R0
    std::pair<double, double> skinRange_kOhmCm2;
    SourceParameters source;
    CapsuleParameters capsule;
    HygrometerParameters hygrometer;

    [[nodiscard]] std::string presetNames() const; ///< "a, b, c" for help and objections
    [[nodiscard]] std::string shapeNames() const;
};

/// Refused whole with file, line and column when anything in it is wrong.
[[nodiscard]] Result<PatientLibrary> parsePatientLibrary(std::string_view toml, const std::string& name);
[[nodiscard]] Result<PatientLibrary> readPatientLibrary(const std::filesystem::path& file);
/// The file that was built in. Its tests keep it readable, so a failure here is a broken build.
[[nodiscard]] Result<PatientLibrary> builtInPatientLibrary();

} // namespace eccrine::devices::virtual_instrument
