// SPDX-License-Identifier: GPL-3.0-or-later
// eccrine-acquire: the bedside process. No GUI, no network; one per user.
#include "acquisition/bedside_host.hpp"
#include "acquisition/bedside_socket.hpp"
#include "devices/open_front_end.hpp"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QFile>
#include <QLocalServer>
#include <QLockFile>
#include <QRemoteObjectHost>
#include <QSocketNotifier>
#include <QStandardPaths>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace eccrine;

namespace {

int refuse(const QString& sentence, int exitCode) {
    std::fprintf(stderr, "eccrine-acquire: %s\n", qPrintable(sentence));
    return exitCode;
}

/// SIGTERM and SIGINT as a descriptor the event loop can watch: the test is stopped safely, nothing happens
/// in a signal handler.
int terminationSignals() {
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGTERM);
    sigaddset(&wanted, SIGINT);
    ::sigprocmask(SIG_BLOCK, &wanted, nullptr);
    std::signal(SIGHUP, SIG_IGN); // a closed terminal does not end a test
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN); // a file that may not grow is a failed write, not the end of the test
    return ::signalfd(-1, &wanted, SFD_NONBLOCK | SFD_CLOEXEC);
}

} // namespace

int main(int argc, char** argv) {
    const int terminations = terminationSignals();
    const rlimit noCore{0, 0};
    ::setrlimit(RLIMIT_CORE, &noCore); // a core dump would hold patient data
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("eccrine-acquire"));
    QCoreApplication::setApplicationVersion(QStringLiteral(ECCRINE_VERSION));

    QCommandLineParser options;
    options.setApplicationDescription(
        QStringLiteral("The bedside process of Eccrine: drives the instrument, watches the current, records "
                       "the test. eccrine starts it by itself."));
    options.addHelpOption();
    options.addVersionOption();
    const QCommandLineOption socketOption(QStringLiteral("socket"),
                                          QStringLiteral("Local socket to listen on."),
                                          QStringLiteral("PATH"), acquisition::defaultBedsideSocket());
    const QCommandLineOption logOption(
        QStringLiteral("log"), QStringLiteral("Log file (default: standard error)."), QStringLiteral("FILE"));
    const QCommandLineOption latchesOption(
        QStringLiteral("latches"),
        QStringLiteral(
            "File that keeps which instrument is latched and why (default: in the user's data folder)."),
        QStringLiteral("FILE"),
        QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) +
            QStringLiteral("/eccrine/latches.json"));
    options.addOptions({socketOption, logOption, latchesOption});
    if (!options.parse(QCoreApplication::arguments()))
        return refuse(options.errorText() + QStringLiteral("; see --help."), 2);
    if (options.isSet(QStringLiteral("version"))) options.showVersion();
    if (options.isSet(QStringLiteral("help"))) options.showHelp(0);
    if (!options.positionalArguments().isEmpty())
        return refuse(QStringLiteral("unexpected argument \"%1\"; see --help.")
                          .arg(options.positionalArguments().constFirst()),
                      2);

    const QString socket = options.value(socketOption);
    if (!acquisition::socketNameFits(socket))
        return refuse(
            QStringLiteral("%1: the path is too long for a socket; choose a shorter one.").arg(socket), 2);
    try {
        const auto logger = options.isSet(logOption)
                                ? spdlog::basic_logger_mt("acquire", options.value(logOption).toStdString())
                                : spdlog::stderr_logger_mt("acquire");
        logger->flush_on(spdlog::level::info);
        spdlog::set_default_logger(logger);
    } catch (const spdlog::spdlog_ex& error) {
        return refuse(QStringLiteral("%1: the log cannot be written; choose another file.")
                          .arg(options.value(logOption)),
                      1);
    }

    QLockFile lock(acquisition::bedsideLockFile(socket));
    lock.setStaleLockTime(
        0); // held for as long as the process lives; a dead holder is detected by its process id
    if (!lock.tryLock(0))
        return refuse(QStringLiteral("%1: another bedside process of this user is running; there can be one.")
                          .arg(socket),
                      1);
    // Page faults must not make the device thread late. Where the system does not allow it, the recording
    // says so.
    const bool locked = ::mlockall(MCL_CURRENT | MCL_FUTURE) == 0;
    spdlog::info("bedside process {} started, memory {}", ECCRINE_VERSION, locked ? "locked" : "not locked");

    const SystemHostClock clock;
    acquisition::BedsideHost host(
        clock,
        [](const std::string& url, const HostClock& hostClock) {
            return devices::openFrontEnd(url, hostClock);
        },
        [](const std::string& line) { spdlog::info("{}", line); }, locked,
        acquisition::LatchBook(options.value(latchesOption).toStdString()));
    QLocalServer::removeServer(socket); // left by a process that was killed; the lock says that it is ours
    const mode_t others = ::umask(S_IRWXG | S_IRWXO); // nobody else, not even for the moment before chmod
    QRemoteObjectHost node(QUrl(QStringLiteral("local:") + socket));
    ::umask(others);
    if (node.lastError() != QRemoteObjectNode::NoError ||
        !node.enableRemoting(&host, QStringLiteral("Bedside")))
        return refuse(QStringLiteral("%1: the socket cannot be opened; check the folder and its permissions.")
                          .arg(socket),
                      1);
    QFile::setPermissions(socket, QFileDevice::ReadOwner | QFileDevice::WriteOwner);

    QObject::connect(&host, &acquisition::BedsideHost::idle, &application, &QCoreApplication::quit);
    QSocketNotifier onSignal(terminations, QSocketNotifier::Read);
    QObject::connect(&onSignal, &QSocketNotifier::activated, &host, [&] {
        signalfd_siginfo which{};
        while (::read(terminations, &which, sizeof which) == static_cast<ssize_t>(sizeof which))
            spdlog::info("asked to end by signal {}", which.ssi_signo);
        host.endSafely();
    });
    const int code = QCoreApplication::exec();
    spdlog::info("bedside process ended");
    return code;
}
