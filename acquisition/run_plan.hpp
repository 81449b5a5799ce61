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

/// The limits under which the protocol's stimulus may be delivered: the device's a little above what is
/// wanted (SR-5), the host's within the hard ones. A protocol without a stimulus has none.
[[nodiscard]] RunLimits limitsOf(const protocols::Protocol& protocol,
                                 const std::array<bool, maxSites>& active, double declaredSpeed,
                                 std::uint64_t nonce);

/// What the recording says of the test before its first sample.
[[nodiscard]] recording::RecordingHeader headerOf(const SessionRequest& request,
                                                  const devices::FrontEndIdentity& instrument,
                                                  const std::string& recordingId, WallTime started);

/// "2026-01-31T12:00:00Z".
[[nodiscard]] std::string utc(WallTime t);

} // namespace eccrine::acquisition
