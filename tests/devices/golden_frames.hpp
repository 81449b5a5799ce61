// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "devices/efp/frame.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// The golden frames of docs/formats/efp.md: produced by an independent reference, not by the codec under
/// test. Wire bytes in hex.
namespace eccrine::devices::efp::golden {

inline constexpr std::string_view helloRequest =
    "03 01 01 01 02 01 01 01 01 01 01 01 01 01 01 01 0b 88 77 66 55 44 33 22 11 01 01 01 05 85 f3 35 27 "
    "00";
inline constexpr std::string_view hello =
    "04 01 81 01 01 01 01 01 03 dc 05 01 01 01 01 01 0e 88 77 66 55 44 33 22 11 01 04 02 01 1f 01 01 06 "
    "be ba fe ca 01 02 02 02 03 02 04 09 45 43 43 30 30 30 34 32 01 01 01 01 01 01 01 05 3c d9 dc d7 00";
inline constexpr std::string_view describe =
    "04 01 83 01 02 01 01 01 03 40 06 01 01 01 01 01 08 01 02 03 0f 40 42 0f 02 01 01 01 01 01 01 02 3f "
    "01 01 01 02 02 01 01 01 01 01 02 3f 01 01 01 02 03 01 01 05 0a d7 23 3c 01 01 01 05 0f 5e 59 93 00";
inline constexpr std::string_view streamStart =
    "03 01 10 01 02 02 01 01 01 01 01 01 01 01 01 01 04 01 0f 0a 04 40 42 0f 05 a2 8d 22 71 00";
inline constexpr std::string_view data =
    "03 01 90 01 02 07 01 01 04 80 84 1e 01 01 01 01 06 01 02 01 03 02 01 01 06 05 04 03 02 01 01 01 03 "
    "a0 0f 09 60 f0 ff 40 42 0f a2 0f 0b 62 f0 ff ff ff ff e9 9a ed 11 00";
inline constexpr std::string_view setLimits =
    "03 01 21 01 02 28 01 01 01 01 01 01 01 01 01 01 0b 18 07 f6 e5 d4 c3 b2 a1 34 08 01 04 f0 9c 09 01 "
    "01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 04 40 7e 05 03 60 ea 01 02 d2 "
    "01 01 01 01 01 01 05 74 aa 96 9a 00";
inline constexpr std::string_view limitsEcho =
    "04 01 a4 01 02 28 01 01 04 20 40 2c 01 01 01 01 0b 18 07 f6 e5 d4 c3 b2 a1 34 08 01 04 f0 9c 09 01 "
    "01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 04 40 7e 05 03 60 ea 01 02 d2 "
    "01 01 01 01 01 01 05 b8 be 56 1c 00";
inline constexpr std::string_view arm =
    "03 01 22 01 02 29 01 01 01 01 01 01 01 01 01 01 0a 18 07 f6 e5 d4 c3 b2 a1 29 01 01 03 01 01 01 05 "
    "b6 51 74 bb 00";
inline constexpr std::string_view setCurrent =
    "03 01 20 01 02 2a 01 01 01 01 01 01 01 01 01 01 0a 18 07 f6 e5 d4 c3 b2 a1 2a 01 01 03 d0 07 01 01 "
    "01 01 01 01 01 01 01 01 01 01 01 02 c8 01 01 09 f4 01 01 01 68 46 63 3f 00";
inline constexpr std::string_view acknowledge =
    "04 01 a0 01 02 2a 01 01 04 3b c7 2d 01 01 01 01 02 20 01 01 02 2a 01 01 05 0e 51 38 53 00";
inline constexpr std::string_view refusal =
    "04 01 a0 03 02 2b 01 01 04 b4 c8 2d 01 01 01 01 03 20 06 01 02 2b 01 01 05 08 1d dc 98 00";
inline constexpr std::string_view stop = "03 01 2f 01 05 ff ff ff ff 01 01 01 01 01 01 01 05 37 e7 e9 ac 00";
inline constexpr std::string_view status =
    "03 01 a1 01 03 2c 01 01 04 40 4b 4c 01 01 01 01 0a 18 07 f6 e5 d4 c3 b2 a1 2a 01 01 01 01 01 01 0a "
    "66 04 e5 9e e0 01 06 01 57 05 0b 09 74 0e 01 03 d0 07 01 03 ce 07 01 04 40 e2 01 01 01 01 01 01 01 "
    "01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 05 1b 15 "
    "b1 aa 00";
inline constexpr std::string_view timeSyncRequest =
    "03 01 02 01 02 09 01 01 05 15 cd 5b 07 01 01 01 05 39 33 f6 12 00";
inline constexpr std::string_view timeSyncReply =
    "04 01 82 01 02 09 01 01 04 3a 4c 4c 01 01 01 01 05 15 cd 5b 07 01 01 01 04 08 4c 4c 01 01 01 01 05 "
    "8d 46 70 7c 00";
inline constexpr std::string_view event =
    "03 01 a3 01 02 01 01 01 04 e0 d1 4d 01 01 01 01 02 03 01 04 02 5a 0a 01 06 05 04 03 02 01 01 01 05 "
    "35 63 33 a7 00";
/// How the LOG frame of 300 letters U begins; it is 323 bytes long and its checksum is 3994821A.
inline constexpr std::string_view logStart = "03 01 fe 01 02 02 01 01 ff 08 07 06 05 04 03 02 01 55";
inline constexpr std::size_t logBytes = 323;
inline constexpr std::uint32_t logChecksum = 0x3994821AU;
inline const std::string logText(300, 'U');

inline constexpr std::array<std::string_view, 16> printedWhole{
    helloRequest, hello,       describe, streamStart, data,   setLimits,       limitsEcho,    arm,
    setCurrent,   acknowledge, refusal,  stop,        status, timeSyncRequest, timeSyncReply, event};

/// "03 01" to bytes.
[[nodiscard]] inline std::vector<std::byte> bytes(std::string_view hex) {
    const auto digit = [](char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10); };
    std::vector<std::byte> out;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 3)
        out.push_back(static_cast<std::byte>(digit(hex[i]) << 4U | digit(hex[i + 1])));
    return out;
}

} // namespace eccrine::devices::efp::golden
