// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/norms/comparison.hpp"
#include "analysis/qsart_analysis.hpp"
#include "app/cli/analysis_options.hpp"
#include "app/cli/command_line.hpp"
#include "app/cli/offscreen.hpp"
#include "app/cli/output.hpp"
#include "app/cli/unattended_test.hpp"
#include "app/data_files.hpp"
#include "protocols/protocol_file.hpp"
#include "recording/csv_writer.hpp"
#include "recording/durable_file.hpp"
#include "recording/recording_reader.hpp"
#include "records/report_pdf.hpp"
#include "records/result_document.hpp"
#include "records/result_text.hpp"

#include <QDateTime>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <unistd.h>
#include <vector>

namespace eccrine::app {
namespace {

namespace fs = std::filesystem;

struct Options {
    std::string protocol, instrument, out;
    std::string patientId, patientName, birthDate, sex, operatorName, side, deviceFamily;
    std::vector<std::string> sites{"forearm", "proximal_leg", "distal_leg", "foot"};
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

/// Analyses what was recorded and leaves PDF, CSV and JSON beside it.
Result<std::string> deliver(const fs::path& stem, bool json) {
    const auto library = libraryOf({});
    if (!library) return tl::unexpected(library.error());
    auto test = recording::readTest(stem.string() + ".eccrine");
    if (!test) return tl::unexpected(test.error());
    auto result = analysis::analyzeTest(*test, {});
    if (!result) return tl::unexpected(result.error());
    compareWithNorms(*result, *test, *library);
    const std::string document = records::resultJson(*test, *result);
    if (auto done = writeText(stem.string() + ".json", document); !done) return tl::unexpected(done.error());
    if (auto done = recording::writeCsv(*test, stem.string() + ".csv", {}); !done)
        return tl::unexpected(done.error());
    if (auto done = records::writeReport(*test, *result, stem.string() + ".pdf", false); !done)
        return tl::unexpected(done.error());
    return json ? document : records::resultText(*test, *result);
}

int runTest(const Options& o) {
    const auto protocolFile = findProtocol(o.protocol);
    if (!protocolFile) return reportFailure(protocolFile.error(), o.json);
    const auto protocol = protocols::loadProtocol(*protocolFile);
    if (!protocol) return reportFailure(protocol.error(), o.json);
    const auto folder = outputFolder(o.out);
    if (!folder) return reportFailure(folder.error(), o.json);

    Offscreen offscreen; // fonts for the report
    const fs::path stem = freeStem(*folder, protocol->id);

    BedsideRequest request;
    request.setProtocolFile(QString::fromStdString(protocolFile->string()));
    request.setRecordingFile(QString::fromStdString(stem.string() + ".eccrine"));
    QStringList sites;
    for (const std::string& site : o.sites)
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
    request.setMeta(meta);
    request.setStimulateWithoutOperator(true);

    UnattendedTest test(QString::fromStdString(o.instrument), request);
    QObject::connect(&test, &UnattendedTest::done, &offscreen.application(), &QCoreApplication::quit,
                     Qt::QueuedConnection);
    QMetaObject::invokeMethod(&test, &UnattendedTest::begin, Qt::QueuedConnection);
    QCoreApplication::exec();

    const bool finished = test.outcome() == QLatin1String("finished");
    std::error_code error;
    const bool recorded = fs::exists(stem.string() + ".eccrine", error);
    if (!finished) {
        Failure failure{test.sentence().isEmpty() ? "the test was " + test.outcome().toStdString()
                                                  : test.sentence().toStdString(),
                        o.instrument,
                        recorded ? "what was recorded is in " + stem.string() + ".eccrine" : ""};
        if (!recorded) return reportFailure(failure, o.json);
        // a partial test still has curves worth keeping
        if (const auto partial = deliver(stem, false); !partial)
            std::fprintf(stderr, "eccrine: %s\n", partial.error().sentence().c_str());
        return reportFailure(failure, o.json);
    }
    if (!test.sentence().isEmpty()) std::fprintf(stderr, "eccrine: %s\n", qPrintable(test.sentence()));
    const auto output = deliver(stem, o.json);
    if (!output) return reportFailure(output.error(), o.json);
    if (const int code = print(*output); code != 0) return code;
    if (!o.json) std::fprintf(stderr, "\n%s.eccrine, .pdf, .csv, .json\n", stem.c_str());
    return 0;
}

} // namespace

void addRun(CLI::App& program, Action& chosen) {
    auto o = std::make_shared<Options>();
    auto* verb =
        program.add_subcommand("run", "A whole test without the window, on a real or virtual instrument");
    verb->add_option("PROTOCOL", o->protocol, "qsart, or the path of a protocol file")->required();
    verb->add_option("--instrument", o->instrument, "efp:/dev/serial/by-id/NAME or tcp://HOST:PORT")
        ->required()
        ->type_name("URL");
    verb->add_option("--out", o->out, "folder for .eccrine, .pdf, .csv and .json")
        ->required()
        ->type_name("DIR");
    verb->add_option("--sites", o->sites, "sites that take part, separated by commas (default: all four)")
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
    verb->add_flag("--json", o->json, "print the result document instead of a table");
    verb->footer(
        "The stimulation starts by itself once the baseline has settled. Ctrl-C stops the test safely.");
    verb->callback([o, &chosen] { chosen = [o] { return runTest(*o); }; });
}

} // namespace eccrine::app
