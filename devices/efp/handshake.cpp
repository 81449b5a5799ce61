// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/efp/handshake.hpp"

#include <charconv>
#include <string_view>
#include <utility>

namespace eccrine::devices::efp {
namespace {

constexpr double highestDeclaredSpeed = 1000.0;

/// `virtual instrument; speed=20; seed=1; preset=healthy`
double declaredSpeed(std::string_view log) {
    constexpr std::string_view key = "; speed=";
    const auto at = log.find(key);
    if (!log.starts_with("virtual instrument") || at == std::string_view::npos) return 1.0;
    const auto digits = log.substr(at + key.size());
    double speed = 1.0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), speed);
    return error == std::errc{} && speed >= 1.0 && speed <= highestDeclaredSpeed ? speed : 1.0;
}

std::string numbered(std::size_t n, const std::string& one) {
    return std::to_string(n) + " " + one + (n == 1 ? "" : "s");
}

} // namespace

void Handshake::onFrame(const Frame& frame) {
    switch (static_cast<Type>(frame.header.type)) {
    case Type::Hello:
        if (const auto m = Hello::parse(frame.payload)) {
            if (m->nonce == nonce_) {
                hello_ = m;
                simulated_ = (frame.header.flags & FrameHeader::simulatedFlag) != 0;
            } else {
                stranger_ = true;
            }
        }
        break;
    case Type::Describe:
        if (auto m = parseDescribe(frame.payload); m && hello_) streams_[m->id] = std::move(*m);
        break;
    case Type::Acknowledge:
        if (const auto m = parseAcknowledge(frame.payload);
            m && m->type == code(Type::HelloRequest) && m->result != code(Answer::Ok))
            refusal_ = static_cast<Answer>(m->result);
        break;
    case Type::Log:
        if (hello_ && !log_)
            log_.emplace(reinterpret_cast<const char*>(frame.payload.data()), frame.payload.size());
        break;
    case Type::HelloRequest:
        echo_ = true;
        break;
    default:
        break; // streams of an earlier connection may still be running
    }
}

Handshake::State Handshake::state() const {
    if (refusedForGood() || (hello_ && hello_->version != protocolVersion)) return State::Finished;
    if (!described()) return State::Asking; // also while busy: a lease left by a dead host expires
    return simulated_ && !log_ ? State::OnlyLogIsLeft : State::Finished;
}

Result<FrontEndIdentity> Handshake::outcome(const std::string& url, const LinkEvidence& link) const {
    const std::string ours = ", this program speaks version " + std::to_string(protocolVersion);
    const std::string update = "update the instrument's firmware or Eccrine";
    if (hello_ && hello_->version != protocolVersion)
        return failed("the instrument speaks EFP version " + std::to_string(hello_->version) + ours, url,
                      update);
    if (refusedForGood() || (!hello_ && link.framesOfOtherVersion > 0))
        return failed("the instrument speaks another version of EFP" + ours, url, update);
    if (!hello_) {
        if (refusal_)
            return failed("the instrument is armed for another host", url, "stop the test there first");
        if (!link.tookOurBytes) return failed("the port takes no data", url, "check the cable");
        if (link.bytesIn == 0)
            return failed("nothing answers", url,
                          "check that the instrument is on and that this is its port");
        if (echo_)
            return failed("the port only sends back what it is sent", url,
                          "check that this is the instrument's port");
        if (stranger_) return failed("the instrument answers another program", url, "close that program");
        return failed("something answers, but not in EFP/1", url, "check that this is the instrument's port");
    }
    if (!described())
        return failed("the instrument announced " + numbered(hello_->streams, "stream") + " and described " +
                          std::to_string(streams_.size()),
                      url, "switch the instrument off and on");
    if (hello_->sites < 1 || hello_->sites > maxSites)
        return failed("the instrument says it has " + numbered(hello_->sites, "site") +
                          ", this program handles 1 to " + std::to_string(maxSites),
                      url, update);
    FrontEndIdentity identity;
    identity.url = url;
    identity.serial = hello_->serialText();
    identity.firmware = std::to_string(hello_->firmware[0]) + "." + std::to_string(hello_->firmware[1]) +
                        "." + std::to_string(hello_->firmware[2]);
    identity.hardware = hello_->hardware;
    identity.bootId = hello_->bootId;
    identity.protocolMinor = hello_->minor;
    identity.sites = hello_->sites;
    identity.capabilities = hello_->capabilities;
    identity.simulated = simulated_;
    if (simulated_ && log_) identity.declaredSpeed = declaredSpeed(*log_);
    for (const auto& [id, stream] : streams_)
        identity.streams.push_back(stream);
    return identity;
}

} // namespace eccrine::devices::efp
