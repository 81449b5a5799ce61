// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/laboratory.hpp"

#include "app/data_files.hpp"
#include "records/later_controls.hpp"
#include "records/stored_evaluation.hpp"
#include "records/sweat_report.hpp"

#include <cstdio>

namespace eccrine::app {
namespace {

/// Under the very profile that the result was made with.
Done writeSweatReport(const records::Station& station, const records::SweatTestRecord& record,
                      const std::filesystem::path& file) {
    if (auto may = records::mayLeaveAsResult(station, record.simulated, file.stem().string()); !may)
        return may;
    const auto guideline = records::guidelineOfResult(record, guidelineFolders());
    if (!guideline) return tl::unexpected(guideline.error());
    return records::writeSweatReport(record, *guideline, records::instrumentOf(record, file.parent_path()),
                                     file, true);
}

} // namespace

Laboratory openLaboratory(const QString& dataFolder, const records::Station& station, const QString& name,
                          ui::SweatOptions& sweat) {
    sweat.writeReport = [station](const records::SweatTestRecord& record, const std::filesystem::path& file) {
        return writeSweatReport(station, record, file);
    };
    const auto rules = laboratoryRules();
    if (!rules) {
        const std::string sentence = rules.error().sentence();
        std::fprintf(stderr, "eccrine: %s\n", sentence.c_str());
        sweat.qc = [sentence](const Date&) {
            return ui::QcAnswer{
                chloride::QcState::Failed, QString::fromStdString("Result entry is locked: " + sentence), {}};
        };
        return {};
    }
    const auto book = std::filesystem::path(dataFolder.toStdString()) / "laboratory";
    sweat.laboratory = *rules;
    sweat.qc = [rules = *rules, book](const Date& day) {
        const auto found = records::qcOfDay(rules, records::readLaboratoryBook(book), day);
        ui::QcAnswer out{found.state, QString::fromStdString(found.sentence), {}};
        for (const std::string& analyser : found.analysers)
            out.analysers.append(QString::fromStdString(analyser));
        return out;
    };
    sweat.laterControl = [rules = *rules, book](const QString& analyser, const Moment& enteredAt) {
        return QString::fromStdString(records::laterRejection(rules, records::readLaboratoryBook(book),
                                                              analyser.toStdString(), enteredAt));
    };
    Laboratory out;
    ui::QcOptions qc;
    qc.folder = book;
    qc.rules = *rules;
    qc.tests = dataFolder.toStdString();
    out.qc = std::make_unique<ui::QcDesk>(std::move(qc));
    ui::QnsOptions qns;
    qns.dataFolder = dataFolder;
    qns.laboratoryName = name;
    qns.rules = rules->qns;
    out.qns = std::make_unique<ui::QnsDesk>(std::move(qns));
    return out;
}

} // namespace eccrine::app
