// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/virtual/output_trace.hpp"

#include <cmath>
#include <cstdlib>
#include <string>

namespace eccrine::devices::virtual_instrument {

namespace {

void append(std::string& line, std::int64_t tenths) {
    const auto amount = static_cast<std::uint64_t>(std::abs(tenths));
    if (tenths < 0) line += '-';
    line += std::to_string(amount / 10) + '.' + static_cast<char>('0' + amount % 10) + ',';
}

} // namespace

Result<std::unique_ptr<OutputTrace>> OutputTrace::create(const std::filesystem::path& file) {
    std::FILE* out = std::fopen(file.c_str(), "we");
    if (out == nullptr)
        return failed("the trace cannot be written", file.string(), "choose another --log-output file",
                      Failure::Kind::Call);
    std::unique_ptr<OutputTrace> trace{new OutputTrace{out}};
    std::string head = "device_us,";
    for (const auto site : standardSites)
        head += std::string{site} + "_ua,";
    head += "relay_mask,state,faults\n";
    (void)std::fputs(head.c_str(), out);
    trace->dirty_ = true;
    return trace;
}

void OutputTrace::follow(const FrontEndDevice& device, DeviceTime at) {
    Row row;
    for (std::size_t i = 0; i < maxSites; ++i)
        row.current_tenthUA[i] = std::llround(device.patient().through_uA(i) * 10.0);
    row.relays = device.delivery().relayMask();
    row.state = static_cast<std::uint8_t>(device.delivery().state());
    row.faults = device.activeFaults().kinds;
    if (begun_ && row == last_) return;
    begun_ = true;
    last_ = row;
    write(at);
}

void OutputTrace::write(DeviceTime at) {
    std::string line = std::to_string(at.time_since_epoch().count()) + ',';
    for (const auto current : last_.current_tenthUA)
        append(line, current);
    line += std::to_string(last_.relays) + ',' + std::to_string(last_.state) + ',';
    bool first = true;
    for (const auto& traits : faultTable()) {
        if (((last_.faults >> static_cast<unsigned>(traits.kind)) & 1U) == 0) continue;
        if (!first) line += '+';
        line += traits.name;
        first = false;
    }
    line += '\n';
    (void)std::fwrite(line.data(), 1, line.size(), file_.get());
    dirty_ = true;
}

void OutputTrace::flush() {
    if (dirty_) (void)std::fflush(file_.get());
    dirty_ = false;
}

void OutputTrace::end(DeviceTime at) {
    if (begun_) write(at);
    flush();
}

} // namespace eccrine::devices::virtual_instrument
