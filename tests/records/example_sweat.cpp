// SPDX-License-Identifier: GPL-3.0-or-later
#include "example_sweat.hpp"

#include <gtest/gtest.h>

namespace eccrine::tests {
namespace {

Decimal decimal(const char* text) {
    return Decimal::parse(text, "example").value();
}

records::SweatSite exampleSite(const char* amount, const char* chloride, const char* sampleId) {
    records::SweatSite site;
    site.used = true;
    site.limb = "forearm";
    site.charge_mc = 450.2;
    site.meanCurrent_ma = 1.44;
    site.stimulation_s = 312.5;
    site.skin = records::SkinFinding::Erythema;
    site.attachedUtc = "2026-03-02T13:05:10Z";
    site.removedUtc = "2026-03-02T13:35:10Z";
    site.minutes = 30;
    site.amount = decimal(amount);
    site.sampleId = sampleId;
    site.chloride = decimal(chloride);
    site.analyser = "ChloroChek 3400";
    site.enteredBy = "C. Analyst";
    return site;
}

} // namespace

chloride::Guideline guidelineNamed(const std::string& id) {
    return chloride::loadGuideline(std::filesystem::path(ECCRINE_PROTOCOL_DIR) / "guidelines" /
                                   (id + ".toml"))
        .value();
}

records::SweatTestRecord exampleSweatTest() {
    records::SweatTestRecord r;
    r.id = "7a0f5e2c-1111-4222-8333-944445555666";
    r.createdUtc = "2026-03-02T12:40:00Z";
    r.savedUtc = "2026-03-02T15:00:00Z";
    r.step = "result";
    r.patientName = "Ann Other";
    r.patientId = "4711";
    r.sex = "female";
    r.orderNumber = "S-2026-0042";
    r.operatorName = "B. Tester";
    r.requester = "Dr. D. Question";
    r.born = Moment::parse("2026-02-02T03:12", "born").value();
    r.collectedAt = Moment::parse("2026-03-02T14:05", "collected").value();
    r.eligibilityAnswers = {{"weight_kg", "3.6"},
                            {"drugs", "vitamin D,amoxicillin"},
                            {"conditions", "cream_within_24_h"},
                            {"oxygen", "none"}};
    r.eligibilityVerdict = "WARN";
    r.eligibilityReasons = {"WARN CREAM: Cream or lotion on the limb within 24 hours: wash and clean again."};
    r.guidelineId = "CFF-2017";
    r.protocolId = "macroduct";
    r.lots = {{"kit", "K7712", {2026, 12, 31}}, {"gel", "G0815", {2026, 6, 30}}};
    r.sites = {exampleSite("21.5", "33.1", "S-2026-0042-L"), exampleSite("18.2", "35.4", "S-2026-0042-R")};
    r.qc = chloride::QcState::Passed;
    r.qcText = "low and high accepted at 08:10 by C. Analyst.";
    return r;
}

records::SweatTestRecord evaluated(records::SweatTestRecord record) {
    const std::array compared{guidelineNamed("UK-2014")};
    const auto done = evaluateSweatTest(record, guidelineNamed(record.guidelineId), compared);
    EXPECT_TRUE(done) << done.error().sentence();
    keepEvaluation(record, *done);
    return record;
}

} // namespace eccrine::tests
