// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.hpp"
#include "core/failure.hpp"
#include "devices/virtual/front_end_device.hpp"

#include <array>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>

namespace eccrine::devices::virtual_instrument {

/// A CSV file of what really flowed: a line whenever the current through a site's skin (to 0.1 uA), the
/// relays, the state or the faults at work have changed, with the device's time; a line holds until the next
/// one. Written for tests that ask afterwards whether the current was zero when it had to be.
class OutputTrace {
public:
    [[nodiscard]] static Result<std::unique_ptr<OutputTrace>> create(const std::filesystem::path& file);

    /// After a tick. Writes nothing when nothing has changed.
    void follow(const FrontEndDevice& device, DeviceTime at);
    /// What was written can be read by others from now on.
    void flush();
    /// The last line, so that the end of the trace is known.
    void end(DeviceTime at);

private:
    struct Row {
        std::array<std::int64_t, maxSites> current_tenthUA{};
        std::uint8_t relays = 0;
        std::uint8_t state = 0;
        std::uint64_t faults = 0;
        friend bool operator==(const Row&, const Row&) = default;
    };
    struct Close {
        void operator()(std::FILE* f) const { (void)std::fclose(f); }
    };
    explicit OutputTrace(std::FILE* file) : file_(file) {}
    void write(DeviceTime at);

    std::unique_ptr<std::FILE, Close> file_;
    Row last_;
    bool begun_ = false;
    bool dirty_ = false;
};

} // namespace eccrine::devices::virtual_instrument
