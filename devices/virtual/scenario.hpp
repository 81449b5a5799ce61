// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.hpp"
#include "core/failure.hpp"
#include "core/quantity.hpp"
#include "core/sample.hpp"
#include "devices/virtual/artefacts.hpp"
#include "devices/virtual/site_mask.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eccrine::devices::virtual_instrument {

enum class FaultKind {
    Unplug,         ///< the link is gone: TCP connection closed, pty hung up; comes back after the duration
    FrozenHumidity, ///< the outlet hygrometer repeats its last reading
    OpenElectrode,  ///< no contact
    LostFrames,     ///< DATA and STATUS frames vanish with the given probability
    HumidityStep,   ///< the capsule lifts off or is seated: the outlet humidity jumps
    Dropout,        ///< the outlet hygrometer gives what no hygrometer can
    Leak,           ///< vapour escapes at the capsule's edge: only a part of it is seen
    Film,           ///< sweat outruns evaporation: the rest lies on the skin and dries later
    Burst,          ///< arousal: more sweat
};

/// One `[[fault]]`. Its time is device time after the anchor.
struct ScenarioFault {
    enum class Anchor { FirstStreamStart, Stimulus };
    FaultKind kind{};
    Anchor anchor = Anchor::FirstStreamStart;
    Seconds at{};
    std::optional<Seconds> duration; ///< absent: to the end
    std::uint8_t siteMask = 0x0F;    ///< all sites unless `site` names one
    double probability = 1.0;        ///< of losing a frame
    double amount =
        0.0; ///< step in %RH, part that a leak leaves, outlet humidity of a film in %RH, burst in nL/min
};

struct Scenario {
    std::string title;
    std::vector<ScenarioFault> faults;
};

/// Refused whole, with file, line and column, when anything in it is wrong.
[[nodiscard]] Result<Scenario> parseScenario(std::string_view toml, const std::string& name);
[[nodiscard]] Result<Scenario> readScenario(const std::filesystem::path& file);

/// What is wrong at an instant.
struct ActiveFaults {
    bool unplugged = false;
    std::uint8_t frozenHumidity = 0; ///< site mask
    std::uint8_t openElectrode = 0;  ///< site mask
    double frameLoss = 0.0;          ///< probability
    PerSite<Artefacts> artefacts{};
    friend bool operator==(const ActiveFaults&, const ActiveFaults&) = default;
};

/// Follows a scenario along device time. The anchors are set once per start of the program: the first stream
/// start and the first stimulus, so that a fault comes once.
class FaultSchedule {
public:
    FaultSchedule() = default;
    explicit FaultSchedule(Scenario scenario) : scenario_(std::move(scenario)) {}

    void streamStarted(DeviceTime at);
    void stimulusStarted(DeviceTime at);
    [[nodiscard]] ActiveFaults at(DeviceTime now) const;

private:
    Scenario scenario_;
    std::optional<DeviceTime> streamStart_;
    std::optional<DeviceTime> stimulus_;
};

} // namespace eccrine::devices::virtual_instrument
