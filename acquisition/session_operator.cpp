// SPDX-License-Identifier: GPL-3.0-or-later
// What a session is told by people, and what it shows them.
#include "acquisition/event_detail.hpp"
#include "acquisition/session.hpp"

#include <algorithm>

namespace eccrine::acquisition {

std::string Session::confirmStimulation(const std::string& overrideReason) {
    if (!engine_ || !running()) return "No test is running.";
    auto objection = engine_->confirmStimulation(overrideReason);
    if (objection.empty()) {
        record("stimulation_confirmed", now_, detailOf({{"override_reason", jsonString(overrideReason)}}));
        alarms_.remove(AlarmKind::Question);
    }
    return objection;
}

std::string Session::confirmStep(const std::string& step, const std::string& site,
                                 const std::string& answer) {
    if (!engine_ || !running()) return "No test is running.";
    const auto index = siteNamed(site);
    if (!site.empty() && !index) return "There is no site \"" + site + "\" in this test.";
    auto objection = engine_->confirmStep(step, index, answer);
    if (!objection.empty()) return objection;
    record("operator_step", now_,
           detailOf({{"id", jsonString(step)},
                     {"answer", jsonString(answer)},
                     {"answered_by", jsonString(answeredBy_)}}),
           site);
    alarms_.remove(AlarmKind::Question);
    if (engine_->protocol().steps[*engine_->progress().step].asksQuestions && engine_->protocol().questions)
        heedInsensateSkin();
    noteCollectionStart(index, answer);
    return {};
}

std::string Session::answerQuestion(const std::string& question, const protocols::ChecklistAnswer& answer) {
    if (!engine_ || !running()) return "No test is running.";
    auto objection = engine_->answerQuestion(question, answer);
    if (!objection.empty()) return objection;
    const auto& list = *engine_->protocol().questions;
    const auto item = std::find_if(list.items.begin(), list.items.end(),
                                   [&](const protocols::ChecklistItem& i) { return i.id == question; });
    record("safety_answer", now_,
           detailOf({{"id", jsonString(question)},
                     {"question", jsonString(item->question)},
                     {"answer", jsonString(answer.yes ? "yes" : "no")},
                     {"safe", answer.yes == item->safeAnswer ? "true" : "false"},
                     {"decided_by", jsonString(answer.overriddenBy)},
                     {"reason", jsonString(answer.reason)},
                     {"answered_by", jsonString(answeredBy_)}}));
    return {};
}

/// By the answers with which a person goes on to the current: before, each may still be another.
void Session::heedInsensateSkin() {
    skinLooks_.setInterval(std::nullopt);
    for (const protocols::ChecklistItem& item : engine_->protocol().questions->items) {
        const auto given = engine_->answers().find(item.id);
        if (!item.skinLookEvery || given == engine_->answers().end() || given->second.yes == item.safeAnswer)
            continue;
        skinLooks_.setInterval(item.skinLookEvery);
        // What the physician decided on, and why, is what lets the protocol cross the limit of such skin.
        for (const protocols::SoftCrossing& c : protocols::softCrossings(engine_->protocol(), true))
            recordConfirmation(c, given->second.reason, given->second.overriddenBy);
    }
}

void Session::noteCollectionStart(std::optional<std::size_t> asked, const std::string& answer) {
    const auto& steps = engine_->protocol().steps;
    const std::size_t now = *engine_->progress().step;
    if (now + 1 >= steps.size() || !steps[now + 1].afterStepStart) return;
    const auto& answers = steps[now].answers;
    const auto given = std::find_if(answers.begin(), answers.end(),
                                    [&](const protocols::Answer& a) { return a.id == answer; });
    if (given->voidsSite || given->endsTest) return;
    for (std::size_t i = 0; i < maxSites; ++i)
        if (sites_[i].now.active && (!asked || *asked == i))
            sites_[i].now.collectionStart = Seconds{now_.time_since_epoch()};
}

std::optional<std::size_t> Session::siteNamed(const std::string& name) const {
    for (std::size_t i = 0; i < maxSites; ++i)
        if (!name.empty() && sites_[i].now.site == name) return i;
    return std::nullopt;
}

std::string Session::voidSite(const std::string& site, const std::string& reason) {
    if (!engine_ || !running()) return "No test is running.";
    const auto index = siteNamed(site);
    if (!index) return "There is no site \"" + site + "\" in this test.";
    if (reason.empty()) return "Say why this site takes no further part.";
    auto objection = engine_->voidSite(*index);
    if (objection.empty()) voided(sites_[*index], reason);
    return objection;
}

std::string Session::extendRecording(Seconds more) {
    if (!engine_ || !running()) return "No test is running.";
    auto objection = engine_->extendRecording(more);
    if (objection.empty()) record("extended", now_, detailOf({{"seconds", decimal(more.count())}}));
    return objection;
}

std::string Session::annotate(const std::string& text) {
    if (!writer_) return "No recording is running.";
    if (text.empty()) return "The note is empty.";
    record("note", now_, detailOf({{"text", jsonString(text)}}));
    return {};
}

void Session::acknowledgeAlarm(std::uint64_t number) noexcept {
    static_cast<void>(acknowledged_.push(number)); // full: it goes on, and is acknowledged once more
}

void Session::takeAcknowledgements() {
    acknowledged_.consume_all([this](std::uint64_t number) {
        const auto seen = alarms_.acknowledge(number);
        if (!seen) return;
        record("alarm_acknowledged", now_,
               detailOf({{"alarm", jsonString(nameOf(seen->kind))},
                         {"sentence", jsonString(seen->sentence)},
                         {"by", jsonString(answeredBy_)}}));
    });
}

SessionSnapshot Session::snapshot() const {
    SessionSnapshot out;
    out.phase = phase_;
    out.recordingId = recordingId_;
    out.stopPressed = stops_.load(std::memory_order_acquire) > 0;
    out.storing = writer_.has_value();
    out.currentFlowing = currentFlows();
    if (engine_) {
        out.progress = engine_->progress();
        if (out.progress.step) {
            out.step = engine_->protocol().steps[*out.progress.step];
            out.stepId = out.step->id;
            out.stepTitle = out.step->title;
            if (out.progress.site) out.stepSite = sites_[*out.progress.site].now.site;
            if (out.step->asksQuestions && engine_->protocol().questions)
                for (const protocols::ChecklistItem& item : engine_->protocol().questions->items) {
                    const auto given = engine_->answers().find(item.id);
                    const bool open = given == engine_->answers().end();
                    out.questions.push_back({item, open ? std::nullopt : std::optional(given->second)});
                }
        }
    }
    out.testTime = now_.time_since_epoch();
    if (stimulus_ && stimulus_->start()) out.stimulusStart = Seconds{stimulus_->start()->time_since_epoch()};
    if (stimulus_ && stimulus_->stop()) out.stimulusStop = Seconds{stimulus_->stop()->time_since_epoch()};
    out.selfTesting = selfTesting_;
    out.paused = paused_;
    out.pause = pause_;
    out.pauses = pauses_;
    if (engine_) out.rested = engine_->rested();
    out.skinDue = engine_ && engine_->skinDue();
    out.trip = trip_;
    out.latched = latched_;
    out.armedOnce = everArmed_;
    out.alarms = alarms_.all();
    const auto told = std::find_if(out.alarms.begin(), out.alarms.end(), [](const Alarm& a) {
        return a.kind != AlarmKind::CurrentOff && a.kind != AlarmKind::CurrentPaused;
    });
    if (told != out.alarms.end()) out.alarm = told->sentence;
    if (lastArrival_)
        out.sampleAge =
            std::chrono::duration_cast<std::chrono::milliseconds>(clock_.monotonic() - *lastArrival_);
    out.lostTicks = frames_.lostTicks() - lostBefore_;
    out.ringDropped = ring_.dropped() - droppedBefore_;
    out.linkErrors = device_.badFrames();
    out.pendingBytes = writer_ ? writer_->pendingBytes() : 0;
    out.clockDriftPpm = timeline_.clock(Timeline::reference).driftPpm();
    for (std::size_t i = 0; i < maxSites; ++i)
        out.sites[i] = sites_[i].now;
    return out;
}

} // namespace eccrine::acquisition
