// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/site_signals.hpp"

#include <string>

/// The events that a bedside process records about skin and safety, in its words.
namespace eccrine::tests {

inline TestEvent enteredStep(double at, const std::string& id) {
    return {Seconds{at}, "step", "", R"({"id":")" + id + R"(","title":"A step"})"};
}

inline TestEvent currentFlows(double at) {
    return {Seconds{at}, "delivery", "", R"({"from":"S4","to":"S5"})"};
}

inline TestEvent tripped(double at, const std::string& sentence) {
    return {Seconds{at}, "trip", "", R"({"sentence":")" + sentence + R"(","stimulation":true})"};
}

inline TestEvent stepAnswer(double at, const std::string& step, const std::string& answer,
                            const std::string& site = {}) {
    return {Seconds{at}, "operator_step", site,
            R"({"id":")" + step + R"(","answer":")" + answer + R"(","answered_by":"A. Op"})"};
}

inline TestEvent safetyAnswer(double at, const std::string& id, const std::string& question, bool yes,
                              bool safe, const std::string& physician = {}, const std::string& reason = {}) {
    return {Seconds{at}, "safety_answer", "",
            R"({"id":")" + id + R"(","question":")" + question + R"(","answer":")" + (yes ? "yes" : "no") +
                R"(","safe":)" + (safe ? "true" : "false") + R"(,"decided_by":")" + physician +
                R"(","reason":")" + reason + R"(","answered_by":"A. Op"})"};
}

/// A test with current, all that is asked after it answered: the forearm has the first grade, the foot the
/// second.
inline void answerAll(RecordedTest& test, const std::string& forearm, const std::string& foot,
                      const std::string& pain = "pain_2", const std::string& shock = "no",
                      const std::string& faint = "no") {
    test.meta["active_sites"] = "forearm,foot";
    test.meta["checklist.id"] = "checklist-qsart";
    test.meta["checklist.version"] = "1";
    test.events = {safetyAnswer(20, "implant", "Pacemaker?", false, true),
                   safetyAnswer(30, "pregnancy", "Pregnancy?", true, false, "Dr. B", "cannot wait"),
                   currentFlows(200),
                   enteredStep(900, "inspect"),
                   stepAnswer(910, "inspect", forearm, "forearm"),
                   stepAnswer(920, "inspect", foot, "foot"),
                   stepAnswer(930, "pain", pain),
                   stepAnswer(940, "shock", shock),
                   stepAnswer(950, "faint", faint)};
}

} // namespace eccrine::tests
