// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "acquisition/device_loop.hpp"
#include "devices/front_end.hpp"
#include "protocols/capsule_file.hpp"
#include "protocols/protocol_file.hpp"
#include "recording/recording_writer.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace eccrine::acquisition {

/// What a test is asked to be.
struct SessionRequest {
    protocols::Protocol protocol;
    std::filesystem::path recordingFile;
    std::array<std::string, maxSites> siteNames; ///< in the order of the site bits
    std::array<bool, maxSites> active{};
    protocols::CapsuleSet capsules;
    std::map<std::string, std::string> meta; ///< stored as written
    bool stimulateWithoutOperator = false;
};

/// Which channel of the front end goes where.
struct SiteChoice {
    std::array<std::string, maxSites> names; ///< in the order of the site bits
    std::array<bool, maxSites> active{};
};
/// The sites that are wanted, as the protocol names them, on an instrument with so many channels. Refused: a
/// site that the protocol does not know, two on one channel, a channel that the instrument does not have.
[[nodiscard]] Result<SiteChoice> chooseSites(const protocols::Protocol& protocol,
                                             const std::vector<std::string>& wanted, std::size_t channels);

/// Refused, by the session itself and whoever read the protocol: a stimulus beyond the hard limits.
[[nodiscard]] Done withinHardLimits(const protocols::Protocol& protocol);

/// The soft limits that the protocol crosses; those of insensate skin count where meta "skin.insensate" is
/// "yes".
[[nodiscard]] std::vector<protocols::SoftCrossing>
crossingsOf(const protocols::Protocol& protocol, const std::map<std::string, std::string>& meta);

/// Refused while a hard stop of the protocol's preparation has not been confirmed (meta "check.ID"), or a
/// soft limit is crossed and nobody gave a reason (meta "confirm.PARAMETER"; by whom: "confirm.by").
[[nodiscard]] Done unconfirmed(const SessionRequest& request);

/// The limits under which the protocol's stimulus may be delivered: the device's a little above what is
/// wanted (SR-5), the host's within the hard ones. A protocol without a stimulus has none.
[[nodiscard]] RunLimits limitsOf(const protocols::Protocol& protocol,
                                 const std::array<bool, maxSites>& active, double declaredSpeed,
                                 std::uint64_t nonce);

/// What the recording says of the test before its first sample.
[[nodiscard]] recording::RecordingHeader headerOf(const SessionRequest& request,
                                                  const devices::FrontEndIdentity& instrument,
                                                  const std::string& recordingId, WallTime started);

} // namespace eccrine::acquisition
