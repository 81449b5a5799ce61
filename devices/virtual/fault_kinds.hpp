// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eccrine::devices::virtual_instrument {

/// What can be made to go wrong. Names, keys and rows of the fault catalogue: faultTable().
enum class FaultKind : std::uint8_t {
    Unplug,              ///< the link is gone: TCP connection closed, pty hung up; back after the duration
    FrozenHumidity,      ///< the outlet hygrometer repeats its last reading
    OpenElectrode,       ///< no contact
    LostFrames,          ///< DATA and STATUS frames vanish with the given probability
    HumidityStep,        ///< the capsule lifts off or is seated: the outlet humidity jumps
    Dropout,             ///< the outlet hygrometer gives what no hygrometer can
    Leak,                ///< vapour escapes at the capsule's edge: only a part of it is seen
    Film,                ///< sweat outruns evaporation: the rest lies on the skin and dries later
    Burst,               ///< arousal: more sweat
    DuplicatedFrames,    ///< a frame comes twice
    ReorderedFrames,     ///< a frame comes after the one that follows it
    LateBurst,           ///< silence, then everything at once with its old device times
    FlippedBytes,        ///< a byte of a frame is another one on arrival
    ImpossibleValue,     ///< a field of a stream carries what no number is
    HumiditySpikes,      ///< single readings of the outlet hygrometer jump
    HumidityDrift,       ///< the outlet hygrometer wanders off
    HumiditySaturated,   ///< the outlet hygrometer reads 100 %RH
    FrozenCurrent,       ///< the current converter repeats its codes
    StuckOutput,         ///< the source delivers its maximum, whatever is set
    GainError,           ///< the source delivers another current than it is told
    LiftedElectrode,     ///< only a part of the electrode touches
    IntermittentContact, ///< contact comes and goes
    DryingPads,          ///< the resistance rises
    BridgedElectrodes,   ///< gel between the electrodes: a short circuit beside the skin
    SwappedLeads,        ///< anode and cathode exchanged
    WeldedRelay,         ///< current although the relay is commanded open
    LyingStatus,         ///< current while the device says that there is none
    EarthLeak,           ///< a part of the anode's current does not come back by the cathode
    MainsRipple,         ///< alternating current on top
    Restart,             ///< the device starts again: another boot id, counters from the beginning
    MemoryChecksum,      ///< the device finds its stored constants damaged
    Identity,            ///< another firmware version or serial number in the next hello
    ClockDrift,          ///< the device's crystal is off
    ClockWrap,           ///< time stamps of 32 bits that begin again at zero
    PatientButton,       ///< the patient presses the button
    EmergencyStop,       ///< the emergency-stop line is broken
    Battery,             ///< percent left
};
inline constexpr std::size_t faultKinds = static_cast<std::size_t>(FaultKind::Battery) + 1;

/// Fields of the two streams in the order of the words of `field`.
enum class StreamField : std::uint8_t {
    HumidityIn,
    TemperatureIn,
    HumidityOut,
    TemperatureOut,
    Flow,
    Pressure,
    Anode,
    Cathode,
    Voltage
};
inline constexpr std::size_t streamFields = 9;

struct FaultTraits {
    /// A number in [least, most]; required unless `otherwise` is given.
    struct Number {
        std::string_view key;
        double least, most;
        std::optional<double> otherwise = std::nullopt;
    };
    /// One of the words; required unless `otherwise` is given.
    struct Word {
        std::string_view key;
        std::vector<std::string> choices;
        std::optional<std::size_t> otherwise = std::nullopt;
    };
    struct Flag {
        std::string_view key;
        bool otherwise;
    };
    enum class Lasts { AsLongAsSaid, MustBeSaid, ByItself };

    FaultKind kind;
    std::string_view name;
    std::string_view catalogue; ///< row of the fault catalogue, e.g. "F-13"; empty: none
    bool perSite = false;       ///< may name a site
    std::vector<Number> numbers = {};
    std::vector<Word> words = {};
    std::vector<Flag> flags = {};
    std::vector<std::string_view> texts = {};
    Lasts lasts = Lasts::AsLongAsSaid; ///< duration_s
};

/// In the order of FaultKind.
[[nodiscard]] const std::vector<FaultTraits>& faultTable();
[[nodiscard]] inline const FaultTraits& traitsOf(FaultKind kind) {
    return faultTable()[static_cast<std::size_t>(kind)];
}
[[nodiscard]] std::optional<FaultKind> faultKindNamed(std::string_view name);

} // namespace eccrine::devices::virtual_instrument
