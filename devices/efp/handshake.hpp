// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/failure.hpp"
#include "devices/efp/frame.hpp"
#include "devices/efp/messages.hpp"
#include "devices/front_end.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace eccrine::devices::efp {

/// What an instrument says between HELLO_REQ and the first request: HELLO, one DESCRIBE per stream and, from
/// the virtual instrument, a LOG with its speed. No clock and no link: frames in, the identity or the reason
/// why there is none out.
class Handshake {
public:
    enum class State {
        Asking,        ///< HELLO or descriptions are missing: ask again
        OnlyLogIsLeft, ///< a simulated instrument that has not said its speed; it need not
        Finished,      ///< outcome() will not change any more
    };
    /// What the link saw besides whole frames; tells silence from a foreign device.
    struct LinkEvidence {
        bool tookOurBytes = true;
        std::uint64_t bytesIn = 0;
        std::uint64_t framesOfOtherVersion = 0;
    };

    /// `nonce`: of the HELLO_REQ; an answer to another one is not for us.
    explicit Handshake(std::uint64_t nonce) : nonce_(nonce) {}
    void onFrame(const Frame& frame);
    [[nodiscard]] State state() const;
    [[nodiscard]] Result<FrontEndIdentity> outcome(const std::string& url, const LinkEvidence& link) const;

private:
    [[nodiscard]] bool described() const { return hello_ && streams_.size() >= hello_->streams; }
    [[nodiscard]] bool refusedForGood() const { return refusal_ && *refusal_ != Answer::Busy; }

    std::uint64_t nonce_;
    std::optional<Hello> hello_;
    bool simulated_ = false;
    bool echo_ = false;     ///< our own request came back: a loop, not an instrument
    bool stranger_ = false; ///< a HELLO for another nonce
    std::optional<Answer> refusal_;
    std::map<std::uint8_t, StreamDescription> streams_;
    std::optional<std::string> log_;
};

} // namespace eccrine::devices::efp
