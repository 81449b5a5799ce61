// SPDX-License-Identifier: GPL-3.0-or-later
#include "datafiles/strict_toml.hpp"
#include "recording/durable_file.hpp"
#include "records/sweat_test.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <utility>

namespace eccrine::records {
namespace {

using Json = nlohmann::ordered_json;

constexpr int knownSchema = 5;
constexpr int withoutSampleWork = 1; // had no weighing times, elution, second analysis and storage
constexpr int withoutGuidelineText = 2;
constexpr int withoutVoidReason = 3; // and without the quality control of each site
constexpr int withoutFormerVersion =
    4; // and without calls, bounds of an amount, and all who had a hand in a value

constexpr std::array skinCodes{std::pair{SkinFinding::NotInspected, "not_inspected"},
                               std::pair{SkinFinding::Normal, "normal"},
                               std::pair{SkinFinding::Erythema, "erythema"},
                               std::pair{SkinFinding::Welt, "welt"}, std::pair{SkinFinding::Burn, "burn"}};
constexpr std::array qcCodes{std::pair{chloride::QcState::Passed, "passed"},
                             std::pair{chloride::QcState::Failed, "failed"},
                             std::pair{chloride::QcState::NotStated, "not_stated"}};

/// Thrown while a file is read only: the first thing wrong ends the reading.
struct Refusal {
    std::string what;
};

template <class T>
const T& taken(const Result<T>& result) {
    if (!result) throw Refusal{result.error().what};
    return *result;
}

Json jsonOf(const std::optional<Decimal>& value) {
    return value ? Json(value->text()) : Json(nullptr); // text: every digit as it was read
}
Json jsonOf(const std::optional<double>& value) {
    return value ? Json(*value) : Json(nullptr);
}
Json jsonOf(const std::optional<Date>& value) {
    return value ? Json(value->text()) : Json(nullptr);
}
Json jsonOf(const std::optional<Moment>& value) {
    return value ? Json(value->text()) : Json(nullptr);
}

std::string qcCodeOf(chloride::QcState state) {
    for (const auto& [value, code] : qcCodes)
        if (value == state) return code;
    return {};
}

Json siteJson(const SweatSite& s) {
    return {{"used", s.used},
            {"limb", s.limb},
            {"charge_mc", jsonOf(s.charge_mc)},
            {"mean_current_ma", jsonOf(s.meanCurrent_ma)},
            {"stimulation_s", jsonOf(s.stimulation_s)},
            {"stimulus_low", s.stimulusLow},
            {"void_reason", s.voidReason},
            {"skin", codeOf(s.skin)},
            {"skin_note", s.skinNote},
            {"attached_utc", s.attachedUtc},
            {"removed_utc", s.removedUtc},
            {"dye_seen_utc", s.dyeSeenUtc},
            {"minutes", jsonOf(s.minutes)},
            {"coil_cm", jsonOf(s.coil_cm)},
            {"tare_mg", jsonOf(s.tare_mg)},
            {"gross_mg", jsonOf(s.gross_mg)},
            {"tared_at", jsonOf(s.taredAt)},
            {"weighed_at", jsonOf(s.weighedAt)},
            {"amount", jsonOf(s.amount)},
            {"amount_is_least", s.amountIsLeast},
            {"amount_at_most", jsonOf(s.amountAtMost)},
            {"amount_note", s.amountNote},
            {"sample_id", s.sampleId},
            {"cold_since", jsonOf(s.coldSince)},
            {"storage_note", s.storageNote},
            {"eluent_ul", jsonOf(s.eluent_ul)},
            {"eluate", jsonOf(s.eluate)},
            {"blank", jsonOf(s.blank)},
            {"chloride", jsonOf(s.chloride)},
            {"sodium", jsonOf(s.sodium)},
            {"conductivity", jsonOf(s.conductivity)},
            {"second_chloride", jsonOf(s.secondChloride)},
            {"second_differs", s.secondDiffers},
            {"analyser", s.analyser},
            {"entered_by", s.enteredBy},
            {"entered_at", jsonOf(s.enteredAt)},
            {"handled_by", s.handledBy},
            {"qc_on", jsonOf(s.qcOn)},
            {"qc", qcCodeOf(s.qc)},
            {"qc_text", s.qcText},
            {"accepted_by", s.acceptedBy},
            {"accept_reason", s.acceptReason}};
}

/// Reads the members of one object; what is missing or of another kind is named.
class Members {
public:
    Members(const Json& object, std::string where) : object_(object), where_(std::move(where)) {
        if (!object.is_object()) throw Refusal{where_ + " is not an object"};
    }
    [[nodiscard]] const Json& at(const char* key) const {
        const auto found = object_.find(key);
        if (found == object_.end()) throw Refusal{where_ + " has no \"" + key + "\""};
        return *found;
    }
    [[nodiscard]] std::string text(const char* key) const {
        if (!at(key).is_string()) throw wrong(key, "text");
        return at(key).get<std::string>();
    }
    /// Of a member that older records of the same version do not have.
    [[nodiscard]] std::string textIfThere(const char* key) const {
        return object_.contains(key) ? text(key) : std::string();
    }
    [[nodiscard]] bool flag(const char* key) const {
        if (!at(key).is_boolean()) throw wrong(key, "true or false");
        return at(key).get<bool>();
    }
    [[nodiscard]] int whole(const char* key) const {
        if (!at(key).is_number_integer()) throw wrong(key, "a whole number");
        return at(key).get<int>();
    }
    /// 0 of a member that older records of the same version do not have.
    [[nodiscard]] int wholeIfThere(const char* key) const { return object_.contains(key) ? whole(key) : 0; }
    [[nodiscard]] std::optional<double> number(const char* key) const {
        if (at(key).is_null()) return std::nullopt;
        if (!at(key).is_number()) throw wrong(key, "a number");
        return at(key).get<double>();
    }
    [[nodiscard]] std::optional<Decimal> decimal(const char* key) const {
        if (at(key).is_null()) return std::nullopt;
        return taken(Decimal::parse(text(key), where_ + ", " + key));
    }
    [[nodiscard]] std::optional<Date> date(const char* key) const {
        if (at(key).is_null()) return std::nullopt;
        return taken(Date::parse(text(key), where_ + ", " + key));
    }
    [[nodiscard]] std::optional<Moment> moment(const char* key) const {
        if (at(key).is_null()) return std::nullopt;
        return taken(Moment::parse(text(key), where_ + ", " + key));
    }
    [[nodiscard]] std::vector<std::string> texts(const char* key) const {
        if (!at(key).is_array()) throw wrong(key, "a list");
        std::vector<std::string> out;
        for (const Json& item : at(key)) {
            if (!item.is_string()) throw wrong(key, "a list of texts");
            out.push_back(item.get<std::string>());
        }
        return out;
    }
    [[nodiscard]] const Json& list(const char* key) const {
        if (!at(key).is_array()) throw wrong(key, "a list");
        return at(key);
    }
    template <class Value, std::size_t N>
    [[nodiscard]] Value oneOf(const char* key,
                              const std::array<std::pair<Value, const char*>, N>& codes) const {
        const std::string code = text(key);
        for (const auto& [value, name] : codes)
            if (code == name) return value;
        throw Refusal{where_ + ": \"" + key + "\" is \"" + code + "\", which is not known"};
    }

private:
    [[nodiscard]] Refusal wrong(const char* key, const char* kind) const {
        return {where_ + ": \"" + key + "\" has to be " + kind};
    }
    const Json& object_;
    std::string where_;
};

SweatSite siteOf(const Json& json, const std::string& where, int schema) {
    const Members in(json, where);
    SweatSite s;
    s.used = in.flag("used");
    s.limb = in.text("limb");
    s.charge_mc = in.number("charge_mc");
    s.meanCurrent_ma = in.number("mean_current_ma");
    s.stimulation_s = in.number("stimulation_s");
    s.stimulusLow = in.flag("stimulus_low");
    s.skin = in.oneOf("skin", skinCodes);
    s.skinNote = in.text("skin_note");
    s.attachedUtc = in.text("attached_utc");
    s.removedUtc = in.text("removed_utc");
    s.dyeSeenUtc = in.textIfThere("dye_seen_utc");
    s.minutes = in.decimal("minutes");
    s.coil_cm = in.decimal("coil_cm");
    s.tare_mg = in.decimal("tare_mg");
    s.gross_mg = in.decimal("gross_mg");
    s.amount = in.decimal("amount");
    s.sampleId = in.text("sample_id");
    s.chloride = in.decimal("chloride");
    s.sodium = in.decimal("sodium");
    s.conductivity = in.decimal("conductivity");
    s.analyser = in.text("analyser");
    s.enteredBy = in.text("entered_by");
    s.acceptedBy = in.text("accepted_by");
    s.acceptReason = in.text("accept_reason");
    s.amountIsLeast = s.coil_cm.has_value(); // as records of before have it
    if (schema <= withoutSampleWork) return s;
    s.taredAt = in.moment("tared_at");
    s.weighedAt = in.moment("weighed_at");
    s.coldSince = in.moment("cold_since");
    s.storageNote = in.text("storage_note");
    s.eluent_ul = in.decimal("eluent_ul");
    s.eluate = in.decimal("eluate");
    s.blank = in.decimal("blank");
    s.secondChloride = in.decimal("second_chloride");
    s.secondDiffers = in.flag("second_differs");
    if (schema <= withoutVoidReason) return s;
    s.qcOn = in.date("qc_on");
    s.qc = in.oneOf("qc", qcCodes);
    s.qcText = in.text("qc_text");
    s.voidReason = in.text("void_reason");
    if (schema <= withoutFormerVersion) return s;
    s.amountIsLeast = in.flag("amount_is_least");
    s.amountAtMost = in.decimal("amount_at_most");
    s.amountNote = in.text("amount_note");
    s.enteredAt = in.moment("entered_at");
    s.handledBy = in.texts("handled_by");
    return s;
}

SweatTestRecord recordOf(const Json& json) {
    const Members in(json, "the record");
    const int schema = in.whole("eccrine_sweat_test");
    if (schema < withoutSampleWork || schema > knownSchema)
        throw Refusal{"the record is of another version than " + std::to_string(knownSchema) + " and before"};
    SweatTestRecord r;
    r.id = in.text("id");
    r.version = in.whole("version");
    r.createdUtc = in.text("created_utc");
    r.savedUtc = in.text("saved_utc");
    r.step = in.text("step");
    const Members patient(in.at("patient"), "the patient");
    r.patientName = patient.text("name");
    r.patientId = patient.text("id");
    r.sex = patient.text("sex");
    r.born = patient.moment("born");
    r.onModulator = patient.flag("on_modulator");
    r.orderNumber = in.text("order");
    r.operatorName = in.text("operator");
    r.requester = in.text("requester");
    r.collectedAt = in.moment("collected_at");
    const Members eligibility(in.at("eligibility"), "the eligibility");
    const Json& answers = eligibility.at("answers");
    if (!answers.is_object()) throw Refusal{"the eligibility's answers are not an object"};
    for (const auto& [key, value] : answers.items())
        r.eligibilityAnswers[key] = Members(answers, "an answer").text(key.c_str());
    r.eligibilityVerdict = eligibility.text("verdict");
    r.eligibilityReasons = eligibility.texts("reasons");
    r.blockedBecause = eligibility.text("blocked_because");
    r.guidelineId = in.text("guideline");
    r.protocolId = in.text("protocol");
    r.protocolSha256 = in.text("protocol_sha256");
    const std::string collector = in.text("collector");
    const auto known = chloride::collectorOf(collector);
    if (!known) throw Refusal{"the collector \"" + collector + "\" is not known"};
    r.collector = *known;
    r.area_cm2 = in.decimal("area_cm2");
    for (const Json& lot : in.list("lots")) {
        const Members l(lot, "a lot");
        r.lots.push_back(
            {l.text("kind"), l.text("number"), taken(Date::parse(l.text("expiry"), "a lot's expiry"))});
    }
    r.sites = {siteOf(in.at("left"), "the left site", schema),
               siteOf(in.at("right"), "the right site", schema)};
    r.recordingFile = in.text("recording");
    r.recordingSha256 = in.text("recording_sha256");
    r.simulated = in.flag("simulated");
    r.pauses = in.wholeIfThere("pauses");
    r.qc = in.oneOf("qc", qcCodes);
    r.qcText = in.text("qc_text");
    r.validatedBy = in.text("validated_by");
    r.validatedUtc = in.text("validated_utc");
    for (const Json& event : in.list("events")) {
        const Members e(event, "an event");
        r.events.push_back({e.text("at_utc"), e.text("by"), e.text("what")});
    }
    r.evaluationJson = in.text("evaluation");
    if (schema > withoutGuidelineText) r.guidelineText = in.text("guideline_text");
    if (schema <= withoutFormerVersion) return r;
    for (const Json& call : in.list("calls")) {
        const Members c(call, "a call");
        r.calls.push_back({c.moment("at"), c.text("whom"), c.text("by"), c.flag("read_back")});
    }
    for (const Json& former : in.list("former_versions")) {
        const Members f(former, "a former version");
        r.former.push_back({f.whole("version"), f.text("validated_by"), f.text("validated_utc"), f.text("by"),
                            f.text("at_utc"), f.text("reason"), f.text("sha256"), f.text("text")});
    }
    r.qcAlarm = in.text("qc_alarm");
    return r;
}

} // namespace

std::string codeOf(SkinFinding finding) {
    for (const auto& [value, code] : skinCodes)
        if (value == finding) return code;
    return {};
}

std::string sweatTestText(const SweatTestRecord& r) {
    Json lots = Json::array(), events = Json::array(), answers = Json::object();
    Json calls = Json::array(), former = Json::array();
    for (const PhoneCall& c : r.calls)
        calls.push_back({{"at", jsonOf(c.at)}, {"whom", c.whom}, {"by", c.by}, {"read_back", c.readBack}});
    for (const FormerVersion& f : r.former)
        former.push_back({{"version", f.version},
                          {"validated_by", f.validatedBy},
                          {"validated_utc", f.validatedUtc},
                          {"by", f.by},
                          {"at_utc", f.atUtc},
                          {"reason", f.reason},
                          {"sha256", f.sha256},
                          {"text", f.text}});
    for (const SweatLot& lot : r.lots)
        lots.push_back({{"kind", lot.kind}, {"number", lot.number}, {"expiry", lot.expiry.text()}});
    for (const SweatEvent& e : r.events)
        events.push_back({{"at_utc", e.atUtc}, {"by", e.by}, {"what", e.what}});
    for (const auto& [key, value] : r.eligibilityAnswers)
        answers[key] = value;
    return Json{{"eccrine_sweat_test", knownSchema},
                {"id", r.id},
                {"version", r.version},
                {"created_utc", r.createdUtc},
                {"saved_utc", r.savedUtc},
                {"step", r.step},
                {"patient",
                 {{"name", r.patientName},
                  {"id", r.patientId},
                  {"sex", r.sex},
                  {"born", jsonOf(r.born)},
                  {"on_modulator", r.onModulator}}},
                {"order", r.orderNumber},
                {"operator", r.operatorName},
                {"requester", r.requester},
                {"collected_at", jsonOf(r.collectedAt)},
                {"eligibility",
                 {{"answers", answers},
                  {"verdict", r.eligibilityVerdict},
                  {"reasons", r.eligibilityReasons},
                  {"blocked_because", r.blockedBecause}}},
                {"guideline", r.guidelineId},
                {"protocol", r.protocolId},
                {"protocol_sha256", r.protocolSha256},
                {"collector", std::string(codeOf(r.collector))},
                {"area_cm2", jsonOf(r.area_cm2)},
                {"lots", lots},
                {"left", siteJson(r.sites[0])},
                {"right", siteJson(r.sites[1])},
                {"recording", r.recordingFile},
                {"recording_sha256", r.recordingSha256},
                {"simulated", r.simulated},
                {"pauses", r.pauses},
                {"qc", qcCodeOf(r.qc)},
                {"qc_text", r.qcText},
                {"validated_by", r.validatedBy},
                {"validated_utc", r.validatedUtc},
                {"events", events},
                {"calls", calls},
                {"former_versions", former},
                {"qc_alarm", r.qcAlarm},
                {"evaluation", r.evaluationJson},
                {"guideline_text", r.guidelineText}}
               .dump(2) +
           "\n";
}

Result<SweatTestRecord> parseSweatTest(const std::string& text, const std::string& name) {
    constexpr const char* remedy = "choose a file that this program has written, or restore it from a copy";
    const Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded()) return failed("the file is damaged: it is no JSON document", name, remedy);
    try {
        return recordOf(json);
    } catch (const Refusal& refusal) {
        return failed(refusal.what, name, remedy);
    }
}

