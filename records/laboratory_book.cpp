// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/laboratory_book.hpp"

#include "datafiles/csv_table.hpp"
#include "records/csv_line.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <set>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace eccrine::records {
namespace {

using laboratory::ControlLevel;
using laboratory::ControlValue;

const std::vector<std::string> materialColumns{"recorded_utc", "level",  "lot", "target_mmol_l",
                                               "sd_mmol_l",    "expiry", "by"};
const std::vector<std::string> correctionColumns{"recorded_utc", "level",  "lot", "target_mmol_l",
                                                 "sd_mmol_l",    "expiry", "by",  "reason"};
const std::vector<std::string> controlColumns{"recorded_utc", "at",  "analyser",     "run",
                                              "level",        "lot", "value_mmol_l", "operator"};

struct Line {
    std::string where;
    std::vector<std::string> cells;
};

/// The lines of a book, each for itself: a damaged one spoils no other.
std::vector<Line> linesOf(const std::filesystem::path& file, const std::vector<std::string>& columns,
                          std::vector<Failure>& faults) {
    constexpr const char* remedy =
        "repair the line from a copy, or put # before it and enter its values again";
    std::error_code error;
    if (!std::filesystem::exists(file, error)) return {};
    std::ifstream in(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    if (!in) {
        faults.push_back({"the book cannot be read", file.string(), "check the permissions of the file"});
        return {};
    }
    const std::string header = csvLine(columns);
    std::vector<Line> out;
    std::size_t number = 0;
    for (std::size_t from = 0; from < text.size();) {
        const std::size_t end = text.find('\n', from);
        const bool cut = end == std::string::npos;
        std::string line = text.substr(from, cut ? end : end - from);
        from = cut ? text.size() : end + 1;
        if (!line.empty() && line.back() == '\r') line.pop_back();
        const std::string where = file.string() + ":" + std::to_string(++number);
        if (number == 1) {
            if (line + "\n" == header) continue;
            faults.push_back({"the first line is not the header of this book", where,
                              "write " + header.substr(0, header.size() - 1)});
            return out;
        }
        if (line.empty() || line.front() == '#') continue;
        const auto row = datafiles::parseCsvTable(header + line + "\n", file.string());
        if (cut || !row || row->rows.size() != 1)
            faults.push_back({cut ? "the line is cut off" : "the line is damaged", where, remedy});
        else
            out.push_back({where, row->rows[0].cells});
    }
    return out;
}

Result<ControlLevel> levelOf(const Line& line) {
    const auto target = Decimal::parse(line.cells[3], line.where + ", target_mmol_l"),
               sd = Decimal::parse(line.cells[4], line.where + ", sd_mmol_l");
    const auto expiry = Date::parse(line.cells[5], line.where + ", expiry");
    if (!target) return tl::unexpected(target.error());
    if (!sd) return tl::unexpected(sd.error());
    if (!expiry) return tl::unexpected(expiry.error());
    return ControlLevel{line.cells[1], line.cells[2], *target, *sd, *expiry};
}

Result<ControlValue> valueOf(const Line& line) {
    const auto at = Moment::parse(line.cells[1], line.where + ", at");
    const auto value = Decimal::parse(line.cells[6], line.where + ", value_mmol_l");
    if (!at) return tl::unexpected(at.error());
    if (!value) return tl::unexpected(value.error());
    return ControlValue{line.cells[4], line.cells[5], *value,       *at,
                        line.cells[7], line.cells[2], line.cells[3]};
}

/// Adds lines in one write; they are on disk when it returns. A line that an earlier crash cut off stays
/// alone.
Done append(const std::filesystem::path& file, const std::vector<std::string>& columns, std::string lines) {
    const auto refused = [&](const char* doing) {
        const std::error_code error(errno, std::generic_category());
        return failed(std::string(doing) + ": " + error.message(), file.string(),
                      "check the folder, its permissions and the free space");
    };
    std::error_code error;
    std::filesystem::create_directories(file.parent_path(), error);
    const int descriptor = ::open(file.c_str(), O_CREAT | O_RDWR | O_APPEND | O_CLOEXEC, 0644);
    if (descriptor < 0) return refused("the book cannot be opened");
    const off_t size = ::lseek(descriptor, 0, SEEK_END);
    char last = '\n';
    if (size == 0) lines = csvLine(columns) + lines;
    if (size > 0 && ::pread(descriptor, &last, 1, size - 1) == 1 && last != '\n') lines = "\n" + lines;
    const bool written =
        ::write(descriptor, lines.data(), lines.size()) == static_cast<ssize_t>(lines.size()) &&
        ::fsync(descriptor) == 0;
    const int code = errno;
    // What did not fit goes again, so that a run is in the book whole or not at all.
    if (!written && ::ftruncate(descriptor, size) != 0) errno = code;
    ::close(descriptor);
    errno = code;
    if (!written) return refused("the book cannot be written");
    const int folder = ::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder >= 0) {
        ::fsync(folder);
        ::close(folder);
    }
    return {};
}

std::filesystem::path materialsIn(const std::filesystem::path& folder) {
    return folder / "materials.csv";
}
std::filesystem::path correctionsIn(const std::filesystem::path& folder) {
    return folder / "corrections.csv";
}
std::filesystem::path controlsIn(const std::filesystem::path& folder) {
    return folder / "controls.csv";
}

bool same(const ControlLevel& level, const std::string& name, const std::string& lot) {
    return level.name == name && level.lot == lot;
}

Done oneLine(const std::string& text, const char* what, const std::string& where) {
    if (text.empty()) return failed(std::string(what) + " is missing", where, "fill it in");
    if (text.size() > 100 || std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20; }))
        return failed(std::string(what) + " is not one short line of text", where, "write it shorter");
    return {};
}

} // namespace

