// SPDX-License-Identifier: GPL-3.0-or-later
#include "acquisition/timeline.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace eccrine::acquisition {

namespace {

double microsecondsOf(std::chrono::nanoseconds t) {
    return static_cast<double>(t.count()) * 1e-3;
}

template <class Duration>
double microsecondsIn(Duration t) {
    return std::chrono::duration<double, std::micro>(t).count();
}

} // namespace

DeviceClockFit::DeviceClockFit() : DeviceClockFit(Settings{}) {}

DeviceClockFit::DeviceClockFit(const Settings& settings)
    : settings_(settings), probes_(std::max<std::size_t>(settings.probes, 8)),
      arrivals_(static_cast<std::size_t>(std::max<std::int64_t>(settings.window / settings.bin, 1)) + 2) {
    hull_.reserve(arrivals_.capacity());
}

void DeviceClockFit::reset() noexcept {
    probes_.clear();
    arrivals_.clear();
    bin_ = std::numeric_limits<std::int64_t>::min();
    deviceOrigin_.reset();
    line_ = {};
    health_ = Health::Unknown;
    evidence_ = Evidence::None;
    driftPpm_.reset();
}

DeviceClockFit::Point DeviceClockFit::pointOf(DeviceTime device, MonotonicTime host) noexcept {
    if (!deviceOrigin_) {
        deviceOrigin_ = device;
        hostOrigin_ = host;
    }
    return {.device_us = microsecondsIn(device - *deviceOrigin_),
            .host_us = microsecondsOf(host - hostOrigin_)};
}

void DeviceClockFit::addProbe(const devices::TimeSyncProbe& probe) noexcept {
    const double outside = microsecondsOf(probe.t3 - probe.t0);
    const double inside = microsecondsIn(probe.t2 - probe.t1) / settings_.declaredSpeed;
    // An answer that took the device longer than the host waited for it is no measurement.
    if (!(inside >= 0.0 && outside >= inside)) return;
    const Point sent = pointOf(probe.t1, probe.t0);
    const Point received = pointOf(probe.t2, probe.t3);
    const double host = 0.5 * (sent.host_us + received.host_us);
    probes_.push_back({.device_us = 0.5 * (sent.device_us + received.device_us),
                       .host_us = host,
                       .roundTrip_us = outside - inside});
    forget(host);
    refit();
}

void DeviceClockFit::addArrival(DeviceTime at, MonotonicTime arrival) noexcept {
    const Point point = pointOf(at, arrival);
    const auto delay = [this](const Point& p) { return p.host_us - p.device_us / settings_.declaredSpeed; };
    const std::int64_t bin = (arrival - hostOrigin_) / settings_.bin;
    if (bin == bin_ && !arrivals_.empty()) {
        Point& least = arrivals_.back();
        if (delay(point) < delay(least)) least = point;
        return; // the line is drawn anew once a second
    }
    // Until the second is over its least delay is not known: fit what is complete, then open the new one.
    forget(point.host_us);
    refit();
    bin_ = bin;
    arrivals_.push_back(point);
    if (!line_.known) refit();
}

void DeviceClockFit::forget(double now_us) noexcept {
    const double oldest = now_us - microsecondsIn(settings_.window);
    while (!probes_.empty() && probes_.front().host_us < oldest)
        probes_.pop_front();
    while (!arrivals_.empty() && arrivals_.front().host_us < oldest)
        arrivals_.pop_front();
}

double DeviceClockFit::shortestRoundTrip() const noexcept {
    double shortest = std::numeric_limits<double>::infinity();
    for (const Point& p : probes_)
        shortest = std::min(shortest, p.roundTrip_us);
    return shortest;
}

DeviceClockFit::Line DeviceClockFit::lineThroughProbes() const noexcept {
    Line line{.speed = settings_.declaredSpeed};
    if (probes_.empty()) return line;
    const double shortest = shortestRoundTrip();
    const auto kept = [&](const Point& p) {
        return p.roundTrip_us <= shortest + microsecondsIn(settings_.roundTripMargin);
    };
    double n = 0.0;
    double first = std::numeric_limits<double>::infinity();
    double last = -first;
    for (const Point& p : probes_) {
        if (!kept(p)) continue;
        n += 1.0;
        line.device_us += p.device_us;
        line.host_us += p.host_us;
        first = std::min(first, p.host_us);
        last = std::max(last, p.host_us);
    }
    line.device_us /= n;
    line.host_us /= n;
    line.span_us = last - first;
    line.known = true;
    if (line.span_us < microsecondsIn(settings_.driftNeeds)) return line;
    // Least squares on what is left after the declared speed, so that nothing is lost to rounding.
    double xx = 0.0;
    double xy = 0.0;
    for (const Point& p : probes_) {
        if (!kept(p)) continue;
        const double x = p.host_us - line.host_us;
        const double y = p.device_us - line.device_us - x * settings_.declaredSpeed;
        xx += x * x;
        xy += x * y;
    }
    line.speed = settings_.declaredSpeed + xy / xx;
    return line;
}

