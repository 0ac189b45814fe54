// SPDX-License-Identifier: Apache-2.0
#include "sim/units/parse_quantity.hpp"

#include <string>

#include <gtest/gtest.h>

namespace qianka {
namespace {

/// "message | hint" of the error that `text` gives; "" when it parses.
std::string complaint(const std::string& text, Dimension dimension) {
  try {
    parse_quantity(text, dimension);
    return "";
  } catch (const QuantityError& error) {
    return std::string(error.what()) + " | " + error.hint;
  }
}

TEST(ParseQuantity, bits_and_bytes_are_eight_apart) {
  EXPECT_EQ(parse_bandwidth("400Gbps").value, 400e9 / 8);
  EXPECT_EQ(parse_bandwidth("400GBps").value, 400e9);
  EXPECT_EQ(parse_bandwidth("400 GB/s").value, 400e9);
  EXPECT_EQ(parse_bandwidth("6.6 TiB/s").value, 6.6 * 1024 * 1024 * 1024 * 1024);
  EXPECT_EQ(parse_bandwidth("8 kbps").value, 1000);
}

TEST(ParseQuantity, every_time_has_a_unit) {
  EXPECT_EQ(parse_time("1.5us").value, 1.5 * 1e-6);
  EXPECT_EQ(parse_time("1e3 ms").value, 1e3 * 1e-3);
  EXPECT_EQ(parse_time("30s").value, 30);
  EXPECT_EQ(parse_time("10 min").value, 600);
  EXPECT_EQ(parse_time("2h").value, 7200);
  EXPECT_EQ(parse_time("54 days").value, 54.0 * 86400);
  EXPECT_EQ(parse_time("1 week").value, 7.0 * 86400);
  EXPECT_EQ(parse_time("0").value, 0);  // nothing is nothing in every unit
}

TEST(ParseQuantity, sizes_rates_powers_counts_and_shares) {
  EXPECT_EQ(parse_bytes("80GiB").value, 80.0 * 1024 * 1024 * 1024);
  EXPECT_EQ(parse_bytes("80 GB").value, 80e9);
  EXPECT_EQ(parse_flop_rate("989TFLOPS").value, 989e12);
  EXPECT_EQ(parse_power("1.2 kW").value, 1200);
  EXPECT_EQ(parse_quantity("15.6T", Dimension::tokens), 15.6 * 1e12);
  EXPECT_EQ(parse_quantity("300B tokens", Dimension::tokens), 300e9);
  EXPECT_EQ(parse_quantity("1500", Dimension::tokens), 1500);
  EXPECT_EQ(parse_quantity("41 %", Dimension::fraction), 41 * 0.01);
  EXPECT_EQ(parse_quantity("0.41", Dimension::fraction), 0.41);
  EXPECT_EQ(parse_quantity("4e-3 per node-day", Dimension::node_rate), 4e-3);
  EXPECT_EQ(parse_quantity("0.3 per day", Dimension::rate), 0.3);
}

TEST(ParseQuantity, unknown_units_say_what_would_be_right) {
  EXPECT_EQ(complaint("400Gbs", Dimension::bandwidth),
            "unknown unit 'Gbs' in bandwidth '400Gbs' | bits are 'Gbps', bytes are 'GBps'");
  EXPECT_EQ(complaint("80Gb", Dimension::bytes),
            "unknown unit 'Gb' in size '80Gb' | sizes are in bytes: 'GB' is 10^9, 'GiB' is 2^30");
  EXPECT_EQ(complaint("5m", Dimension::time),
            "unknown unit 'm' in time '5m' | minutes are 'min', milliseconds are 'ms'");
  EXPECT_EQ(complaint("989 tflops", Dimension::flop_rate),
            "unknown unit 'tflops' in compute rate '989 tflops' | did you mean 'TFLOPS'?");
  EXPECT_EQ(complaint("8分钟", Dimension::time),
            "unknown unit '分钟' in time '8分钟' | write 'min'");
}

TEST(ParseQuantity, a_unit_of_something_else_is_named) {
  EXPECT_EQ(complaint("400Gbps", Dimension::time),
            "'400Gbps' is a bandwidth, but a time is due here | for example '10 min'");
  EXPECT_EQ(complaint("8 h", Dimension::number),
            "'8 h' is a time, but a number is due here | for example '1.5'");
}

TEST(ParseQuantity, a_bare_number_is_no_quantity) {
  EXPECT_EQ(complaint("30", Dimension::time),
            "a time needs a unit, but '30' has none | units are ns, us, ms, s, min, h, day, days, "
            "week, weeks; for example '10 min'");
}

TEST(ParseQuantity, full_width_characters_are_recognised) {
  EXPECT_EQ(complaint("４００Ｇｂｐｓ", Dimension::bandwidth),
            "'４００Ｇｂｐｓ' holds full-width characters | write '400Gbps'");
  EXPECT_EQ(complaint("８", Dimension::number), "'８' holds full-width characters | write '8'");
}

TEST(ParseQuantity, numbers_are_plain_decimals) {
  EXPECT_EQ(parse_number("1e3"), 1000);
  EXPECT_EQ(parse_number(".5"), 0.5);
  EXPECT_EQ(parse_number("+5."), 5);
  EXPECT_EQ(parse_number("-0.25"), -0.25);
  for (const char* text : {"", " ", "x", "-", ".", "e3", "nan", "inf", "0x10", "1e", "1e+", "--1",
                           "1 2", "010", "00", "1,000", "1_000", "1e999"}) {
    EXPECT_NE(complaint(text, Dimension::number), "") << text;
  }
  EXPECT_EQ(complaint("010", Dimension::number),
            "number '010' begins with a zero | numbers are decimal: leave the zero out");
  EXPECT_EQ(complaint("51,200", Dimension::number),
            "'51,200' has a separator in its number | write '51200'");
}

TEST(ParseQuantity, what_is_printed_parses_to_the_same_value) {
  struct Case {
    double value;
    Dimension dimension;
    const char* text;
  };
  for (const Case& c :
       {Case{600, Dimension::time, "10 min"}, Case{37800, Dimension::time, "10.5 h"},
        Case{1.5e-6, Dimension::time, "1.5 us"}, Case{30, Dimension::time, "30 s"},
        Case{5e10, Dimension::bandwidth, "50 GB/s"},
        Case{1.5 * 1024 * 1024 * 1024, Dimension::bytes, "1.5 GiB"},
        Case{700, Dimension::power, "700 W"}, Case{0, Dimension::time, "0"},
        Case{0.3, Dimension::rate, "0.3 per day"}, Case{0.41, Dimension::fraction, "0.41"}}) {
    EXPECT_EQ(quantity_text(c.value, c.dimension), c.text);
    EXPECT_DOUBLE_EQ(parse_quantity(c.text, c.dimension), c.value) << c.text;
  }
}

}  // namespace
}  // namespace qianka
