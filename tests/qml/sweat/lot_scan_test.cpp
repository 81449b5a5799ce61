// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/sweat/lot_scan.hpp"

#include <gtest/gtest.h>

namespace eccrine::ui {
namespace {

// Element strings as in the GS1 General Specifications: (01) 14 digits, (17) YYMMDD, (10) up to a separator.
TEST(ReadLotScan, ReadsAPlainElementString) {
    const LotScan scan = readLotScan("0109501101530003172705311"
                                     "0AB-123");
    EXPECT_EQ(scan.number, "AB-123");
    EXPECT_EQ(scan.expiry, (Date{2027, 5, 31}));
}

TEST(ReadLotScan, ReadsBracketsAndSymbologyIdentifiers) {
    const LotScan scan = readLotScan("]d2(01)09501101530003(17)270531(10)AB-123");
    EXPECT_EQ(scan.number, "AB-123");
    EXPECT_EQ(scan.expiry, (Date{2027, 5, 31}));
}

TEST(ReadLotScan, EndsAVariableFieldAtTheSeparator) {
    const LotScan scan = readLotScan("10AB-123\x1d"
                                     "17280200");
    EXPECT_EQ(scan.number, "AB-123");
    EXPECT_EQ(scan.expiry, (Date{2028, 2, 29})) << "day 00 is the last of its month";
}

TEST(ExpiryOf, TakesAMonthAsItsLastDay) {
    EXPECT_EQ(expiryOf("2027-03"), (Date{2027, 3, 31}));
    EXPECT_EQ(expiryOf("2028-02"), (Date{2028, 2, 29}));
    EXPECT_EQ(expiryOf("2026-12"), (Date{2026, 12, 31}));
    EXPECT_EQ(expiryOf("3.2027"), (Date{2027, 3, 31}));
    EXPECT_EQ(expiryOf("2027-03-30"), (Date{2027, 3, 30}));
    for (const char* text : {"", "2027", "2027-3", "2027-13", "03-2027", "2027-03-", "2027-02-30"})
        EXPECT_FALSE(expiryOf(text)) << text;
}

TEST(ReadLotScan, TakesAnythingElseAsTheLotItself) {
    for (const char* text : {"K77", "LOT 2027-05", "17271399", "0195011015", ""}) {
        const LotScan scan = readLotScan(text);
        EXPECT_EQ(scan.number, text);
        EXPECT_FALSE(scan.expiry);
    }
}

} // namespace
} // namespace eccrine::ui
