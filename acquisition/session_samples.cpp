// SPDX-License-Identifier: GPL-3.0-or-later
// What a session makes of the samples: the values of now, the stimulus, baseline and early response.
#include "acquisition/event_detail.hpp"
#include "acquisition/session.hpp"

#include <algorithm>
#include <cmath>

namespace eccrine::acquisition {
namespace {

std::optional<double> finite(double value) {
    return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

} // namespace

void Session::onCurrent(const AssembledBlock& block, TestTime at) {
    const auto& s = *block.stream;
    const auto period = std::chrono::microseconds{1'000'000'000LL / s.rateMilliHz};
    std::array<double, maxSites> sumCurrent{}, sumVoltage{};
    std::size_t word = 0;
    for (unsigned k = 0; k < block.position.ticks; ++k) {
        Milliamperes highest{};
        for (std::size_t bit = 0; bit < maxSites; ++bit) {
            if (((s.siteMask >> bit) & 1U) == 0) continue;
            for (const ChannelDescription& c : s.channels) {
                const double value = physicalValue(block.words[word++], s.format, c) / 1000.0;
                if (c.measurand == Measurand::AnodeCurrent) {
                    sumCurrent[bit] += value;
                    if (sites_[bit].now.active) highest = std::max(highest, Milliamperes{value});
                }
                if (c.measurand == Measurand::Voltage) sumVoltage[bit] += value;
            }
        }
        if (stimulus_ && everArmed_) stimulus_->add(at + k * period, highest);
    }
    for (std::size_t bit = 0; bit < maxSites; ++bit) {
        if (((s.siteMask >> bit) & 1U) == 0) continue;
        const auto mean = [&](double sum) { return finite(sum / block.position.ticks); };
        const auto current = mean(sumCurrent[bit]);
        const auto voltage = mean(sumVoltage[bit]);
        sites_[bit].now.current = current ? std::optional(Milliamperes{*current}) : std::nullopt;
        sites_[bit].now.voltage = voltage ? std::optional(Volts{*voltage}) : std::nullopt;
    }
    if (!stimulus_) return;
    if (stimulus_->start() && !startSeen_) {
        startSeen_ = true;
        record("stimulus_start", *stimulus_->start());
    }
    if (!stimulus_->stop()) stopSeen_ = false; // it has begun again after a pause: the last stop counts
    if (stimulus_->stop() && !stopSeen_) {
        stopSeen_ = true;
        record("stimulus_stop", *stimulus_->stop());
    }
}

void Session::onHumidity(const AssembledBlock& block, TestTime at) {
    const auto& s = *block.stream;
    const auto period = std::chrono::microseconds{1'000'000'000LL / s.rateMilliHz};
    std::size_t word = 0;
    for (unsigned k = 0; k < block.position.ticks; ++k) {
        for (std::size_t bit = 0; bit < maxSites; ++bit) {
            if (((s.siteMask >> bit) & 1U) == 0) continue;
            analysis::HumidityReading reading;
            for (const ChannelDescription& c : s.channels) {
                const double value = physicalValue(block.words[word++], s.format, c);
                switch (c.measurand) {
                case Measurand::HumidityIn:
                    reading.humidityIn = {value};
                    break;
                case Measurand::TemperatureIn:
                    reading.temperatureIn = {value};
                    break;
                case Measurand::HumidityOut:
                    reading.humidityOut = {value};
                    break;
                case Measurand::TemperatureOut:
                    reading.temperatureOut = {value};
                    break;
                case Measurand::Flow:
                    reading.flow = {value};
                    break;
                case Measurand::Pressure:
                    reading.pressure = pascalsOfKilopascals(value);
                    break;
                default:
                    break;
                }
            }
            Site& site = sites_[bit];
            const double rate = converter_.nanolitresPerMin(reading);
            site.now.humidityIn = reading.humidityIn;
            site.now.humidityOut = reading.humidityOut;
            site.now.temperature = reading.temperatureOut;
            site.now.flow = reading.flow;
            site.now.rate = std::isfinite(rate) ? std::optional(NanolitresPerMin{rate}) : std::nullopt;
            if (timeline_.origin()) onRate(site, rate, reading, at + k * period);
        }
    }
}

void Session::onRate(Site& site, double rate, const analysis::HumidityReading& reading, TestTime at) {
    const Seconds t = at.time_since_epoch();
    if (phase_ == SessionPhase::Baseline && site.baseline)
        site.baseline->add(t.count(), rate, reading.temperatureOut.value, reading.flow.value);
    if (site.early) site.early->add(t, rate / site.now.capsuleArea->value);
}

/// Once per second of test time.
void Session::judgeEarlyResponse() {
    const auto second = std::chrono::floor<std::chrono::seconds>(now_.time_since_epoch());
    if (second == judgedAt_) return;
    judgedAt_ = second;
    for (Site& site : sites_) {
        if (!site.early || !stimulus_ || !stimulus_->start()) continue;
        site.early->stimulusStarted(stimulus_->start()->time_since_epoch());
        site.now.earlyResponse = site.early->verdict();
        const auto& verdict = site.now.earlyResponse;
        const bool warns = verdict.warns() && site.now.voidReason.empty();
        if (warns && !site.poorTold)
            record("poor_response", now_, detailOf({{"remark", jsonString(verdict.remark)}}), site.now.site);
        if (verdict.onset && !site.onsetTold)
            record("sweat_onset", now_, detailOf({{"after_s", decimal(verdict.onset->count())}}),
                   site.now.site);
        site.poorTold = warns;
        site.onsetTold = verdict.onset.has_value();
    }
}

} // namespace eccrine::acquisition
