// SPDX-License-Identifier: Apache-2.0
#include "sim/input/gzip.hpp"

#include "sim/language/language.hpp"

#include <array>
#include <memory>
#include <stdexcept>
#include <utility>

#include <zlib.h>

namespace qianka {

std::string unzipped(std::string bytes) {
  if (!bytes.starts_with("\x1f\x8b")) return bytes;
  constexpr int gzip_only = 16 + MAX_WBITS;
  z_stream stream{};
  stream.next_in = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  if (inflateInit2(&stream, gzip_only) != Z_OK) throw std::runtime_error(tr("zlib does not start"));
  const std::unique_ptr<z_stream, decltype(&inflateEnd)> closing(&stream, inflateEnd);
  std::string text;
  std::array<char, 1 << 16> piece;
  int state = Z_OK;
  while (state == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = piece.size();
    state = inflate(&stream, Z_NO_FLUSH);
    text.append(piece.data(), piece.size() - stream.avail_out);
    // Files put one behind the other are one file (RFC 1952, 2.2).
    if (state == Z_STREAM_END && stream.avail_in > 0) state = inflateReset(&stream);
  }
  if (state != Z_STREAM_END) throw std::runtime_error(tr("the gzip file is damaged or cut off"));
  return text;
}

std::string zipped(std::string text) {
  constexpr int gzip_wrapper = 16 + MAX_WBITS, usual_memory = 8;
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip_wrapper, usual_memory,
                   Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error("zlib does not start");
  const std::unique_ptr<z_stream, decltype(&deflateEnd)> closing(&stream, deflateEnd);
  stream.next_in = reinterpret_cast<Bytef*>(text.data());
  stream.avail_in = static_cast<uInt>(text.size());
  std::string bytes;
  std::array<char, 1 << 16> piece;
  int state = Z_OK;
  while (state == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = piece.size();
    state = deflate(&stream, Z_FINISH);
    bytes.append(piece.data(), piece.size() - stream.avail_out);
  }
  if (state != Z_STREAM_END) throw std::runtime_error("the text does not compress");
  return bytes;
}

}  // namespace qianka
