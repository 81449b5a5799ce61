// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/delivered.hpp"
#include "analysis/norms/comparison.hpp"
#include "analysis/qsart_analysis.hpp"
#include "app/audit.hpp"
#include "app/cli/analysis_options.hpp"
#include "app/cli/command_line.hpp"
#include "app/cli/offscreen.hpp"
#include "app/cli/output.hpp"
#include "app/cli/station_option.hpp"
#include "app/cli/unattended_test.hpp"
#include "app/data_files.hpp"
#include "core/calendar.hpp"
#include "protocols/capsule_file.hpp"
#include "protocols/dose.hpp"
#include "protocols/protocol_file.hpp"
#include "recording/csv_writer.hpp"
#include "recording/durable_file.hpp"
#include "recording/recording_reader.hpp"
#include "records/report_pdf.hpp"
#include "records/result_document.hpp"
#include "records/result_text.hpp"

#include <QDate>
#include <QDateTime>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <pwd.h>
#include <set>
#include <string>
#include <unistd.h>
#include <vector>

namespace eccrine::app {
namespace {

namespace fs = std::filesystem;

struct Options {
    std::string protocol, instrument, out, station, audit;
    std::string patientId, patientName, birthDate, sex, operatorName, side, deviceFamily, release;
    std::vector<std::string> sites;              ///< empty: all that the protocol has a channel for
    std::vector<std::string> confirmed, reasons; ///< soft limits, one reason each
    bool insensateSkin = false;
    bool json = false;
};

Result<fs::path> outputFolder(const std::string& name) {
    std::error_code error;
    const fs::path folder = fs::absolute(name, error);
    fs::create_directories(folder, error);
    if (error || !fs::is_directory(folder, error) || ::access(folder.c_str(), W_OK) != 0)
        return failed("files cannot be written there", folder.string(), "choose a folder you may write to",
                      Failure::Kind::Call);
    return folder;
}

/// A name that is free for all four files: the time, and a number when the same second was used already.
fs::path freeStem(const fs::path& folder, const std::string& protocol) {
    const std::string stamp =
        protocol + "-" +
        QDateTime::currentDateTime().toString(QStringLiteral("yyyyMMdd-HHmmss")).toStdString();
    std::error_code error;
    fs::path stem = folder / stamp;
    const auto taken = [&](const fs::path& s) {
        for (const char* suffix : {".eccrine", ".pdf", ".csv", ".json"})
            if (fs::exists(s.string() + suffix, error)) return true;
        return false;
    };
    for (int n = 2; taken(stem); ++n)
        stem = folder / (stamp + "-" + std::to_string(n));
    return stem;
}

Done writeText(const fs::path& file, const std::string& text) {
    auto out = recording::DurableFile::create(file, false);
    if (!out) return tl::unexpected(out.error());
    if (auto done = out->write(text); !done) return done;
    return out->finish();
}

/// One site for each channel that the protocol uses.
std::vector<std::string> allSites(const protocols::Protocol& protocol) {
    if (protocol.sites.empty()) return {standardSites.begin(), standardSites.end()};
    std::vector<std::string> sites;
    std::array<bool, maxSites> taken{};
    for (const protocols::TestSite& site : protocol.sites)
        if (!std::exchange(taken[site.channel], true)) sites.push_back(site.id);
    return sites;
}

/// What happened to a site, from the events of the recording.
nlohmann::ordered_json siteEvents(const RecordedTest& test, const std::string& site) {
    nlohmann::ordered_json out = nlohmann::ordered_json::array();
    for (const TestEvent& e : test.events) {
        if (e.site != site) continue;
        nlohmann::ordered_json event{{"at_s", e.at.count()}, {"kind", e.kind}};
        if (auto detail = nlohmann::ordered_json::parse(e.detail, nullptr, false); detail.is_object())
            event.update(detail);
        out.push_back(std::move(event));
    }
    return out;
}

/// What is printed of a test, and what was left beside its recording.
struct Delivered {
    std::string text;
    std::string files;    ///< ", .pdf"; empty: nothing
    std::string withheld; ///< why nothing; empty: nothing was withheld
};

/// A sweat test is not analysed here, its sample is: leaves what was delivered as JSON beside the recording.
Result<Delivered> deliverCharge(const fs::path& stem, const protocols::Protocol& protocol,
                                const records::Station& station, bool json) {
    auto test = recording::readTest(stem.string() + ".eccrine");
    if (!test) return tl::unexpected(test.error());
    constexpr double fromPlateau = 0.1; // the stimulus begins and ends at a tenth of the current
    nlohmann::ordered_json document{
        {"recording",
         {{"file", stem.filename().string() + ".eccrine"},
          {"sha256", test->sha256},
          {"simulated", test->simulated}}},
        {"test", "pilocarpine"},
        {"protocol", {{"id", protocol.id}, {"version", protocol.version}, {"sha256", protocol.hash}}},
        {"outcome", test->meta.contains("outcome") ? test->meta.at("outcome") : ""},
        {"sites", nlohmann::ordered_json::array()}};
    std::string text;
    const std::string active = "," + test->meta["active_sites"] + ",";
    for (const SiteSignals& recorded : test->sites) {
        if (active.find("," + recorded.site + ",") == std::string::npos) continue;
        const auto delivered = analysis::deliveredOf(recorded.current, fromPlateau);
        nlohmann::ordered_json site{{"site", recorded.site}, {"delivered", nullptr}};
        std::array<char, 96> line{};
        if (delivered) {
            site["delivered"] = {{"charge_mc", delivered->charge.value},
                                 {"mean_current_ma", delivered->meanCurrent.value},
                                 {"duration_s", delivered->duration.count()}};
            static_cast<void>(std::snprintf(line.data(), line.size(), "%.1f mC in %.1f s",
                                            delivered->charge.value, delivered->duration.count()));
        }
        text += recorded.site + ": " + (delivered ? line.data() : "no current") + "\n";
        site["events"] = siteEvents(*test, recorded.site);
        document["sites"].push_back(std::move(site));
    }
    document["software"] = {{"name", "Eccrine"}, {"version", ECCRINE_VERSION}};
    if (const auto may = records::mayLeaveAsResult(station, test->simulated, stem.string() + ".eccrine");
        !may)
        return Delivered{text, {}, may.error().sentence()};
    const std::string whole = document.dump(2) + "\n";
    if (auto done = writeText(stem.string() + ".json", whole); !done) return tl::unexpected(done.error());
    return Delivered{json ? whole : text, ", .json", {}};
}

/// Analyses what was recorded and leaves PDF, CSV and JSON beside it.
Result<Delivered> deliver(const fs::path& stem, const protocols::Protocol& protocol,
                          const records::Station& station, const Audit& audit, bool json) {
    if (protocol.test == protocols::Protocol::Test::Pilocarpine)
        return deliverCharge(stem, protocol, station, json);
    AnalysisOptions usual;
    usual.audit = audit;
    const auto library = libraryOf(usual);
    if (!library) return tl::unexpected(library.error());
    auto test = recording::readTest(stem.string() + ".eccrine");
    if (!test) return tl::unexpected(test.error());
    auto result = analysis::analyzeTest(*test, {});
    if (!result) return tl::unexpected(result.error());
    compareWithNorms(*result, *test, *library);
    if (const auto may = records::mayLeaveAsResult(station, test->simulated, stem.string() + ".eccrine");
        !may)
        return Delivered{records::resultText(*test, *result), {}, may.error().sentence()};
    const std::string document = records::resultJson(*test, *result);
    if (auto done = writeText(stem.string() + ".json", document); !done) return tl::unexpected(done.error());
    if (auto done = recording::writeCsv(*test, stem.string() + ".csv", {}); !done)
        return tl::unexpected(done.error());
    if (auto done = records::writeReport(*test, *result, stem.string() + ".pdf", false); !done)
        return tl::unexpected(done.error());
    return Delivered{json ? document : records::resultText(*test, *result), ", .pdf, .csv, .json", {}};
}

/// The sentence of a test that failed as a failure: what went wrong with the instrument names it already.
Failure failureOf(std::string sentence, const std::string& instrument, std::string remedy) {
    for (const std::string& prefix : {instrument + ": ", "instrument \"" + instrument + "\": "})
        if (sentence.starts_with(prefix)) sentence.erase(0, prefix.size());
    return {std::move(sentence), instrument, std::move(remedy)};
}

/// What would be printed on a report although it cannot be, before anything is connected.
Done checkCall(const Options& o) {
    std::set<std::string> once;
    for (const std::string& site : o.sites)
        if (!once.insert(site).second)
            return failed("the site " + site + " is given twice", "--sites", "name each site once",
                          Failure::Kind::Call);
    if (o.birthDate.empty()) return {};
    const auto born = Date::parse(o.birthDate, "--birth-date");
    if (!born) return failed(born.error().what, born.error().where, born.error().remedy, Failure::Kind::Call);
    if (born->text() > QDate::currentDate().toString(Qt::ISODate).toStdString())
        return failed("the patient is born after today", "--birth-date", "check the date",
                      Failure::Kind::Call);
    return {};
}

/// Every soft limit that the protocol crosses has a reason, and no reason stands for nothing.
Done checkConfirmations(const Options& o, const protocols::Protocol& protocol, const std::string& file) {
    const auto wrong = [](std::string what, const char* where, std::string remedy) {
        return failed(std::move(what), where, std::move(remedy), Failure::Kind::Call);
    };
    if (o.confirmed.size() != o.reasons.size())
        return wrong("there are " + std::to_string(o.confirmed.size()) + " --confirm and " +
                         std::to_string(o.reasons.size()) + " --reason",
                     "run", "give one reason for each");
    for (const std::string& reason : o.reasons)
        if (reason.find_first_not_of(" \t\r\n") == std::string::npos)
            return wrong("a reason is empty", "--reason", "say why this limit may be crossed");
    const auto crossings = protocols::softCrossings(protocol, o.insensateSkin);
    std::set<std::string> given;
    for (const std::string& parameter : o.confirmed) {
        if (!given.insert(parameter).second)
            return wrong("\"" + parameter + "\" is confirmed twice", "--confirm", "confirm it once");
        if (std::none_of(crossings.begin(), crossings.end(),
                         [&](const auto& c) { return c.parameter == parameter; }))
            return wrong("\"" + parameter + "\" crosses no soft limit", "--confirm",
                         "confirm only what the protocol crosses");
    }
    for (const protocols::SoftCrossing& c : crossings)
        if (!given.contains(c.parameter))
            return failed(c.sentence, file,
                          "correct the protocol, or give --confirm " + c.parameter + " --reason TEXT",
                          Failure::Kind::Call);
    return {};
}

/// The operator that was named, else who is logged in.
std::string whoActs(const Options& o) {
    if (!o.operatorName.empty()) return o.operatorName;
    const passwd* user = ::getpwuid(::geteuid());
    return user == nullptr ? "user " + std::to_string(::geteuid()) : user->pw_name;
}

/// The capsules beside the protocol are read by the bedside process; a file that it would refuse is told
/// here.
Done checkCapsules(const fs::path& protocolFile, const Audit& audit) {
    const fs::path file = protocolFile.parent_path() / "capsules.toml";
    std::error_code error;
    if (!fs::exists(file, error)) return {};
    const auto capsules = audited(protocols::loadCapsules(file), "capsules", file, audit);
    if (!capsules) return tl::unexpected(capsules.error());
    return {};
}

/// What of the test goes into the audit trail. Nothing of the patient: the recording is known by its name.
class RunAudit {
public:
    RunAudit(Audit audit, const protocols::Protocol& protocol, const fs::path& stem)
        : audit_(std::move(audit)), protocol_(protocol), recording_(stem.string() + ".eccrine") {}

