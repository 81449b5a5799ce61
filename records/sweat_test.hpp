// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/chloride/evaluation.hpp"
#include "core/calendar.hpp"
#include "core/decimal.hpp"
#include "core/failure.hpp"

#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace eccrine::records {

/// What was seen when the electrodes came off. A burn voids its site; erythema and welts are usual and pass.
enum class SkinFinding { NotInspected, Normal, Erythema, Welt, Burn };
[[nodiscard]] std::string codeOf(SkinFinding finding); ///< "not_inspected", "burn"

/// One limb of a pilocarpine sweat test: what was delivered, seen, collected and measured.
struct SweatSite {
    bool used = false;
    bool stimulusLow = false;   ///< less charge was delivered than planned
    bool amountIsLeast = false; ///< the amount was computed from the length of coil: at least so much …
    bool secondDiffers = false; ///< a second analysis is further from the first than allowed: neither stands
    std::string limb;           ///< "forearm", "upper_arm", "thigh"
    // delivered, as measured
    std::optional<double> charge_mc, meanCurrent_ma, stimulation_s;
    std::string voidReason; ///< why it takes no further part; empty: it does
    SkinFinding skin = SkinFinding::NotInspected;
    std::string skinNote;
    // collected
    std::string attachedUtc, removedUtc;
    std::string dyeSeenUtc;              ///< when sweat was seen in a coil; empty: not, or a record of before
    std::optional<Decimal> minutes;      ///< of test time, from attaching to removal
    std::optional<Decimal> coil_cm;      ///< length of sweat in the coil
    std::optional<Decimal> amountAtMost; ///< … and at most so much; empty: not known
    std::string amountNote;              ///< the length and the measured amount contradict each other
    std::optional<Decimal> tare_mg, gross_mg;
    std::optional<Moment> taredAt, weighedAt; ///< local time, of a weighed collector
    std::optional<Decimal> amount;            ///< µL or mg, raw
    // measured
    std::string sampleId;
    std::optional<Moment> coldSince;                       ///< local time; until then at room temperature
    std::string storageNote;                               ///< a sample that was too old when it was analysed
    std::optional<Decimal> eluent_ul, eluate, blank;       ///< from which the chloride was computed; mmol/L
    std::optional<Decimal> chloride, sodium, conductivity; ///< mmol/L (conductivity: NaCl-equivalent)
    std::optional<Decimal> secondChloride; ///< of a second analysis of the same sample, mmol/L
    std::string analyser, enteredBy;
    std::vector<std::string> handledBy; ///< all who entered or changed an amount or a value of this site
    std::optional<Moment> enteredAt;    ///< local time, of the value that stands
    /// Quality control as it was when the value was entered: of which day, what was found. Empty day: no
    /// value, or a record of before.
    std::optional<Date> qcOn;
    chloride::QcState qc = chloride::QcState::NotStated;
    std::string qcText;
    std::string acceptedBy, acceptReason; ///< of a collection time outside the profile's
};

struct SweatLot {
    std::string kind; ///< "kit", "gel"
    std::string number;
    Date expiry;
};

struct SweatEvent {
    std::string atUtc, by, what;
};

/// A telephone call about a result. The one thing that is added to a record that is signed.
struct PhoneCall {
    std::optional<Moment> at; ///< local time
    std::string whom, by;     ///< who was told, and who told it
    bool readBack = false;    ///< the result was read back
};

/// A version that a correction has replaced, kept with the reason.
struct FormerVersion {
    int version = 1;
    std::string validatedBy, validatedUtc;
    std::string by, atUtc, reason; ///< of the correction
    std::string sha256;            ///< of the former record's file
    std::string text;              ///< of that file, as formerFile() needs it to give it to the letter
};

