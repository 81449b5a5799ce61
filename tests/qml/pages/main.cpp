// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/theme/fonts.hpp"

#include <QtCore/QObject>
#include <QtQml/QQmlEngine>
#include <QtQml/QQmlExtensionPlugin>
#include <QtQuickTest/quicktest.h>

Q_IMPORT_QML_PLUGIN(EccrinePlugin)
Q_IMPORT_QML_PLUGIN(EccrineRigPlugin)

namespace {

class Setup : public QObject {
    Q_OBJECT
public slots:
    void applicationAvailable() { eccrine::ui::useApplicationFont(); }
    void qmlEngineAvailable(QQmlEngine* engine) { engine->addImportPath(QStringLiteral("qrc:/qt/qml")); }
};

} // namespace

int main(int argc, char** argv) {
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    QTEST_SET_MAIN_SOURCE_PATH
    Setup setup;
    return quick_test_main_with_setup(argc, argv, "pages", QUICK_TEST_SOURCE_DIR, &setup);
}

#include "main.moc"
