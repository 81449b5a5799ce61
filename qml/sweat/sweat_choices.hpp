// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtCore/QStringList>
#include <QtQml/qqmlregistration.h>

namespace eccrine::ui {

/// A profile that may be chosen.
struct SweatProfile {
    Q_GADGET
    Q_PROPERTY(QString id MEMBER id FINAL)
    Q_PROPERTY(QString title MEMBER title FINAL)
    Q_PROPERTY(QString edition MEMBER edition FINAL)
    Q_PROPERTY(bool verified MEMBER verified FINAL)
public:
    QString id, title, edition;
    bool verified = false;
};

/// A collector, with the protocol that it is used with.
struct SweatCollector {
    Q_GADGET
    Q_PROPERTY(QString code MEMBER code FINAL)
    Q_PROPERTY(QString title MEMBER title FINAL)
public:
    QString code, title;
};

/// A place of the body where the protocol may be run.
struct SweatPlace {
    Q_GADGET
    Q_PROPERTY(QString key MEMBER key FINAL)
    Q_PROPERTY(QString title MEMBER title FINAL)
    Q_PROPERTY(QString side MEMBER side FINAL)
public:
    QString key, title, side;
};

/// What may be answered to the operator's step that waits.
struct SweatAnswer {
    Q_GADGET
    Q_PROPERTY(QString id MEMBER id FINAL)
    Q_PROPERTY(QString text MEMBER text FINAL)
    Q_PROPERTY(bool voidsSite MEMBER voidsSite FINAL)
public:
    QString id, text;
    bool voidsSite = false;
};

/// A test that was begun and is not done.
struct UnfinishedTest {
    Q_GADGET
    Q_PROPERTY(QString file MEMBER file FINAL)
    Q_PROPERTY(QString patient MEMBER patient FINAL)
    Q_PROPERTY(QString when MEMBER when FINAL)
    Q_PROPERTY(QString step MEMBER step FINAL)
    Q_PROPERTY(bool skinOpen MEMBER skinOpen FINAL) ///< current may have flowed, and nobody has seen the skin
    Q_PROPERTY(bool toBeSigned MEMBER toBeSigned FINAL) ///< it has a result, which nobody has validated yet
public:
    QString file, patient, when, step;
    bool skinOpen = false;
    bool toBeSigned = false;
};

/// The result in the words of the profile.
struct SweatResult {
    Q_GADGET
    QML_VALUE_TYPE(sweatResult)
    Q_PROPERTY(bool known MEMBER known FINAL)
    Q_PROPERTY(bool held MEMBER held FINAL) ///< something is to be decided first; nobody signs it
    Q_PROPERTY(QString outcome MEMBER outcome FINAL)
    Q_PROPERTY(QString value MEMBER value FINAL)
    Q_PROPERTY(QString unit MEMBER unit FINAL)
    Q_PROPERTY(QString title MEMBER title FINAL)
    Q_PROPERTY(QString meaning MEMBER meaning FINAL)
    Q_PROPERTY(QString kind MEMBER kind FINAL)
    Q_PROPERTY(QString basis MEMBER basis FINAL)
    Q_PROPERTY(QString classCode MEMBER classCode FINAL)
    Q_PROPERTY(QStringList flags MEMBER flags FINAL)
    Q_PROPERTY(QStringList followUp MEMBER followUp FINAL)
    Q_PROPERTY(QStringList explanation MEMBER explanation FINAL)
    Q_PROPERTY(QStringList elsewhere MEMBER elsewhere FINAL)
public:
    bool known = false;
    bool held = false;
    QString outcome; ///< "REPORT_MEAN"
    QString value;   ///< "34"; empty when nothing is reported
    QString unit;    ///< "mmol/L"
    QString title;   ///< class or state in words
    QString meaning;
    QString kind;      ///< "good", "warning", "bad", "plain"
    QString basis;     ///< "mean of both sites", "right side alone", …
    QString classCode; ///< "INTERMEDIATE"
    QStringList flags, followUp, explanation, elsewhere;
};

} // namespace eccrine::ui
