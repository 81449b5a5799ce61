// SPDX-License-Identifier: GPL-3.0-or-later
#include "acquisition/bedside_socket.hpp"

#include <QFileInfo>

#include <sys/un.h>
#include <unistd.h>

namespace eccrine::acquisition {

QString defaultBedsideSocket() {
    const QString runtime = qEnvironmentVariable("XDG_RUNTIME_DIR");
    if (!runtime.isEmpty() && QFileInfo(runtime).isDir()) return runtime + QStringLiteral("/eccrine-bedside");
    return QStringLiteral("/tmp/eccrine-bedside-%1").arg(::getuid());
}

QString bedsideLockFile(const QString& socket) {
    return socket + QStringLiteral(".lock");
}

bool socketNameFits(const QString& socket) {
    return static_cast<std::size_t>(socket.toLocal8Bit().size()) < sizeof(sockaddr_un{}.sun_path);
}

} // namespace eccrine::acquisition