std::vector<ControlLevel> LaboratoryBook::levelsOn(const Date& day) const {
    std::vector<ControlLevel> out;
    for (const ControlLevel& level : levels) {
        if (level.expiry < day) continue;
        const auto before =
            std::find_if(out.begin(), out.end(), [&](const ControlLevel& l) { return l.name == level.name; });
        if (before == out.end())
            out.push_back(level);
        else
            *before = level;
    }
    return out;
}

const LaboratoryBook::Correction* LaboratoryBook::correctionOf(const std::string& level,
                                                               const std::string& lot) const {
    const auto last = std::find_if(corrections.rbegin(), corrections.rend(),
                                   [&](const Correction& c) { return same(c.level, level, lot); });
    return last == corrections.rend() ? nullptr : &*last;
}

LaboratoryBook readLaboratoryBook(const std::filesystem::path& folder) {
    LaboratoryBook book;
    const auto known = [&](const std::string& name, const std::string& lot) {
        return std::any_of(book.levels.begin(), book.levels.end(),
                           [&](const ControlLevel& level) { return same(level, name, lot); });
    };
    for (const Line& line : linesOf(materialsIn(folder), materialColumns, book.faults)) {
        const auto level = levelOf(line);
        if (!level)
            book.faults.push_back(level.error());
        else if (level->name.empty() || level->lot.empty() || level->target_mmol_l <= Decimal(0) ||
                 level->sd_mmol_l <= Decimal(0))
            book.faults.push_back({"a level, a lot, a target and an SD above 0 are needed", line.where,
                                   "take them from the lot's sheet"});
        else if (known(level->name, level->lot))
            book.faults.push_back(
                {"the level and lot are listed twice", line.where, "put # before one of them"});
        else
            book.levels.push_back(*level);
    }
    for (const Line& line : linesOf(correctionsIn(folder), correctionColumns, book.faults)) {
        const auto level = levelOf(line);
        const auto listed = std::find_if(book.levels.begin(), book.levels.end(), [&](const ControlLevel& l) {
            return level && same(l, level->name, level->lot);
        });
        if (!level) {
            book.faults.push_back(level.error());
        } else if (listed == book.levels.end() || level->target_mmol_l <= Decimal(0) ||
                   level->sd_mmol_l <= Decimal(0)) {
            book.faults.push_back({"a lot that is listed, a target and an SD above 0 are needed", line.where,
                                   "put # before the line and correct the lot again"});
        } else {
            *listed = *level;
            book.corrections.push_back({*level, line.cells[0], line.cells[6], line.cells[7]});
        }
    }
    std::set<std::pair<std::string, std::string>> measured; // run, level
    for (const Line& line : linesOf(controlsIn(folder), controlColumns, book.faults)) {
        const auto value = valueOf(line);
        if (!value)
            book.faults.push_back(value.error());
        else if (!known(value->level, value->lot))
            book.faults.push_back(
                {"the level \"" + value->level + "\" of lot \"" + value->lot + "\" is not in materials.csv",
                 line.where, "list the lot"});
        else if (value->operatorName.empty() || value->analyser.empty())
            book.faults.push_back({"the analyser or the operator is missing", line.where, "fill it in"});
        else if (value->value_mmol_l < Decimal(0))
            book.faults.push_back({"the value is below 0", line.where, "check the number"});
        else if (!value->run.empty() &&
                 !measured.insert({value->analyser + "\n" + value->run, value->level}).second)
            book.faults.push_back(
                {"the run has two values of one level", line.where, "put # before one of them"});
        else
            book.values.push_back(*value);
    }
    return book;
}

