// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/theme/fonts.hpp"

#include <QtGui/QFont>
#include <QtGui/QGuiApplication>

namespace eccrine::ui {

void useApplicationFont() {
    QFont font;
    font.setFamilies({QStringLiteral("Inter"), QStringLiteral("Noto Sans"), QStringLiteral("DejaVu Sans"),
                      QStringLiteral("sans-serif")});
    font.setPixelSize(16);
    font.setHintingPreference(QFont::PreferNoHinting);
    QGuiApplication::setFont(font);
}

} // namespace eccrine::ui