Result<SweatTestRecord> loadSweatTest(const std::filesystem::path& file) {
    const auto text = sweatTestFile(file);
    if (!text) return tl::unexpected(text.error());
    return parseSweatTest(*text, file.string());
}

Result<std::string> sweatTestFile(const std::filesystem::path& file) {
    return datafiles::smallFile(file);
}

namespace {

/// Whether the record is the signed one with calls added, and nothing else.
bool onlyCallsAdded(const SweatTestRecord& before, const SweatTestRecord& record) {
    if (record.calls.size() <= before.calls.size()) return false;
    SweatTestRecord shortened = record;
    shortened.calls.resize(before.calls.size());
    shortened.savedUtc = before.savedUtc;
    return sweatTestText(shortened) == sweatTestText(before);
}

} // namespace

Done saveSweatTest(const SweatTestRecord& record, const std::filesystem::path& file) {
    std::error_code error;
    if (std::filesystem::exists(file, error)) {
        const auto before = loadSweatTest(file);
        if (!before) return tl::unexpected(before.error());
        if (before->id != record.id)
            return failed("the file belongs to another test", file.string(), "choose another name");
        if (before->signedOff() && !onlyCallsAdded(*before, record))
            return failed("the test was validated by " + before->validatedBy + " and is not changed any more",
                          file.string(), "make a corrected version");
    }
    auto out = recording::DurableFile::create(file, true);
    if (!out) return tl::unexpected(out.error());
    if (auto done = out->write(sweatTestText(record)); !done) return done;
    return out->finish();
}

} // namespace eccrine::records