namespace {

/// Refused: what no lot of a control has.
Done possibleLevel(const laboratory::LaboratoryRules& rules, const ControlLevel& level, const std::string& by,
                   const std::string& where) {
    for (const Done& done :
         {oneLine(level.name, "the name of the level", where), oneLine(level.lot, "the lot", where),
          oneLine(by, "the name of the person", where)})
        if (!done) return done;
    const Decimal most = rules.entry.concentrationMost_mmol_l;
    if (level.target_mmol_l <= Decimal(0) || level.target_mmol_l > most)
        return failed("the target is " + level.target_mmol_l.text() + ", outside 0 to " + most.text() +
                          " mmol/L",
                      where, "take it from the lot's sheet");
    if (level.sd_mmol_l <= Decimal(0) || level.sd_mmol_l > level.target_mmol_l)
        return failed("the SD is " + level.sd_mmol_l.text() + ", not above 0 and below the target", where,
                      "take it from the lot's sheet");
    return {};
}

} // namespace

Done addControlLevel(const std::filesystem::path& folder, const laboratory::LaboratoryRules& rules,
                     const ControlLevel& level, const std::string& by, const std::string& nowUtc) {
    const std::string where = "control " + level.name + ", lot " + level.lot;
    if (auto possible = possibleLevel(rules, level, by, where); !possible) return possible;
    for (const ControlLevel& other : readLaboratoryBook(folder).levels)
        if (same(other, level.name, level.lot))
            return failed("the level and lot are listed already", where, "enter values of it");
    return append(materialsIn(folder), materialColumns,
                  csvLine({nowUtc, level.name, level.lot, level.target_mmol_l.text(), level.sd_mmol_l.text(),
                           level.expiry.text(), by}));
}

Done correctControlLevel(const std::filesystem::path& folder, const laboratory::LaboratoryRules& rules,
                         const ControlLevel& level, const std::string& by, const std::string& reason,
                         const std::string& nowUtc) {
    const std::string where = "control " + level.name + ", lot " + level.lot;
    if (auto possible = possibleLevel(rules, level, by, where); !possible) return possible;
    if (auto given = oneLine(reason, "the reason", where); !given) return given;
    const auto levels = readLaboratoryBook(folder).levels;
    if (std::none_of(levels.begin(), levels.end(),
                     [&](const ControlLevel& other) { return same(other, level.name, level.lot); }))
        return failed("the level and lot are not listed", where, "list the lot first");
    return append(correctionsIn(folder), correctionColumns,
                  csvLine({nowUtc, level.name, level.lot, level.target_mmol_l.text(), level.sd_mmol_l.text(),
                           level.expiry.text(), by, reason}));
}

