// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/decimal.hpp"

#include <gtest/gtest.h>

namespace eccrine {
namespace {

Decimal number(const char* text) {
    return Decimal::parse(text, "n").value();
}

TEST(Decimal, ReadsWhatAPersonWrites) {
    EXPECT_EQ(number("14.96").millionths(), 14'960'000);
    EXPECT_EQ(number("0").millionths(), 0);
    EXPECT_EQ(number("-3.5").millionths(), -3'500'000);
    EXPECT_EQ(number("71.28000000").millionths(), 71'280'000);
    EXPECT_EQ(number("1000000000").whole(), 1'000'000'000);
}

struct Refused {
    const char* text;
    const char* why;
};
class DecimalRefuses : public testing::TestWithParam<Refused> {};

TEST_P(DecimalRefuses, SayingWhatIsWrongAndWhere) {
    const auto refused = Decimal::parse(GetParam().text, "left_chloride");
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().what.find(GetParam().why), std::string::npos) << refused.error().sentence();
    EXPECT_EQ(refused.error().where, "left_chloride");
    EXPECT_FALSE(refused.error().remedy.empty());
}

INSTANTIATE_TEST_SUITE_P(Table, DecimalRefuses,
                         testing::Values(Refused{"29,5", "comma"}, Refused{"1.000,5", "comma"},
                                         Refused{"", "not a number"}, Refused{"abc", "not a number"},
                                         Refused{"1e3", "not a number"}, Refused{"1.2.3", "not a number"},
                                         Refused{".5", "not a number"}, Refused{"5.", "not a number"},
                                         Refused{"--5", "not a number"}, Refused{"5 mg", "not a number"},
                                         Refused{"nan", "not a number"}, Refused{"1.123456", "five decimals"},
                                         Refused{"1000000001", "too large"},
                                         Refused{"99999999999999999999", "too large"}));

TEST(Decimal, RoundsAHalfUpOnce) {
    EXPECT_EQ(number("29.5").roundedHalfUp(0), Decimal(30));
    EXPECT_EQ(number("29.49999").roundedHalfUp(0), Decimal(29));
    EXPECT_EQ(number("102.5").roundedHalfUp(0), Decimal(103));
    EXPECT_EQ(number("0.995").roundedHalfUp(2), Decimal(1));
    EXPECT_EQ(number("-0.5").roundedHalfUp(0), Decimal(0)); // up, not away from zero
}

TEST(Decimal, HalfOfASumIsExact) {
    EXPECT_EQ((number("29.4") + number("29.5")).half(), number("29.45"));
    EXPECT_EQ((number("0.00001") + number("0.00002")).half().millionths(), 15);
}

TEST(Decimal, PrintsNoMoreThanItKnows) {
    EXPECT_EQ(number("15").text(), "15");
    EXPECT_EQ(number("15").text(1), "15.0");
    EXPECT_EQ(number("14.90").text(), "14.9");
    EXPECT_EQ(number("-0.25").text(), "-0.25");
}

TEST(Decimal, ProductsAreComparedWithoutRounding) {
    // 15 µL in 30 min against 15.00001 µL in 30 min
    EXPECT_TRUE(compareProducts(number("15"), 30, number("15.00001"), 30) < 0);
    EXPECT_TRUE(compareProducts(number("75"), 10, number("25"), 30) == 0);
    // beyond what 64 bits hold
    EXPECT_TRUE(compareProducts(Decimal(1'000'000'000), Decimal(1'000'000'000), Decimal(1'000'000'000),
                                number("999999999.99999")) > 0);
}

TEST(Decimal, AQuotientIsRoundedHalfUp) {
    EXPECT_EQ(quotientOfProducts(14, 10, 5, 30, 2), number("0.93"));
    EXPECT_EQ(quotientOfProducts(1, 1, 8, 1, 2), number("0.13")); // 0.125
    EXPECT_FALSE(quotientOfProducts(1, 1, 0, 1, 2));
}

} // namespace
} // namespace eccrine
