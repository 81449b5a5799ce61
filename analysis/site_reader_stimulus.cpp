// SPDX-License-Identifier: GPL-3.0-or-later
// What the delivered current says of a site: charge, contact, and whether the stated stimulus is the one that
// was given.
#include "analysis/current_look.hpp"
#include "analysis/flag_place.hpp"
#include "analysis/site_reader.hpp"

#include <algorithm>
#include <cmath>

namespace eccrine::analysis {
namespace {

bool recorded(const CurrentSignals& current) {
    return std::any_of(current.current_ma.begin(), current.current_ma.end(),
                       [](double ma) { return !std::isnan(ma); });
}

/// Time between two moments for which no current was recorded, in s. What lies between two readings of a
/// second or less counts as recorded.
double unrecorded(const CurrentSignals& current, double from_s, double to_s) {
    constexpr double bridged_s = 1.0;
    double missing_s = 0.0, last_s = from_s;
    const auto until = [&](double t) {
        if (t - last_s > bridged_s) missing_s += t - last_s;
        last_s = std::max(last_s, t);
    };
    for (std::size_t i = 0; i < current.time_s.size(); ++i)
        if (!std::isnan(current.current_ma[i])) until(std::min(current.time_s[i], to_s));
    until(to_s);
    return missing_s;
}

/// Time of a stimulus in which it was not paused, in s.
double unpaused(const TestStimulus& stimulus, double from_s, double to_s) {
    double out = to_s - from_s;
    for (const auto& [begins, ends] : stimulus.pauses_s)
        out -= std::max(0.0, std::min(ends, to_s) - std::max(begins, from_s));
    return out;
}

} // namespace

/// The current that came out against the one that was commanded.
void SiteReader::contact(const CurrentLook& look) {
    if (!site_.delivered) return; // none at all: STIM_LOW
    const Delivered& d = *site_.delivered;
    double stop = d.stop.count();
    if (stimulus_.stopStated && stimulus_.stop_s && *stimulus_.stop_s > stop) {
        // a source that stops each channel by its charge is done with this one before the last: what is
        // missing at the end is no open circuit as long as the charge is enough
        const double planned_mc = stimulus_.planned_mc.value_or(
            d.plateau.value * unpaused(stimulus_, d.start.count(), *stimulus_.stop_s));
        if (d.charge.value < p_.stimulusLow * planned_mc) stop = *stimulus_.stop_s;
    }
    // what was paused on purpose is no open circuit: each stretch of current is held against itself
    double from = d.start.count();
    const double set_ma = std::max(d.plateau.value, stimulus_.set_ma.value_or(0.0));
    const auto judge = [&](double until) {
        if (until <= from) return;
        for (QualityFlag& f : contactFlags(look, {from, until, set_ma, stimulus_.compliance_v}, start_, p_))
            take(std::move(f));
    };
    for (const auto& [begins, ends] : stimulus_.pauses_s) {
        if (begins <= from || begins >= stop) continue;
        judge(begins);
        from = ends;
    }
    judge(stop);
}

/// A stimulation in parts is none that norms were made with.
void SiteReader::pauses() {
    if (!site_.delivered) return;
    Delivered& d = *site_.delivered;
    double paused_s = 0.0;
    std::optional<double> first, last;
    for (const auto& [begins, ends] : stimulus_.pauses_s) {
        const double from = std::max(begins, d.start.count()), to = std::min(ends, d.stop.count());
        if (to <= from) continue;
        paused_s += to - from;
        if (!first) first = from - start_;
        last = to - start_;
    }
    if (!first) return;
    bar(NoNorm::OtherStimulus, "The stimulation was paused for " + whole(paused_s) +
                                   " s, and norms hold for one that goes on without a pause. Repeat the "
                                   "test, or read the volume without a norm.");
    d.duration -= Seconds{paused_s};
    if (d.duration.count() > 0.0) d.meanCurrent = {d.charge.value / d.duration.count()};
    flag("PAUSED",
         "The stimulation was paused for " + whole(paused_s) +
             " s: the charge was given in parts. Peak, volume and course are those of another stimulus than "
             "the one that norms and other tests were made with. Do not compare them with a norm or another "
             "test; repeat the test if they matter.",
         *first, *last);
}

/// The stated stimulus against the samples and against the current that came out.
void SiteReader::stimulusTimes() {
    const std::vector<double>& time = signals_.humidity.time_s;
    if (time.empty()) return;
    const double off = site_.delivered ? site_.delivered->start.count() - start_ : 0.0;
    if (start_ < time.front() || start_ > time.back())
        unusable("STIM_TIME",
                 "The stimulus start lies outside the samples of this site. Correct "
                 "stimulus_start_s: it counts from the same zero as time_s.",
                 time.front() - start_, time.back() - start_);
    else if (stimulus_.startStated && std::abs(off) > p_.startTolerance_s)
        unusable("STIM_TIME",
                 "The current began " + whole(std::abs(off)) + " s " + (off > 0.0 ? "after" : "before") +
                     " the stimulus start that is stated, so that baseline, latency and volume are those of "
                     "another time. Correct stimulus_start_s.",
                 std::min(0.0, off), std::max(0.0, off));
    if (stimulus_.stop_s && *stimulus_.stop_s > time.back() + p_.gap_s)
        flag("STIM_TIME",
             "The stimulus stop lies after the last sample: nothing is said about the course "
             "after it. Correct stimulus_stop_s, or record for longer.",
             time.back() - start_, *stimulus_.stop_s - start_);
}

void SiteReader::readDelivered(const CurrentLook& look) {
    const double stop = stimulus_.stop_s ? *stimulus_.stop_s - start_ : p_.window_s;
    if (!recorded(current_)) {
        flag(
            "NO_CURRENT",
            "The delivered current was not recorded: whether the dose was that of the norms is not known, so "
            "that the volume is not compared with them. Record the current of the stimulator next time.",
            0.0, stop);
        return;
    }
    site_.delivered = deliveredOf(look, p_.stimulusFraction);
    if (!site_.delivered) {
        unusable("STIM_LOW",
                 "No current was delivered at this site. Check the electrode and repeat the test.", 0.0,
                 stop);
        return;
    }
    const double charge_mc = site_.delivered->charge.value;
    const double from = site_.delivered->start.count() - start_, to = site_.delivered->stop.count() - start_;
    const Delivered& d = *site_.delivered;
    const bool stated = stimulus_.stopStated && stimulus_.stop_s;
    if (!stimulus_.planned_mc && !stated) return;
    const double due_mc = stimulus_.planned_mc.value_or(
        stated ? d.plateau.value * unpaused(stimulus_, start_, *stimulus_.stop_s) : 0.0);
    if (charge_mc >= p_.stimulusLow * due_mc) return;
    const double missing_s =
        unrecorded(current_, d.start.count(), stimulus_.stop_s ? *stimulus_.stop_s : d.stop.count());
    if (charge_mc + d.plateau.value * missing_s >= p_.stimulusLow * due_mc)
        unusable(
            "STIM_LOW",
            "The current was not recorded for " + whole(missing_s) +
                " s of the stimulus: whether the charge was delivered is not known, and the response is not "
                "comparable. Check the link and repeat the test.",
            0.0, stop);
    else if (stimulus_.planned_mc)
        unusable("STIM_LOW",
                 "The delivered charge is below the planned one; the response is not "
                 "comparable. Check the electrodes and repeat the test.",
                 from, to);
    else
        unusable("STIM_LOW",
                 "The delivered charge is below that of the current over the stated time: it "
                 "was interrupted; the response is not comparable. Check the electrodes and "
                 "repeat the test.",
                 0.0, stop);
}

} // namespace eccrine::analysis