    /// Before anything is connected; a failure says that no current may flow.
    [[nodiscard]] Done begun(const Options& o) const {
        for (std::size_t i = 0; i < o.confirmed.size(); ++i)
            if (auto done = audit_.add({.action = records::AuditAction::SoftLimitConfirmed,
                                        .objectType = "protocol",
                                        .objectId = protocol_.id,
                                        .objectVersion = protocol_.version,
                                        .after = protocol_.hash,
                                        .reason = o.confirmed[i] + ": " + o.reasons[i]});
                !done)
                return done;
        return audit_.add(
            {.action = records::AuditAction::TestBegun,
             .objectType = "recording",
             .objectId = recording_.filename().string(),
             .reason = "protocol " + protocol_.id + " " + protocol_.version + ", sha256 " + protocol_.hash});
    }
    [[nodiscard]] Done released(const std::string& serial, const std::string& cause) const {
        return audit_.add({.action = records::AuditAction::LatchReleased,
                           .objectType = "instrument",
                           .objectId = serial,
                           .reason = cause});
    }
    /// What has ended is not held up: when it cannot be added, that is said.
    void ended(const std::string& outcome, const std::string& sentence) const {
        records::AuditEvent event{.action = records::AuditAction::TestEnded,
                                  .objectType = "recording",
                                  .objectId = recording_.filename().string(),
                                  .reason = sentence.empty() ? outcome : outcome + ": " + sentence};
        if (const auto test = recording::readTest(recording_)) event.after = test->sha256;
        if (const Done done = audit_.add(std::move(event)); !done)
            std::fprintf(stderr, "eccrine: the end of the test is not in the audit trail: %s\n",
                         done.error().sentence().c_str());
    }

private:
    Audit audit_;
    const protocols::Protocol& protocol_;
    fs::path recording_;
};

int runTest(const Options& o) {
    if (const auto sound = checkCall(o); !sound) return reportFailure(sound.error(), o.json);
    const auto protocolFile = findProtocol(o.protocol);
    if (!protocolFile) return reportFailure(protocolFile.error(), o.json);
    const Audit audit{o.audit, whoActs(o)};
    const auto protocol = audited(protocols::loadProtocol(*protocolFile), "protocol", *protocolFile, audit);
    if (!protocol) return reportFailure(protocol.error(), o.json);
    if (const Done sound = checkCapsules(*protocolFile, audit); !sound)
        return reportFailure(sound.error(), o.json);
    if (const auto sound = checkConfirmations(o, *protocol, protocolFile->string()); !sound)
        return reportFailure(sound.error(), o.json);
    const auto station = stationHere(o.station, audit);
    if (!station) return reportFailure(station.error(), o.json);
    if (o.json) // only a simulated instrument runs without a person
        if (const auto may = records::mayLeaveAsResult(*station, true, "run --json"); !may)
            return reportFailure(may.error(), o.json);
    const auto folder = outputFolder(o.out);
    if (!folder) return reportFailure(folder.error(), o.json);

    Offscreen offscreen; // fonts for the report
    const fs::path stem = freeStem(*folder, protocol->id);

    BedsideRequest request;
    request.setProtocolFile(QString::fromStdString(protocolFile->string()));
    request.setRecordingFile(QString::fromStdString(stem.string() + ".eccrine"));
    QStringList sites;
    for (const std::string& site : o.sites.empty() ? allSites(*protocol) : o.sites)
        sites.append(QString::fromStdString(site));
    request.setActiveSites(sites);
    QMap<QString, QString> meta;
    const auto put = [&](const char* key, const std::string& value) {
        if (!value.empty()) meta.insert(QString::fromLatin1(key), QString::fromStdString(value));
    };
    put("patient.id", o.patientId);
    put("patient.name", o.patientName);
    put("patient.birth_date", o.birthDate);
    put("patient.sex", o.sex);
    put("operator", o.operatorName);
    put("side", o.side);
    put("device.family", o.deviceFamily);
    if (o.insensateSkin) put("skin.insensate", "yes");
    for (std::size_t i = 0; i < o.confirmed.size(); ++i)
        put(("confirm." + o.confirmed[i]).c_str(), o.reasons[i]);
    if (!o.confirmed.empty()) put("confirm.by", whoActs(o));
    for (const protocols::Preparation& p : protocol->preparation)
        put(("check." + p.id).c_str(), "unattended");
    request.setMeta(meta);
    request.setStimulateWithoutOperator(true);

    const RunAudit trail(audit, *protocol, stem);
    if (const Done begun = trail.begun(o); !begun) return reportFailure(begun.error(), o.json);
    UnattendedTest test(QString::fromStdString(o.instrument), request, QString::fromStdString(o.release),
                        [&](const std::string& serial) { return trail.released(serial, o.release); });
    QObject::connect(&test, &UnattendedTest::done, &offscreen.application(), &QCoreApplication::quit,
                     Qt::QueuedConnection);
    QMetaObject::invokeMethod(&test, &UnattendedTest::begin, Qt::QueuedConnection);
    QCoreApplication::exec();
    trail.ended(test.outcome().toStdString(), test.sentence().toStdString());

    const bool finished = test.outcome() == QLatin1String("finished");
    std::error_code error;
    const bool recorded = fs::exists(stem.string() + ".eccrine", error);
    if (!finished) {
        const Failure failure =
            failureOf(test.sentence().isEmpty() ? "the test was " + test.outcome().toStdString()
                                                : test.sentence().toStdString(),
                      o.instrument, recorded ? "what was recorded is in " + stem.string() + ".eccrine" : "");
        if (!recorded) return reportFailure(failure, o.json);
        // a partial test still has curves worth keeping
        if (const auto partial = deliver(stem, *protocol, *station, audit, false); !partial)
            std::fprintf(stderr, "eccrine: %s\n", partial.error().sentence().c_str());
        return reportFailure(failure, o.json);
    }
    if (!test.sentence().isEmpty()) std::fprintf(stderr, "eccrine: %s\n", qPrintable(test.sentence()));
    const auto output = deliver(stem, *protocol, *station, audit, o.json);
    if (!output) return reportFailure(output.error(), o.json);
    if (const int code = print(output->text); code != 0) return code;
    if (!o.json) std::fprintf(stderr, "\n%s.eccrine%s\n", stem.c_str(), output->files.c_str());
    if (!output->withheld.empty()) std::fprintf(stderr, "eccrine: %s\n", output->withheld.c_str());
    return 0;
}

} // namespace

void addRun(CLI::App& program, Action& chosen) {
    auto o = std::make_shared<Options>();
    auto* verb = program.add_subcommand(
        "run", "A whole test without the window and without a person, on a simulated instrument");
    verb->add_option("PROTOCOL", o->protocol,
                     "qsart, macroduct, gibson-cooke, nanoduct, or the path of a protocol file")
        ->required();
    verb->add_option("--instrument", o->instrument, "efp:/dev/serial/by-id/NAME or tcp://HOST:PORT")
        ->required()
        ->type_name("URL");
    verb->add_option("--out", o->out,
                     "folder for .eccrine, .pdf, .csv and .json; of a sweat test .eccrine and .json; at a "
                     "station for patients .eccrine")
        ->required()
        ->type_name("DIR");
    verb->add_option("--sites", o->sites,
                     "sites that take part, separated by commas (default: all four; "
                     "of a sweat test both forearms)")
        ->delimiter(',')
        ->type_name("SITE,...");
    verb->add_option("--patient-id", o->patientId, "identifier of the patient")->type_name("TEXT");
    verb->add_option("--patient-name", o->patientName, "name of the patient")->type_name("TEXT");
    verb->add_option("--birth-date", o->birthDate, "YYYY-MM-DD")->type_name("DATE");
    verb->add_option("--sex", o->sex, "sex as used for norms: female or male")
        ->check(CLI::IsMember({"female", "male"}));
    verb->add_option("--operator", o->operatorName, "who runs the test")->type_name("TEXT");
    verb->add_option("--side", o->side, "left or right")->check(CLI::IsMember({"left", "right"}));
    verb->add_option("--device-family", o->deviceFamily,
                     "family of the instrument and its capsules as norm sets name it, for instance q-sweat")
        ->type_name("NAME");
    verb->add_option("--release", o->release,
                     "what ended the last test with this instrument, when that was a fault and it is "
                     "latched; the skin was "
                     "looked at. Stored in the audit trail, so that no patient is named in it")
        ->type_name("TEXT");
    verb->add_option(
            "--confirm", o->confirmed,
            "a soft limit that the protocol crosses on purpose, for instance current_ma; each with a "
            "--reason of its own (see eccrine presets)")
        ->take_all()
        ->allow_extra_args(false)
        ->type_name("PARAMETER");
    verb->add_option("--reason", o->reasons,
                     "why the soft limit may be crossed; stored with the recording and in the audit trail, "
                     "so that no patient is named in it")
        ->take_all()
        ->allow_extra_args(false)
        ->type_name("TEXT");
    verb->add_flag("--insensate-skin", o->insensateSkin,
                   "the skin does not feel: a lower density already asks for a reason");
    addStationOption(*verb, o->station);
    verb->add_option("--audit", o->audit,
                     "audit trail (default: eccrine/audit.trail in $XDG_DATA_HOME or ~/.local/share); a test "
                     "that cannot be entered in it does not begin")
        ->type_name("FILE");
    verb->add_flag("--json", o->json, "print the result document instead of a table");
    verb->footer("The stimulation starts by itself once the baseline has settled; safety questions and steps "
                 "that wait "
                 "for a person are answered at once, and the recording says by nobody. An instrument that is "
                 "not simulated "
                 "is therefore refused. Ctrl-C stops the test safely.");
    verb->callback([o, &chosen] { chosen = [o] { return runTest(*o); }; });
}

} // namespace eccrine::app
