// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/failure.hpp"
#include "core/quantity.hpp"
#include "protocols/source.hpp"
#include "protocols/stimulus.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eccrine::protocols {

/// Beyond a hard limit a protocol is refused, beyond a soft one a person gives a reason.
struct ParameterLimits {
    std::string parameter; ///< "current_ma"
    std::string unit;      ///< "mA"
    double lowerHard = 0.0, lowerSoft = 0.0, typical = 0.0, upperSoft = 0.0, upperHard = 0.0;
    std::string typicalSource, limitsSource; ///< ids of sources
};

enum class Electrode { Anode, Cathode };
[[nodiscard]] const char* nameOf(Electrode electrode);

/// One drug and what may flow with it.
struct Preset {
    std::string id, title;
    std::string drug;                      ///< a word that the drug of the protocol has to hold
    Electrode polarity = Electrode::Anode; ///< of the electrode with the drug; stated, never inferred
    std::string polaritySource;
    std::string reviewedBy, reviewedOn; ///< of the polarity; both empty: nobody has
    std::string remark;                 ///< for a person; may be empty
    std::vector<ParameterLimits> parameters;
};

/// In use elsewhere; this program cannot deliver it.
struct UndeliverablePreset {
    std::string id, title, reason;
};

/// The drug library as its cited file says it. The file is refused whole when anything in it is wrong.
struct PresetLibrary {
    std::string id, version, title;
    std::string hash; ///< SHA-256 of the file's bytes, hex
    std::vector<Source> sources;
    std::vector<Preset> presets;
    std::vector<UndeliverablePreset> undeliverable;
    MilliamperesPerCm2 insensateDensity{}; ///< soft limit where the skin does not feel
    std::string insensateSource;

    [[nodiscard]] const Preset* find(std::string_view name) const;
};

[[nodiscard]] Result<PresetLibrary> loadPresets(const std::filesystem::path& file);
[[nodiscard]] Result<PresetLibrary> parsePresets(const std::string& text, const std::string& name);
/// The library that came with the program, as built into it.
[[nodiscard]] const Result<PresetLibrary>& shippedPresets();
/// presets.toml beside a protocol; where there is none, the one that came with the program.
[[nodiscard]] Result<PresetLibrary> presetsFor(const std::filesystem::path& protocolFile);

/// The preset that a protocol took, and the file it is from.
struct PresetInUse {
    Preset preset;
    std::string version, hash;
    MilliamperesPerCm2 insensateDensity{};
};

/// Why the preset forbids this stimulus; the first reason. Exactly at a limit is allowed.
[[nodiscard]] std::optional<HardObjection> beyondPreset(const Stimulus& stimulus, const Preset& preset);

/// A soft limit that a stimulus crosses.
struct SoftCrossing {
    std::string parameter, unit;
    double value = 0.0;
    double limit = 0.0;
    std::string sentence; ///< without the full stop
};
/// Those that ask for a reason, in the order of the preset; none twice.
[[nodiscard]] std::vector<SoftCrossing> softCrossings(const Stimulus& stimulus, const PresetInUse& use,
                                                      bool insensateSkin);

} // namespace eccrine::protocols
