// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/early_response.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace eccrine::analysis {
namespace {

constexpr std::size_t leastSeconds = 5; // of means before anything is said

std::string whole(double value) {
    return std::to_string(std::llround(value));
}

} // namespace

EarlyResponse::EarlyResponse(const EarlyResponseLimits& limits)
    : limits_(limits), last_(static_cast<std::size_t>(std::max(1.0, limits.meanOver.count()))) {}

void EarlyResponse::add(Seconds at, double rate) {
    const auto bin = static_cast<std::int64_t>(std::floor(at.count()));
    if (bin != bin_) {
        if (count_ > 0) second(sum_ / count_);
        bin_ = bin;
        sum_ = 0.0;
        count_ = 0;
    }
    now_ = at.count();
    if (!std::isfinite(rate)) return;
    sum_ += rate;
    ++count_;
}

void EarlyResponse::second(double mean) {
    last_.push_back(mean);
    if (!start_ || !rest_) return;
    const auto at = static_cast<double>(bin_);
    if (mean - *rest_ < limits_.onsetRise) {
        risenSince_.reset();
        return;
    }
    if (!risenSince_) risenSince_ = at;
    if (!onset_ && at + 1.0 - *risenSince_ >= limits_.onsetHold.count()) onset_ = risenSince_;
}

void EarlyResponse::stimulusStarted(Seconds at) {
    if (start_) return;
    start_ = at.count();
    rest_ = mean();
}

std::optional<double> EarlyResponse::mean() const {
    if (last_.size() < leastSeconds) return std::nullopt;
    return std::accumulate(last_.begin(), last_.end(), 0.0) / static_cast<double>(last_.size());
}

EarlyResponse::Verdict EarlyResponse::verdict() const {
    Verdict out;
    if (!start_) return out;
    if (!rest_) {
        out.remark = "sweat rate not judged: it was not known before the current";
        return out;
    }
    const double elapsed = now_ - *start_;
    if (const auto level = mean()) out.rise = *level - *rest_;
    if (!onset_) {
        const bool late = elapsed >= limits_.noResponseAfter.count();
        out.state = late ? State::NoResponse : State::NoResponseYet;
        out.remark = late ? "no sweat " + whole(elapsed / 60.0) +
                                " min after the current began: expect too little, look at electrode and skin"
                          : "no sweat yet";
        return out;
    }
    out.onset = Seconds{*onset_ - *start_};
    const bool poor = elapsed >= limits_.poorJudgedAfter.count() && out.rise && *out.rise < limits_.poorBelow;
    out.state = poor ? State::Poor : State::Sweating;
    out.remark = "sweating from " + whole(out.onset->count()) + " s on";
    if (out.rise) out.remark += ", " + whole(*out.rise) + " nL/min/cm²";
    if (poor) out.remark += ", less than " + whole(limits_.poorBelow) + ": the sample may be too small";
    return out;
}

} // namespace eccrine::analysis
