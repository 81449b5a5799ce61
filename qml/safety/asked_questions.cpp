// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/safety/asked_questions.hpp"

#include <algorithm>
#include <utility>

namespace eccrine::ui {
namespace {

protocols::ChecklistItem itemOf(const BedsideQuestion& asked) {
    protocols::ChecklistItem item;
    item.id = asked.id().toStdString();
    item.question = asked.question().toStdString();
    item.safeAnswer = asked.safeAnswer();
    item.block =
        asked.asksPhysician() ? protocols::ChecklistItem::Block::Ask : protocols::ChecklistItem::Block::Stop;
    item.advice = asked.advice().toStdString();
    return item;
}

bool sameQuestions(const QList<SafetyQuestion*>& shown, const QList<BedsideQuestion>& asked) {
    return std::equal(shown.begin(), shown.end(), asked.begin(), asked.end(),
                      [](const SafetyQuestion* a, const BedsideQuestion& b) {
                          return a->id() == b.id() && a->question() == b.question();
                      });
}

} // namespace

AskedQuestions::AskedQuestions(BedsidePort& port, QObject* parent) : QObject(parent), port_(port) {
    connect(&port_, &BedsidePort::stateChanged, this, &AskedQuestions::read);
    connect(&port_, &BedsidePort::attachedChanged, this, &AskedQuestions::read);
    connect(&port_, &BedsidePort::refused, this, [this] {
        underWay_.clear(); // what was answered was not taken
        read();
    });
    read();
}

int AskedQuestions::open() const {
    return static_cast<int>(std::count_if(questions_.begin(), questions_.end(),
                                          [](const SafetyQuestion* q) { return !q->settled(); }));
}

void AskedQuestions::make(const QList<BedsideQuestion>& asked) {
    const QList<SafetyQuestion*> before = std::exchange(questions_, {});
    underWay_.clear();
    for (const BedsideQuestion& one : asked) {
        auto* question = new SafetyQuestion(itemOf(one), this);
        connect(question, &SafetyQuestion::changed, this, &AskedQuestions::changed);
        connect(question, &SafetyQuestion::given, this, [this, question] {
            underWay_.insert(question->id());
            const protocols::ChecklistAnswer& answer = *question->kept();
            port_.answerQuestion(question->id(), answer.yes, QString::fromStdString(answer.overriddenBy),
                                 QString::fromStdString(answer.reason));
        });
        questions_.append(question);
    }
    emit remade();
    emit changed();
    for (SafetyQuestion* question : before)
        question->deleteLater(); // one of them may be what is speaking
}

void AskedQuestions::read() {
    const QList<BedsideQuestion> asked = port_.questions();
    if (!sameQuestions(questions_, asked)) make(asked);
    for (qsizetype i = 0; i < asked.size(); ++i) {
        SafetyQuestion* question = questions_[i];
        const BedsideQuestion& known = asked[i];
        const bool same =
            question->answer() == known.answer() && question->overriddenBy() == known.decidedBy();
        if (same) underWay_.remove(question->id());
        if (same || underWay_.contains(question->id())) continue;
        if (known.answer().isEmpty())
            question->show(std::nullopt);
        else
            question->show(protocols::ChecklistAnswer{known.answer() == QLatin1String("yes"),
                                                      known.decidedBy().toStdString(),
                                                      known.reason().toStdString()});
    }
}

} // namespace eccrine::ui
