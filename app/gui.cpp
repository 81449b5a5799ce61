// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui.hpp"

#include "acquisition/bedside_link.hpp"
#include "analysis/norms/norm_library.hpp"
#include "app/audit.hpp"
#include "app/data_files.hpp"
#include "app/laboratory.hpp"
#include "protocols/protocol_file.hpp"
#include "qml/alarms/alarm_speaker.hpp"
#include "qml/session/link_port.hpp"
#include "qml/session/test_session.hpp"
#include "qml/sweat/sweat_desk.hpp"
#include "qml/theme/fonts.hpp"

#include <QtCore/QDir>
#include <QtCore/QSettings>
#include <QtCore/QStandardPaths>
#include <QtGui/QGuiApplication>
#include <QtQml/QQmlApplicationEngine>
#include <QtQml/QQmlExtensionPlugin>
#include <QtQuick/QQuickWindow>

#include <cstdio>
#include <utility>

Q_IMPORT_QML_PLUGIN(EccrinePlugin)

namespace eccrine::app {

namespace {

const auto recentKey = QStringLiteral("instrument/recent");
const auto readerKey = QStringLiteral("review/reader");
const auto guidelineKey = QStringLiteral("sweat/profile");
const auto analyserKey = QStringLiteral("laboratory/analyser");
const auto laboratoryKey = QStringLiteral("laboratory/name");
const auto themeKey = QStringLiteral("window/theme");

QString usualDataFolder() {
    return QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation) + QStringLiteral("/Eccrine");
}

ui::SweatOptions sweatOptions(const QString& dataFolder, const QString& guideline) {
    ui::SweatOptions options;
    options.dataFolder = dataFolder;
    options.guidelineFolders = guidelineFolders();
    options.guidelineId = guideline;
    for (const char* name : {"macroduct", "gibson-cooke", "nanoduct"})
        if (const auto file = findProtocol(name)) options.protocolFiles.push_back(*file);
    return options;
}

/// What the window passes over, or says beside the page that needs it.
void auditConfiguration(const GuiOptions& options, const ui::SweatOptions& sweat) {
    const Audit audit;
    static_cast<void>(
        audited(protocols::loadProtocol(options.protocolFile), "protocol", options.protocolFile));
    for (const auto& file : sweat.protocolFiles)
        static_cast<void>(audited(protocols::loadProtocol(file), "protocol", file));
    audit.notUsed("guideline", chloride::loadGuidelines(sweat.guidelineFolders).refused);
    audit.notUsed("norms", analysis::loadNormLibrary(normFolders()).refused);
}

} // namespace

int runGui(int& argc, char** argv, const GuiOptions& options) {
    const QGuiApplication application(argc, argv);
    QGuiApplication::setApplicationName(QStringLiteral("eccrine"));
    QGuiApplication::setOrganizationName(QStringLiteral("eccrine"));
    QGuiApplication::setApplicationDisplayName(QStringLiteral("Eccrine"));
    QGuiApplication::setDesktopFileName(QStringLiteral("eccrine"));
    ui::useApplicationFont();

    QSettings settings;
    ui::SessionOptions session;
    session.dataFolder =
        QDir(options.dataFolder.empty() ? usualDataFolder() : QString::fromStdString(options.dataFolder))
            .absolutePath();
    session.protocolFile = QString::fromStdString(options.protocolFile);
    session.instrumentProgram =
        QCoreApplication::applicationDirPath() + QStringLiteral("/eccrine-instrument");
    session.instrumentUrl = QString::fromStdString(options.instrumentUrl);
    session.normFolders = normFolders();
    session.station = options.station;
    session.reader = settings.value(readerKey).toString();
    session.recentUrls = settings.value(recentKey).toStringList();

    acquisition::BedsideLink link;
    ui::LinkPort port(link);
    ui::ComputerSpeaker speaker;
    ui::TestSession test(port, session);
    test.alarms()->setSpeaker(speaker);

    ui::SweatOptions sweatTest = sweatOptions(session.dataFolder, settings.value(guidelineKey).toString());
    auditConfiguration(options, sweatTest);
    const Laboratory laboratory = openLaboratory(
        session.dataFolder, options.station,
        settings.value(laboratoryKey, QStringLiteral("this laboratory")).toString(), sweatTest);
    sweatTest.analyser = settings.value(analyserKey).toString();
    ui::SweatDesk sweat(port, std::move(sweatTest));

    QQmlApplicationEngine engine;
    engine.addImportPath(QStringLiteral("qrc:/qt/qml")); // Qt 6.4 does not look there by itself
    QObject::connect(&engine, &QQmlApplicationEngine::warnings, &application,
                     [](const QList<QQmlError>& warnings) {
                         for (const QQmlError& warning : warnings)
                             std::fprintf(stderr, "%s\n", qPrintable(warning.toString()));
                     });
    const QString theme = options.theme != "system"
                              ? QString::fromStdString(options.theme)
                              : settings.value(themeKey, QStringLiteral("system")).toString();
    QVariantMap initial{{QStringLiteral("session"), QVariant::fromValue(&test)},
                        {QStringLiteral("sweat"), QVariant::fromValue(&sweat)},
                        {QStringLiteral("themeMode"), theme}};
    if (laboratory.qns) // kept at once: a program that is ended by the power has no last line
        QObject::connect(laboratory.qns.get(), &ui::QnsDesk::changed, &application,
                         [&settings, qns = laboratory.qns.get()] {
                             settings.setValue(laboratoryKey, qns->laboratoryName());
                         });
    if (laboratory.qc) {
        initial.insert(QStringLiteral("qc"), QVariant::fromValue(laboratory.qc.get()));
        initial.insert(QStringLiteral("qns"), QVariant::fromValue(laboratory.qns.get()));
    }
    const bool sweatRuns = sweat.running();
    if (sweatRuns || test.running() || !options.test.empty())
        initial.insert(QStringLiteral("test"), sweatRuns        ? QStringLiteral("sweat")
                                               : test.running() ? QStringLiteral("qsart")
                                                                : QString::fromStdString(options.test));
    engine.setInitialProperties(initial);
    engine.load(QUrl(QStringLiteral("qrc:/qt/qml/Eccrine/Main.qml")));
    if (engine.rootObjects().isEmpty()) {
        std::fprintf(stderr,
                     "eccrine: the window could not be made; install the packages named in README.md\n");
        return 1;
    }
    if (!options.recording.empty()) test.openRecording(QString::fromStdString(options.recording));

    const int code = QGuiApplication::exec();
    settings.setValue(recentKey, test.recentUrls());
    settings.setValue(readerKey, test.review()->reader());
    settings.setValue(guidelineKey, sweat.usualProfile());
    settings.setValue(analyserKey, sweat.usualAnalyser());
    if (options.theme == "system")
        settings.setValue(themeKey, engine.rootObjects().constFirst()->property("themeMode"));
    return code;
}

} // namespace eccrine::app
