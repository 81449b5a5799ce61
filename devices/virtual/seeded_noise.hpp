// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <string_view>

namespace eccrine::devices::virtual_instrument {

/// Reproducible noise: the same seed and name give the same numbers with every compiler (the standard
/// library's distributions do not promise that). xoshiro256++ seeded by SplitMix64; normal values by the
/// polar method.
class SeededNoise {
public:
    /// `name` separates independent sources of one seed ("patient", "skin.forearm", ...).
    SeededNoise(std::uint64_t seed, std::string_view name) {
        std::uint64_t x = seed + 0x9E3779B97F4A7C15U;
        for (const char c : name)
            x = (x ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
        for (auto& s : state_)
            s = splitMix(x);
    }

    /// [0, 1)
    double uniform() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }
    double uniform(double from, double to) { return from + (to - from) * uniform(); }
    /// Mean 0, standard deviation 1.
    double normal() {
        if (hasSpare_) {
            hasSpare_ = false;
            return spare_;
        }
        double u = 0.0;
        double v = 0.0;
        double s = 0.0;
        do {
            u = uniform(-1.0, 1.0);
            v = uniform(-1.0, 1.0);
            s = u * u + v * v;
        } while (s >= 1.0 || s == 0.0);
        const double scale = std::sqrt(-2.0 * std::log(s) / s);
        spare_ = v * scale;
        hasSpare_ = true;
        return u * scale;
    }
    /// Log-normal of median 1 and the given sigma of the logarithm.
    double factor(double sigma) { return std::exp(sigma * normal()); }

private:
    static std::uint64_t splitMix(std::uint64_t& x) {
        x += 0x9E3779B97F4A7C15U;
        std::uint64_t z = x;
        z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
        z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
        return z ^ (z >> 31U);
    }
    static std::uint64_t rotate(std::uint64_t x, unsigned k) { return (x << k) | (x >> (64U - k)); }
    std::uint64_t next() {
        const std::uint64_t result = rotate(state_[0] + state_[3], 23) + state_[0];
        const std::uint64_t t = state_[1] << 17U;
        state_[2] ^= state_[0];
        state_[3] ^= state_[1];
        state_[1] ^= state_[2];
        state_[0] ^= state_[3];
        state_[2] ^= t;
        state_[3] = rotate(state_[3], 45);
        return result;
    }

    std::array<std::uint64_t, 4> state_{};
    double spare_ = 0.0;
    bool hasSpare_ = false;
};

/// A slowly wandering value: first-order autoregressive, stationary standard deviation `sigma`, correlation
/// time `time_s`.
class WanderingNoise {
public:
    WanderingNoise(SeededNoise& source, double sigma, double time_s)
        : sigma_(sigma), time_s_(time_s), value_(sigma * source.normal()) {}
    double step(SeededNoise& source, double dt_s) {
        const double keep = std::exp(-dt_s / time_s_);
        value_ = keep * value_ + sigma_ * std::sqrt(1.0 - keep * keep) * source.normal();
        return value_;
    }
    [[nodiscard]] double value() const { return value_; }

private:
    double sigma_ = 0.0;
    double time_s_ = 1.0;
    double value_ = 0.0;
};

} // namespace eccrine::devices::virtual_instrument