// Of all lines that no point lies below, the one that is closest to the points in sum: the edge of their
// lower convex hull above which their mean lies.
DeviceClockFit::Line DeviceClockFit::lineBelowArrivals() noexcept {
    Line line{.speed = settings_.declaredSpeed};
    if (arrivals_.empty()) return line;
    const double slowness = 1.0 / settings_.declaredSpeed;
    const auto delay = [slowness](const Point& p) { return p.host_us - p.device_us * slowness; };
    hull_.clear();
    double mean = 0.0;
    for (const Point& p : arrivals_) {
        mean += p.device_us / static_cast<double>(arrivals_.size());
        if (!hull_.empty() && p.device_us <= hull_.back().device_us) continue;
        while (hull_.size() >= 2) {
            const Point& a = hull_[hull_.size() - 2];
            const Point& b = hull_.back();
            const double turn = (b.device_us - a.device_us) * (delay(p) - delay(a)) -
                                (delay(b) - delay(a)) * (p.device_us - a.device_us);
            if (turn > 0.0) break;
            hull_.pop_back();
        }
        hull_.push_back(p);
    }
    line.known = true;
    line.span_us = arrivals_.back().host_us - arrivals_.front().host_us;
    std::size_t edge = 0;
    while (edge + 2 < hull_.size() && hull_[edge + 1].device_us < mean)
        ++edge;
    if (line.span_us < microsecondsIn(settings_.driftNeeds) || hull_.size() < 2) {
        const auto least = std::min_element(
            hull_.begin(), hull_.end(), [&](const Point& a, const Point& b) { return delay(a) < delay(b); });
        line.device_us = least->device_us;
        line.host_us = least->host_us;
        return line;
    }
    const Point& a = hull_[edge];
    const Point& b = hull_[edge + 1];
    line.device_us = a.device_us;
    line.host_us = a.host_us;
    line.speed = (b.device_us - a.device_us) / (b.host_us - a.host_us);
    return line;
}

void DeviceClockFit::refit() noexcept {
    evidence_ = !probes_.empty()     ? Evidence::Probes
                : !arrivals_.empty() ? Evidence::Arrivals
                                     : Evidence::None;
    if (evidence_ == Evidence::None) return; // what was known last stays the best guess
    line_ = evidence_ == Evidence::Probes ? lineThroughProbes() : lineBelowArrivals();
    if (line_.span_us < microsecondsIn(settings_.driftNeeds)) {
        driftPpm_.reset();
        health_ = Health::Settling;
        return;
    }
    const double ppm = (line_.speed / settings_.declaredSpeed - 1.0) * 1e6;
    driftPpm_ = ppm;
    health_ = !(std::abs(ppm) <= settings_.refusePpm) ? Health::Refused
              : std::abs(ppm) > settings_.warnPpm     ? Health::Drifting
                                                      : Health::Good;
}

std::optional<std::chrono::nanoseconds> DeviceClockFit::offsetUncertainty() const noexcept {
    if (probes_.empty()) return std::nullopt;
    return std::chrono::nanoseconds{std::llround(0.5 * shortestRoundTrip() * 1e3)};
}

std::optional<MonotonicTime> DeviceClockFit::hostTimeOf(DeviceTime at) const noexcept {
    if (!line_.known) return std::nullopt;
    const double device = microsecondsIn(at - *deviceOrigin_) - line_.device_us;
    return hostOrigin_ + std::chrono::nanoseconds{std::llround((line_.host_us + device / line_.speed) * 1e3)};
}

std::optional<DeviceTime> DeviceClockFit::deviceTimeOf(MonotonicTime at) const noexcept {
    if (!line_.known) return std::nullopt;
    const double host = microsecondsOf(at - hostOrigin_) - line_.host_us;
    return *deviceOrigin_ + std::chrono::microseconds{std::llround(line_.device_us + host * line_.speed)};
}

Timeline::DeviceIndex Timeline::addDevice(const DeviceClockFit::Settings& settings) {
    fits_.emplace_back(settings);
    return fits_.size() - 1;
}

std::optional<TestTime> Timeline::testTimeOf(DeviceIndex device, DeviceTime at) const noexcept {
    if (!origin_ || device >= fits_.size()) return std::nullopt;
    if (device == reference) return TestTime{at - *origin_};
    const auto host = fits_[device].hostTimeOf(at);
    return host ? testTimeOf(*host) : std::nullopt;
}

std::optional<TestTime> Timeline::testTimeOf(MonotonicTime at) const noexcept {
    if (!origin_ || fits_.empty()) return std::nullopt;
    const auto onReference = fits_[reference].deviceTimeOf(at);
    if (!onReference) return std::nullopt;
    return TestTime{*onReference - *origin_};
}

std::optional<DeviceTime> Timeline::deviceTimeOf(TestTime at) const noexcept {
    if (!origin_) return std::nullopt;
    return *origin_ + at.time_since_epoch();
}

} // namespace eccrine::acquisition
