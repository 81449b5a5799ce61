// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstddef>

/// The numbers of the rules that watch over delivered current, in device time. Source: the detection
/// thresholds of the project's safety file (iontophoresis-safety §1.5; SR-6 to SR-9, SR-18, SR-20 where said
/// so). What is ours says so.
namespace eccrine::acquisition::threshold {

using std::chrono::microseconds;

// over-current
inline constexpr double fastFactor = 1.25;
inline constexpr double fastMargin_uA = 50.0;
inline constexpr unsigned fastSamples = 2; ///< of 3
inline constexpr unsigned maximumSamples = 2;
inline constexpr double slowFactor = 1.05;
inline constexpr double slowMargin_uA = 20.0;
inline constexpr microseconds slowBinWidth{10'000}; ///< ours; 50 of them are the mean's 500 ms

// charge (SR-11)
inline constexpr double chargeFactor = 1.02;

// open circuit
inline constexpr double openFraction = 0.20;
inline constexpr double openFromSetPoint_uA = 50.0;
inline constexpr double openVoltageFraction = 0.98;
inline constexpr microseconds openHold{50'000};

// short or bridged electrodes; 300 Ω is that of the sweat tests
inline constexpr double short_ohm = 300.0;
inline constexpr double shortFrom_uA = 100.0;
inline constexpr microseconds shortHold{100'000};

// under-current; 0.9 of the compliance voltage: the source has some to spare
inline constexpr double underFactor = 0.90;
inline constexpr double underMargin_uA = 20.0;
inline constexpr double underVoltageFraction = 0.9;
inline constexpr microseconds underPauses{5'000'000};

// contact drift in hold
inline constexpr double driftFactor = 1.5;
inline constexpr microseconds driftBinWidth{100'000}; ///< ours; the load of one bin is judged
inline constexpr std::size_t driftBins = 11;          ///< of them are the rule's 1 s, and the one it began in
inline constexpr double driftFrom_uA = 50.0;          ///< ours, as for the open circuit

// leakage path
inline constexpr double leakage_uA = 50.0;
inline constexpr microseconds leakageHold{100'000};

// current without command (SR-19)
inline constexpr double idle_uA = 10.0;
inline constexpr microseconds meanBinWidth{10'000}; ///< ours
inline constexpr std::size_t meanBins = 100;        ///< of them are the rules' 1 s

// frozen reading in hold
inline constexpr microseconds frozenFor{250'000};
inline constexpr double frozenFrom_uA = 50.0;
/// Ours: two converters that both stand still are stuck, whatever the voltage does, and what really flows is
/// not known; F-10 wants the fault within 250 ms.
inline constexpr microseconds currentsFrozenFor{200'000};

// polarity (SR-13); margin and count are ours, as for the fast over-current
inline constexpr double reversed_uA = 50.0;
inline constexpr unsigned reversedSamples = 3;

// ripple in hold
inline constexpr double rippleWarns = 0.02;
inline constexpr double ripplePauses = 0.05;
inline constexpr double lineWarns = 0.01;
inline constexpr double rippleFloor_uA = 5.0; ///< ours: less is the converter's own noise, whatever is set

// lost samples (SR-18); a frame is what a device sends at once, at most 10 ms
inline constexpr unsigned lostFrames = 5; ///< in 1 s; more pause
inline constexpr double lostShare = 0.005;
inline constexpr microseconds lostWithin{10'000'000};
inline constexpr microseconds frameLength{10'000};

// readings that cannot be (SR-20)
inline constexpr double outOfRange_uA = 30'000.0;
inline constexpr double outOfRange_mV = 120'000.0;
inline constexpr unsigned invalidSamples = 3;
inline constexpr microseconds invalidWithin{100'000};

// warnings: told again after it has been well for so long; ours
inline constexpr microseconds warnsAgainAfter{10'000'000};

} // namespace eccrine::acquisition::threshold
