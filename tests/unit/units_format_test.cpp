// SPDX-License-Identifier: Apache-2.0
#include "sim/units/format.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace qianka {
namespace {

using namespace literals;

TEST(Format, times_have_three_digits_and_the_unit_that_suits) {
  EXPECT_EQ(format_time(Seconds{1.25e-3}), "1.25 ms");
  EXPECT_EQ(format_time(Seconds{4.2e-8}), "42.0 ns");
  EXPECT_EQ(format_time(Seconds{0}), "0 s");
  EXPECT_EQ(format_time(Seconds{105}), "105 s");
  EXPECT_EQ(format_time(Seconds{480}), "8.00 min");
  EXPECT_EQ(format_time(Seconds{54 * 86400.0}), "54.0 days");
  EXPECT_EQ(format_time(Seconds{-1.25e-3}), "-1.25 ms");
}

TEST(Format, what_rounds_up_to_the_next_unit_is_printed_in_it) {
  EXPECT_EQ(format_time(Seconds{0.9994}), "999 ms");
  EXPECT_EQ(format_time(Seconds{0.9996}), "1.00 s");
  EXPECT_EQ(format_time(Seconds{9.996e-3}), "10.0 ms");
}

TEST(Format, sizes_rates_powers_and_shares) {
  EXPECT_EQ(format_bytes(Bytes{53.1 * 1024 * 1024 * 1024}), "53.1 GiB");
  EXPECT_EQ(format_bytes(Bytes{100}), "100 B");
  EXPECT_EQ(format_bandwidth(46.24_GBps), "46.2 GB/s");
  EXPECT_EQ(format_bandwidth(400.0_Gbps), "50.0 GB/s");
  EXPECT_EQ(format_flop_rate(FlopRate{989e12}), "989 TFLOP/s");
  EXPECT_EQ(format_power(Power{700}), "700 W");
  EXPECT_EQ(format_power(Power{1.25e6}), "1.25 MW");
  EXPECT_EQ(format_percent(0.4123), "41.2 %");
  EXPECT_EQ(format_large(405.8e9), "406 B");
}

TEST(Format, counts_are_grouped_by_three) {
  EXPECT_EQ(format_count(0), "0");
  EXPECT_EQ(format_count(999), "999");
  EXPECT_EQ(format_count(16384), "16,384");
  EXPECT_EQ(format_count(-1234567), "-1,234,567");
}

TEST(Format, nothing_is_printed_as_less_than_nothing) {
  EXPECT_EQ(format_number(-0.001, 2), "0.00");
  EXPECT_EQ(format_number(-0.006, 2), "-0.01");
}

TEST(NumberText, json_gets_at_most_nine_digits) {
  EXPECT_EQ(number_text(0.1), "0.1");
  EXPECT_EQ(number_text(1.0 / 3), "0.333333333");
  EXPECT_EQ(number_text(2), "2");
  EXPECT_EQ(number_text(-0.0), "0");
  EXPECT_EQ(number_text(std::numeric_limits<double>::infinity()), "null");
  EXPECT_EQ(number_text(0.1 + 0.2), number_text(0.3));  // the last bits never show
}

TEST(DisplayWidth, chinese_takes_two_columns) {
  EXPECT_EQ(display_width("abc"), 3);
  EXPECT_EQ(display_width("千卡"), 4);
  EXPECT_EQ(display_width("４００Ｇ"), 8);
  EXPECT_EQ(display_width("é"), 1);
  EXPECT_EQ(display_width("e\u0301"), 1);  // combining accent
  EXPECT_EQ(pad_right("千卡", 6) + "|", "千卡  |");
  EXPECT_EQ(pad_left("8", 3), "  8");
  EXPECT_EQ(pad_left("12345", 3), "12345");
}

TEST(Utf8, broken_bytes_are_found) {
  EXPECT_FALSE(first_broken_byte("plain 千卡 \xF0\x9F\x9A\x80"));
  EXPECT_EQ(first_broken_byte("ab\xFF"), 2U);
  EXPECT_EQ(first_broken_byte("\xC0\xAF"), 0U);       // overlong
  EXPECT_EQ(first_broken_byte("a\xED\xA0\x80"), 1U);  // surrogate
  EXPECT_EQ(first_broken_byte("a\xE5\x8D"), 1U);      // cut short
  EXPECT_FALSE(first_broken_byte("\xEF\xBF\xBD"));    // the replacement character itself is text
  EXPECT_EQ(character_count("千卡!"), 3U);
}

TEST(Utf8, full_width_text_has_an_ascii_twin) {
  EXPECT_EQ(half_width("４００Ｇｂｐｓ"), "400Gbps");
  EXPECT_EQ(half_width("a：b，c　d"), "a:b,c d");
  EXPECT_EQ(half_width("千卡"), "千卡");
}

}  // namespace
}  // namespace qianka
