// SPDX-License-Identifier: GPL-3.0-or-later
// What one frame costs: 10 ms of 4 sites, 3 channels of 24 bits at 1 kHz (396 raw bytes), and the longest
// frame.
#include "core/crc32c.hpp"
#include "devices/efp/cobs.hpp"
#include "devices/efp/messages.hpp"

#include <benchmark/benchmark.h>

#include <array>
#include <random>
#include <vector>

namespace {

using namespace eccrine;
using namespace eccrine::devices::efp;

/// Currents and voltages as they look on the wire: small numbers with many zeros in their high bytes.
std::vector<std::byte> electrodeBytes(std::size_t n) {
    std::mt19937 random(1); // NOLINT: the same bytes each time
    std::vector<std::byte> bytes(n);
    for (std::size_t i = 0; i < n; ++i)
        bytes[i] = i % 3 == 2 ? std::byte{0} : static_cast<std::byte>(random() % 256);
    return bytes;
}

std::vector<std::byte> dataPayload(std::size_t n) {
    auto payload = electrodeBytes(n);
    DataHead{1, 2, 0x0F, 3, static_cast<std::uint16_t>((n - DataHead::bytes) / 36), 0, 123'456}.write(
        payload);
    return payload;
}

void encode(benchmark::State& state) {
    const auto payload = dataPayload(static_cast<std::size_t>(state.range(0)));
    WireBuffer wire;
    for (auto _ : state)
        benchmark::DoNotOptimize(encodeFrame({code(Type::Data), 4, 7, 2'000'000}, payload, wire));
    state.SetBytesProcessed(state.iterations() * state.range(0));
}

/// From bytes off the link to samples that can be read.
void decode(benchmark::State& state) {
    const auto payload = dataPayload(static_cast<std::size_t>(state.range(0)));
    WireBuffer wire;
    const auto bytes = encodeFrame({code(Type::Data), 4, 7, 2'000'000}, payload, wire);
    FrameReader reader;
    std::uint64_t samples = 0;
    for (auto _ : state)
        reader.feed(bytes, [&samples](const Frame& frame) {
            if (const auto data = Data::parse(frame.payload)) samples += data->samples.size();
        });
    if (samples == 0) state.SkipWithError("no frame was decoded");
    state.SetBytesProcessed(state.iterations() * state.range(0));
}

template <std::uint32_t (*Checksum)(std::span<const std::byte>, std::uint32_t) noexcept>
void checksum(benchmark::State& state) {
    const auto bytes = electrodeBytes(static_cast<std::size_t>(state.range(0)));
    for (auto _ : state)
        benchmark::DoNotOptimize(Checksum(bytes, 0));
    state.SetBytesProcessed(state.iterations() * state.range(0));
}

BENCHMARK(encode)->Name("efp/encode")->Arg(376)->Arg(1004);
BENCHMARK(decode)->Name("efp/decode")->Arg(376)->Arg(1004);
BENCHMARK(checksum<&crc32c>)->Name("crc32c/dispatched")->Arg(396);
BENCHMARK(checksum<&crc32cPortable>)->Name("crc32c/portable")->Arg(396);

} // namespace

BENCHMARK_MAIN();