/// A whole pilocarpine sweat test as the laboratory keeps it: one file NAME.sweat.json, written whole after
/// each step, so that a test that was interrupted goes on where it was. A signed one is never written again;
/// a correction is a new version that names the one before.
struct SweatTestRecord {
    std::string id; ///< random
    int version = 1;
    std::string createdUtc, savedUtc;
    std::string step; ///< where the operator is, see qml/sweat
    // patient and order
    std::string patientName, patientId, sex, orderNumber, operatorName, requester;
    std::optional<Moment> born;
    std::optional<Moment> collectedAt;
    std::map<std::string, std::string>
        eligibilityAnswers;         ///< as asked: "weight_kg", "gestation_at_birth", "oxygen", …
    std::string eligibilityVerdict; ///< GO, WARN, DEFER, BLOCK; empty: not judged
    std::vector<std::string>
        eligibilityReasons;     ///< sentences, overrides with clinician and reason among them
    std::string blockedBecause; ///< a BLOCK that nobody lifted
    bool onModulator = false;
    // method
    std::string guidelineId, protocolId, protocolSha256;
    chloride::Collector collector = chloride::Collector::Coil;
    std::optional<Decimal> area_cm2;
    std::vector<SweatLot> lots;
    std::array<SweatSite, 2> sites; ///< left, right
    std::string recordingFile;      ///< name, beside this file
    std::string recordingSha256;
    bool simulated = false;
    int pauses = 0; ///< of the stimulation
    // laboratory
    chloride::QcState qc = chloride::QcState::NotStated; ///< of the values, as they were entered
    std::string qcText;
    std::string validatedBy, validatedUtc; ///< a second person, not who entered the values
    std::vector<SweatEvent> events;
    std::vector<PhoneCall> calls;
    std::vector<FormerVersion> former; ///< the oldest first; empty: never corrected
    /// What is in doubt since a control failed after the values had been entered; empty: nothing.
    std::string qcAlarm;
    /// The evaluation as it was made, with the limits used: JSON text, kept to the letter. A later change of
    /// a profile does not touch it.
    std::string evaluationJson;
    /// The profile's file that the evaluation was made with, to the letter, so that the result can be shown
    /// and printed when the laboratory has changed or removed it. Empty in records of before.
    std::string guidelineText;

    [[nodiscard]] bool signedOff() const { return !validatedBy.empty(); }
};

/// What the rules need of a record. Fails when it has no birth or collection date.
[[nodiscard]] Result<chloride::SweatTest> sweatTestOf(const SweatTestRecord& record);

/// The record under the rules of a profile; the evaluation, and as JSON with the limits used.
struct EvaluatedSweatTest {
    chloride::Evaluation evaluation;
    std::string json;
    std::string guidelineText;
};
[[nodiscard]] Result<EvaluatedSweatTest> evaluateSweatTest(const SweatTestRecord& record,
                                                           const chloride::Guideline& guideline,
                                                           std::span<const chloride::Guideline> compared);

/// Puts the evaluation and the profile it was made with into the record.
void keepEvaluation(SweatTestRecord& record, const EvaluatedSweatTest& evaluated);

/// Whether two entries name one person: "mk" is "MK ". Two empty ones name nobody.
[[nodiscard]] bool samePerson(const std::string& a, const std::string& b);

/// Notes who entered or changed something of a site; a person once.
void noteHandler(SweatSite& site, const std::string& who);

/// Signs the evaluation that the record holds. Refused when there is none and when somebody signed already.
/// \param secondPerson whether the laboratory asks for a second pair of eyes: then it is refused for who ran
/// the test, for all who entered or changed an amount or a value, and for who began the correction
[[nodiscard]] Done validateSweatTest(SweatTestRecord& record, const std::string& by,
                                     const std::string& nowUtc, bool secondPerson = true);

/// The next version of a signed record, not signed, which keeps the one before with the reason. Who told what
/// of the former one stays with that.
/// \param signedFile what stands in the file of the record, to the letter. Refused when that is another one
[[nodiscard]] Result<SweatTestRecord> correctedVersion(const SweatTestRecord& record,
                                                       const std::string& signedFile, const std::string& by,
                                                       const std::string& reason, const std::string& nowUtc);

/// Adds a call. Refused without a time, and when it does not say who was told and by whom.
[[nodiscard]] Done addPhoneCall(SweatTestRecord& record, const PhoneCall& call);

[[nodiscard]] std::string sweatTestText(const SweatTestRecord& record);
[[nodiscard]] Result<SweatTestRecord> parseSweatTest(const std::string& text, const std::string& name);
[[nodiscard]] Result<SweatTestRecord> loadSweatTest(const std::filesystem::path& file);
/// What stands in the file of a record, to the letter.
[[nodiscard]] Result<std::string> sweatTestFile(const std::filesystem::path& file);
/// Writes the record whole under its name, or not at all. A signed record on disk is not written over, but
/// calls may be added to it.
[[nodiscard]] Done saveSweatTest(const SweatTestRecord& record, const std::filesystem::path& file);

/// A row of an analyser's file that was not taken over, because its sample is none of this test.
struct RefusedRow {
    std::size_t line = 0;
    std::string sampleId;
};
/// Values of an analyser, one row a sample: sample_id, chloride and, where measured, sodium and conductivity.
/// Rows of this test's samples are taken over; nothing of another patient's sample comes into the record,
/// and its row is given back by name. A file without a row of this test, or with an own row that is wrong,
/// is refused whole.
[[nodiscard]] Result<std::vector<RefusedRow>> takeAnalyserResults(SweatTestRecord& record,
                                                                  const std::string& csv,
                                                                  const std::string& name,
                                                                  const std::string& by);

} // namespace eccrine::records
