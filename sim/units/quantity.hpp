// SPDX-License-Identifier: Apache-2.0
// Quantities are types: adding bytes to seconds, or passing bits where bytes are meant, does not
// compile. Base units are SimGrid's (seconds, bytes, bytes per second, FLOPs, FLOP/s, watts), so
// the crossing is
// `.value`. A bare double is dimensionless.
#pragma once
#include <compare>

namespace qianka {

template <class Tag>
struct Quantity {
  double value = 0;

  friend constexpr Quantity operator+(Quantity a, Quantity b) { return {a.value + b.value}; }
  friend constexpr Quantity operator-(Quantity a, Quantity b) { return {a.value - b.value}; }
  friend constexpr Quantity operator*(Quantity a, double k) { return {a.value * k}; }
  friend constexpr Quantity operator*(double k, Quantity a) { return {a.value * k}; }
  friend constexpr Quantity operator/(Quantity a, double k) { return {a.value / k}; }
  friend constexpr double operator/(Quantity a, Quantity b) { return a.value / b.value; }
  constexpr Quantity& operator+=(Quantity b) { return value += b.value, *this; }
  constexpr Quantity& operator-=(Quantity b) { return value -= b.value, *this; }
  friend constexpr auto operator<=>(Quantity, Quantity) = default;
};

using Seconds = Quantity<struct SecondsTag>;
using Bytes = Quantity<struct BytesTag>;
using Bandwidth = Quantity<struct BandwidthTag>;  // bytes per second
using Flops = Quantity<struct FlopsTag>;          // floating-point operations
using FlopRate = Quantity<struct FlopRateTag>;    // FLOP/s
using Power = Quantity<struct PowerTag>;          // watts

constexpr Seconds operator/(Bytes size, Bandwidth rate) { return {size.value / rate.value}; }
constexpr Seconds operator/(Flops work, FlopRate rate) { return {work.value / rate.value}; }
constexpr Bandwidth operator/(Bytes size, Seconds time) { return {size.value / time.value}; }
constexpr FlopRate operator/(Flops work, Seconds time) { return {work.value / time.value}; }
constexpr Bytes operator*(Bandwidth rate, Seconds time) { return {rate.value * time.value}; }
constexpr Flops operator*(FlopRate rate, Seconds time) { return {rate.value * time.value}; }

namespace literals {
constexpr Seconds operator""_s(long double v) { return {static_cast<double>(v)}; }
constexpr Seconds operator""_us(long double v) { return {static_cast<double>(v) * 1e-6}; }
constexpr Bytes operator""_GB(long double v) { return {static_cast<double>(v) * 1e9}; }
constexpr Bytes operator""_MB(long double v) { return {static_cast<double>(v) * 1e6}; }
constexpr Bandwidth operator""_GBps(long double v) { return {static_cast<double>(v) * 1e9}; }
constexpr Bandwidth operator""_Gbps(long double v) { return {static_cast<double>(v) * 1e9 / 8}; }
}  // namespace literals

}  // namespace qianka
