// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocols/alarm_signal_file.hpp"

#include "datafiles/strict_toml.hpp"
#include "protocols/source_table.hpp"

#include <array>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace eccrine::protocols {

extern const char* const shippedAlarmSignalsText;

namespace {

using datafiles::StrictTable;
using datafiles::TomlRefusal;
using std::chrono::milliseconds;

AlarmSignal signalFrom(const toml::table& table, StrictTable& in, const std::vector<Source>& sources) {
    AlarmSignal signal;
    signal.flash_hz = in.number("flash_hz", 0.0, 5.0);
    signal.litPart = in.number("lit_part", 0.1, 1.0);
    signal.flashSource = citedSource(sources, table, in, "flash_source", "a flash");
    signal.pulse = milliseconds{std::lround(in.number("pulse_ms", 50, 500))};
    for (const double gap : in.numbers("gaps_ms", 25, 2000))
        signal.gaps.emplace_back(std::lround(gap));
    signal.repeat = in.seconds("repeat_s", 1, 120);
    signal.burstSource = citedSource(sources, table, in, "burst_source", "a burst");
    const milliseconds burst = std::accumulate(signal.gaps.begin(), signal.gaps.end(),
                                               signal.pulse * static_cast<int>(signal.gaps.size() + 1));
    if (burst >= signal.repeat)
        throw TomlRefusal{"the next burst would begin before the end of this one", table.source().begin};
    return signal;
}

AlarmSignals signalsOf(const toml::table& root) {
    StrictTable in(root, "the file");
    static_cast<void>(in.number("schema", 1, 1));
    AlarmSignals file;
    file.id = in.text("id");
    file.version = in.text("version");
    file.title = in.text("title");
    for (const toml::node& node : in.tables("sources"))
        file.sources.push_back(sourceOf(node));
    const toml::table& soundTable = in.table("sound");
    StrictTable sound(soundTable, "[sound]");
    file.soundPaused = sound.seconds("paused_s", 1, 120);
    file.pauseSource = citedSource(file.sources, soundTable, sound, "pause_source", "the pause");
    file.pitch_hz = sound.number("pitch_hz", 150, 1000);
    const double harmonics = sound.number("harmonics", 4, 8);
    if (harmonics != std::floor(harmonics))
        throw TomlRefusal{"\"harmonics\" has to be a whole number", soundTable.source().begin};
    file.harmonics = static_cast<unsigned>(harmonics);
    file.pitchSource = citedSource(file.sources, soundTable, sound, "pitch_source", "the pitch");
    sound.refuseUnknownKeys();
    const std::array order{std::pair{"high", &file.high}, std::pair{"medium", &file.medium},
                           std::pair{"low", &file.low}};
    const toml::array& tables = in.tables("signal");
    if (tables.size() != order.size())
        throw TomlRefusal{"[[signal]] has to be there for high, medium and low, in this order",
                          in.position()};
    for (std::size_t i = 0; i < order.size(); ++i) {
        const toml::table& table = *tables[i].as_table();
        StrictTable each(table, "[[signal]]");
        if (each.text("priority") != order[i].first)
            throw TomlRefusal{"[[signal]] has to be there for high, medium and low, in this order",
                              table.source().begin};
        *order[i].second = signalFrom(table, each, file.sources);
        each.refuseUnknownKeys();
    }
    in.refuseUnknownKeys();
    return file;
}

} // namespace

Result<AlarmSignals> parseAlarmSignals(const std::string& text, const std::string& name) {
    return datafiles::readStrictly<AlarmSignals>(text, name, signalsOf);
}

const AlarmSignals& shippedAlarmSignals() {
    static const AlarmSignals file = [] {
        auto read = parseAlarmSignals(shippedAlarmSignalsText, "alarm-signals.toml");
        if (!read) throw std::logic_error(read.error().sentence()); // it was tested with the program
        return *std::move(read);
    }();
    return file;
}

} // namespace eccrine::protocols
