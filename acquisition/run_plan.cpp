// SPDX-License-Identifier: GPL-3.0-or-later
#include "acquisition/run_plan.hpp"

#include "acquisition/event_detail.hpp"
#include "core/wall_time.hpp"

#include <algorithm>
#include <cmath>

namespace eccrine::acquisition {
namespace {

using protocols::Step;

constexpr double noiseMargin = 1.05; // limits of the device above what is wanted (SR-5)
constexpr std::chrono::seconds timeMargin{60};
constexpr double fastMargin = 1.25; // the interlock's own rule for fast over-current

} // namespace

Result<SiteChoice> chooseSites(const protocols::Protocol& protocol, const std::vector<std::string>& wanted,
                               std::size_t channels) {
    SiteChoice choice;
    std::string known;
    for (std::size_t i = 0; i < maxSites; ++i)
        choice.names[i] =
            protocol.sites.empty() ? std::string(standardSites[i]) : "channel_" + std::to_string(i + 1);
    for (const protocols::TestSite& site : protocol.sites)
        known += (known.empty() ? "" : ", ") + site.id;
    for (const std::string& name : wanted) {
        std::size_t channel = maxSites;
        for (std::size_t i = 0; protocol.sites.empty() && i < maxSites; ++i)
            if (name == standardSites[i]) channel = i;
        for (const protocols::TestSite& site : protocol.sites)
            if (name == site.id) channel = site.channel;
        if (channel == maxSites)
            return failed("the instrument has no site \"" + name + "\"", {},
                          known.empty() ? "choose another site" : "choose one of " + known,
                          Failure::Kind::Call);
        if (!protocol.sites.empty() && channel >= channels)
            return failed("the site \"" + name + "\" needs channel " + std::to_string(channel + 1) +
                              ", which the instrument does not have",
                          {}, "choose another site or instrument", Failure::Kind::Call);
        if (choice.active[channel] && choice.names[channel] != name)
            return failed("\"" + choice.names[channel] + "\" and \"" + name + "\" are both on channel " +
                              std::to_string(channel + 1),
                          {}, "choose one site for each limb", Failure::Kind::Call);
        choice.names[channel] = name;
        choice.active[channel] = channel < channels;
    }
    return choice;
}

Done withinHardLimits(const protocols::Protocol& protocol) {
    for (const Step& step : protocol.steps)
        if (step.stimulus)
            if (const auto objection = protocols::beyondHardLimits(*step.stimulus))
                return failed(objection->what, "protocol " + protocol.id, "correct the protocol");
    return {};
}

std::vector<protocols::SoftCrossing> crossingsOf(const protocols::Protocol& protocol,
                                                 const std::map<std::string, std::string>& meta) {
    const auto skin = meta.find("skin.insensate");
    return protocols::softCrossings(protocol, skin != meta.end() && skin->second == "yes");
}

Done unconfirmed(const SessionRequest& request) {
    for (const protocols::SoftCrossing& c : crossingsOf(request.protocol, request.meta)) {
        const auto reason = request.meta.find("confirm." + c.parameter);
        if (reason == request.meta.end() || reason->second.find_first_not_of(" \t\r\n") == std::string::npos)
            return failed(
                c.sentence, "protocol " + request.protocol.id,
                "choose a protocol within its limits; with a simulated instrument a reason may be given: "
                "eccrine run --confirm " +
                    c.parameter + " --reason TEXT",
                Failure::Kind::Call);
    }
    for (const protocols::Preparation& p : request.protocol.preparation) {
        const auto found = request.meta.find("check." + p.id);
        if (p.hardStop && (found == request.meta.end() || found->second.empty()))
            return failed("this has not been confirmed: " + p.title, {}, "do it and confirm it",
                          Failure::Kind::Call);
    }
    return {};
}

RunLimits limitsOf(const protocols::Protocol& protocol, const std::array<bool, maxSites>& active,
                   double declaredSpeed, std::uint64_t nonce) {
    RunLimits run;
    const protocols::Stimulus* stimulus = nullptr;
    for (const Step& step : protocol.steps)
        if (step.stimulus) stimulus = &*step.stimulus;
    if (stimulus == nullptr) return run;
    run.device.nonce = nonce;
    // of the rise (SR-10); the fall may be steeper
    const double rise = stimulus->current.value / stimulus->rampUp.count();
    run.device.slope_uA_per_s = static_cast<std::uint32_t>(std::ceil(noiseMargin * rise * 1000.0));
    run.fall_uA_per_s =
        static_cast<std::uint32_t>(std::ceil(stimulus->current.value / stimulus->rampDown.count() * 1000.0));
    run.device.voltage_mV =
        static_cast<std::uint32_t>(1000.0 * std::min(stimulus->voltageLimit, hard::voltage).value);
    run.device.time_ms = static_cast<std::uint32_t>((stimulus->atMost + timeMargin).count() * 1000.0);
    run.host.declaredSpeed = declaredSpeed;
    for (std::size_t i = 0; i < maxSites; ++i) {
        if (!active[i]) continue;
        run.siteMask = static_cast<std::uint8_t>(run.siteMask | (1U << i));
        // what no program ever allows is no limit of the device either
        run.device.current_uA[i] = std::min<std::int32_t>(
            static_cast<std::int32_t>(std::lround(noiseMargin * stimulus->current.value * 1000.0)),
            hard::current.value);
        run.device.charge_uC[i] = static_cast<std::uint32_t>(
            1000.0 * std::min(noiseMargin * stimulus->charge.value, hard::charge.value));
        const auto most = std::min<std::int32_t>(
            static_cast<std::int32_t>(fastMargin * 1000.0 * stimulus->current.value), hard::current.value);
        run.host.sites[i] = SiteLimits{{most}, stimulus->charge, stimulus->voltageLimit};
    }
    return run;
}

namespace {

std::string valueOr(const std::map<std::string, std::string>& meta, const std::string& key,
                    const std::string& otherwise) {
    const auto found = meta.find(key);
    return found == meta.end() || found->second.empty() ? otherwise : found->second;
}

/// Under which preset the current flows, and what went beyond its soft limits with whose reason.
void statePreset(recording::RecordingHeader& h, const SessionRequest& request) {
    const auto& use = request.protocol.preset;
    if (!use) return;
    h.meta["preset.id"] = use->preset.id;
    h.meta["preset.version"] = use->version;
    h.meta["preset.sha256"] = use->hash;
    h.meta["preset.polarity"] = protocols::nameOf(use->preset.polarity);
    h.meta["preset.polarity_reviewed_by"] =
        use->preset.reviewedBy.empty() ? "nobody" : use->preset.reviewedBy;
    std::string confirmed;
    for (const auto& c : crossingsOf(request.protocol, request.meta))
        confirmed.append(confirmed.empty() ? "" : "; ")
            .append(c.sentence)
            .append(", reason: ")
            .append(valueOr(request.meta, "confirm." + c.parameter, "none"));
    if (!confirmed.empty())
        h.meta["preset.confirmed"] =
            confirmed + " (" + valueOr(request.meta, "confirm.by", "an unnamed person") + ")";
}

/// What the sensors' data sheets state, as keys of the recording.
void stateAccuracy(recording::RecordingHeader& h) {
    const auto state = [&](const char* key, std::optional<double> SensorAccuracy::*stated, double unit) {
        std::string pairs;
        for (const SiteSignals& s : h.sites)
            if (const auto& value = s.capsule.accuracy.*stated)
                pairs += (pairs.empty() ? "" : ";") + s.site + "=" + decimal(*value * unit);
        if (!pairs.empty()) h.meta[key] = pairs;
    };
    constexpr double percent = 100.0;
    state("accuracy_rh_pct", &SensorAccuracy::humidity_pct, 1.0);
    state("accuracy_rh_gain_pct", &SensorAccuracy::humidityGain_part, percent);
    state("accuracy_t_k", &SensorAccuracy::temperature_k, 1.0);
    state("accuracy_pressure_kpa", &SensorAccuracy::pressure_kpa, 1.0);
    state("accuracy_flow_pct", &SensorAccuracy::flow_part, percent);
}

} // namespace

recording::RecordingHeader headerOf(const SessionRequest& request,
                                    const devices::FrontEndIdentity& instrument,
                                    const std::string& recordingId, WallTime started) {
    recording::RecordingHeader h;
    h.id = recordingId;
    h.protocol = request.protocol.id;
    h.protocolHash = request.protocol.hash;
    h.simulated = instrument.simulated;
    h.meta = request.meta;
    h.meta["protocol.title"] = request.protocol.title;
    h.meta["protocol.version"] = request.protocol.version;
    h.meta["protocol.drug"] = request.protocol.drug;
    if (const auto& questions = request.protocol.questions) {
        h.meta["checklist.id"] = questions->id;
        h.meta["checklist.version"] = questions->version;
        h.meta["checklist.sha256"] = questions->hash;
    }
    if (request.protocol.test == protocols::Protocol::Test::Pilocarpine) h.meta["test"] = "pilocarpine";
    for (const Step& step : request.protocol.steps) {
        if (!step.stimulus) continue;
        h.meta["protocol.charge_mc"] = decimal(step.stimulus->charge.value);
        h.meta["protocol.current_ma"] = decimal(step.stimulus->current.value);
        h.meta["protocol.voltage_limit_v"] = decimal(step.stimulus->voltageLimit.value);
    }
    // norms hold for one family of devices; what the virtual instrument gives belongs to none on the market
    if (instrument.simulated) h.meta["device.family"] = "virtual";
    h.meta["device.serial"] = instrument.serial;
    h.meta["device.firmware"] = instrument.firmware;
    h.meta["device.boot_id"] = std::to_string(instrument.bootId);
    if (instrument.declaredSpeed > 1.0) h.meta["device.speed"] = decimal(instrument.declaredSpeed);
    h.meta["software"] = std::string("Eccrine ") + ECCRINE_VERSION;
    h.meta["started_utc"] = utcText(started);
    std::string active;
    for (std::size_t i = 0; i < maxSites; ++i)
        if (request.active[i]) active += (active.empty() ? "" : ",") + request.siteNames[i];
    h.meta["active_sites"] = active;
    h.streams = instrument.streams;
    for (const std::string& name : request.siteNames) {
        SiteSignals s;
        s.site = name;
        if (const auto found = request.capsules.find(name); found != request.capsules.end())
            s.capsule = found->second;
        h.sites.push_back(std::move(s));
    }
    stateAccuracy(h);
    statePreset(h, request);
    return h;
}

} // namespace eccrine::acquisition