Done addControlRun(const std::filesystem::path& folder, const laboratory::LaboratoryRules& rules,
                   std::span<const ControlValue> values, const std::string& nowUtc) {
    const LaboratoryBook book = readLaboratoryBook(folder);
    std::string run = nowUtc;
    const auto taken = [&] {
        return std::any_of(book.values.begin(), book.values.end(),
                           [&](const ControlValue& value) { return value.run == run; });
    };
    for (int again = 2; taken(); ++again)
        run = nowUtc + "/" + std::to_string(again);
    if (values.empty())
        return failed("no value was given", "control run", "enter the values of the controls");
    std::string lines;
    std::set<std::string> levels;
    for (const ControlValue& value : values) {
        const std::string where = "control " + value.level + ", lot " + value.lot;
        for (const Done& done : {oneLine(value.operatorName, "the name of the operator", where),
                                 oneLine(value.analyser, "the name of the analyser", where)})
            if (!done) return done;
        if (std::none_of(book.levels.begin(), book.levels.end(),
                         [&](const ControlLevel& level) { return same(level, value.level, value.lot); }))
            return failed("the level and lot are not listed", where, "list the lot first");
        if (!levels.insert(value.level).second)
            return failed("the level has two values in one run", where, "enter two runs");
        const Decimal most = rules.entry.concentrationMost_mmol_l;
        if (value.value_mmol_l < Decimal(0) || value.value_mmol_l > most)
            return failed("the value is " + value.value_mmol_l.text() + ", outside 0 to " + most.text() +
                              " mmol/L",
                          where, "check the number");
        if (!value.at.minuteOfDay)
            return failed("the time of day is missing", where, "give the time of the measurement");
        lines += csvLine({nowUtc, value.at.text(), value.analyser, run, value.level, value.lot,
                          value.value_mmol_l.text(), value.operatorName});
    }
    return append(controlsIn(folder), controlColumns, std::move(lines));
}

QcOfDay qcOfDay(const laboratory::LaboratoryRules& rules, const LaboratoryBook& book, const Date& day) {
    using chloride::QcState;
    using laboratory::DayControl;
    if (!book.faults.empty())
        return {QcState::Failed, "Result entry is locked: " + book.faults.front().sentence(),
                DayControl::State::Failed};
    const int asked = rules.control.levelsPerDay;
    const std::string askedFor = "the laboratory's rules ask for " + std::to_string(asked) +
                                 (asked == 1 ? " control level" : " control levels") + " on each day";
    if (book.levels.empty())
        return asked == 0
                   ? QcOfDay{QcState::NotStated, "The laboratory's rules ask for no control.",
                             DayControl::State::NotDone}
                   : QcOfDay{QcState::Failed,
                             "Result entry is locked: " + askedFor +
                                 ", and no control material is listed yet. Open Quality control, add the lot "
                                 "of each level with its target and SD, and measure them.",
                             DayControl::State::NotDone};
    const auto judged = laboratory::judgeControls(rules.control, book.levels, book.values);
    if (!judged)
        return {QcState::Failed, "Result entry is locked: " + judged.error().sentence(),
                DayControl::State::Failed};
    std::set<std::string> analysers;
    for (const ControlValue& value : book.values)
        if (value.at.date == day) analysers.insert(value.analyser);
    if (analysers.empty() && asked == 0)
        return {QcState::NotStated,
                "The laboratory's rules ask for no control, and none was measured on " + day.text() + ".",
                DayControl::State::NotDone};
    if (analysers.empty())
        return {QcState::Failed,
                "Result entry is locked: no control was measured on " + day.text() + "; measure " +
                    std::to_string(rules.control.levelsPerDay) + " levels.",
                DayControl::State::NotDone};
    QcOfDay out{QcState::Passed, {}, DayControl::State::Passed, {analysers.begin(), analysers.end()}};
    for (const std::string& analyser : analysers) {
        const DayControl control = dayControl(rules.control, *judged, analyser, day);
        if (control.locked()) return {QcState::Failed, control.sentence, control.state};
        out.sentence += (out.sentence.empty() ? "" : " ") + control.sentence;
    }
    return out;
}

} // namespace eccrine::records
