// SPDX-License-Identifier: GPL-3.0-or-later
#include "acquisition/run_plan.hpp"

#include "acquisition/event_detail.hpp"

#include <algorithm>
#include <cmath>
#include <ctime>

namespace eccrine::acquisition {
namespace {

using protocols::Step;

constexpr double noiseMargin = 1.05; // limits of the device above what is wanted (SR-5)
constexpr std::chrono::seconds timeMargin{60};
constexpr double fastMargin = 1.25; // the interlock's own rule for fast over-current

} // namespace

RunLimits limitsOf(const protocols::Protocol& protocol, const std::array<bool, maxSites>& active,
                   double declaredSpeed, std::uint64_t nonce) {
    RunLimits run;
    const protocols::Stimulus* stimulus = nullptr;
    for (const Step& step : protocol.steps)
        if (step.stimulus) stimulus = &*step.stimulus;
    if (stimulus == nullptr) return run;
    run.device.nonce = nonce;
    const double steepest = stimulus->current.value / std::min(stimulus->rampUp, stimulus->rampDown).count();
    run.device.slope_uA_per_s = static_cast<std::uint32_t>(std::ceil(noiseMargin * steepest * 1000.0));
    run.device.voltage_mV = static_cast<std::uint32_t>(stimulus->voltageLimit.value * 1000.0);
    run.device.time_ms = static_cast<std::uint32_t>((stimulus->atMost + timeMargin).count() * 1000.0);
    run.host.declaredSpeed = declaredSpeed;
    for (std::size_t i = 0; i < maxSites; ++i) {
        if (!active[i]) continue;
        run.siteMask = static_cast<std::uint8_t>(run.siteMask | (1U << i));
        run.device.current_uA[i] =
            static_cast<std::int32_t>(std::lround(noiseMargin * stimulus->current.value * 1000.0));
        run.device.charge_uC[i] = static_cast<std::uint32_t>(noiseMargin * stimulus->charge.value * 1000.0);
        const auto most = std::min<std::int32_t>(
            static_cast<std::int32_t>(fastMargin * 1000.0 * stimulus->current.value), hard::current.value);
        run.host.sites[i] = SiteLimits{{most}, stimulus->charge, stimulus->voltageLimit};
    }
    return run;
}

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
    for (const Step& step : request.protocol.steps) {
        if (!step.stimulus) continue;
        h.meta["protocol.charge_mc"] = decimal(step.stimulus->charge.value);
        h.meta["protocol.current_ma"] = decimal(step.stimulus->current.value);
    }
    // norms hold for one family of devices; what the virtual instrument gives belongs to none on the market
    if (instrument.simulated) h.meta["device.family"] = "virtual";
    h.meta["device.serial"] = instrument.serial;
    h.meta["device.firmware"] = instrument.firmware;
    h.meta["device.boot_id"] = std::to_string(instrument.bootId);
    if (instrument.declaredSpeed > 1.0) h.meta["device.speed"] = decimal(instrument.declaredSpeed);
    h.meta["software"] = std::string("Eccrine ") + ECCRINE_VERSION;
    h.meta["started_utc"] = utc(started);
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
    return h;
}

std::string utc(WallTime t) {
    const std::time_t seconds =
        std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(t));
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text.data();
}

} // namespace eccrine::acquisition
