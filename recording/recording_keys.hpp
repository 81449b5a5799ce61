// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/failure.hpp"
#include "core/site_signals.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace eccrine::recording {

/// A finite number with a decimal point; a leading + is allowed.
[[nodiscard]] std::optional<double> finiteNumber(std::string_view text);
/// The beginning of a text in quotes, for a sentence; control characters become question marks.
[[nodiscard]] std::string inQuotes(std::string_view text);

/// What is wrong with a key; thrown by RecordingKeys, turned into a Failure by the readers.
struct KeyRefusal {
    std::string what, remedy;
};

/// What is stated about a recording as "key: value" (docs/formats/recording-csv.md): stimulus, flow
/// reference, capsule constants, pressure; any other key is kept as it is. The same for every file format and
/// for the command line.
class RecordingKeys {
public:
    /// Throws KeyRefusal for a value that cannot be. A key given again replaces the one before.
    void set(const std::string& key, std::string_view value);
    [[nodiscard]] bool hasFlowReference() const { return flowReference_ || volumeMeter_; }
    /// Writes everything into the recording. Throws KeyRefusal when a key names a site that is not there, and
    /// when one would take the mark from a simulated recording.
    void applyTo(RecordedTest& test) const;

private:
    /// A number, or `site=number` pairs. The key "" holds the number for every site.
    using PerSite = std::map<std::string, double>;
    std::map<std::string, std::string> meta_;
    std::optional<std::string> protocol_;
    std::optional<bool> simulated_;
    std::optional<Seconds> stimulusStart_, stimulusStop_;
    std::optional<FlowReference> flowReference_;
    std::optional<VolumeMeter> volumeMeter_; ///< in place of a flow reference
    std::map<std::string, PerSite> perSite_;
};

/// Keys that state what the sensors' data sheets say; a recording file keeps them beside its other keys.
[[nodiscard]] bool isAccuracyKey(std::string_view key);

/// The recording's column for a name like "rh_out_pct". Both empty: not known.
struct KnownColumn {
    std::vector<double> HumiditySignals::*humidity = nullptr;
    std::vector<double> CurrentSignals::*current = nullptr;
    [[nodiscard]] bool known() const { return humidity != nullptr || current != nullptr; }
};
[[nodiscard]] KnownColumn columnOf(std::string_view quantity);
/// The known quantity that `quantity` looks like in another unit; empty: none.
[[nodiscard]] std::string_view otherUnitOf(std::string_view quantity);

/// The site of this name, appended when it is not there yet.
[[nodiscard]] std::size_t siteIn(RecordedTest& test, std::string_view name);

} // namespace eccrine::recording
