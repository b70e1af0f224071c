#include "proto/base/crc32c.h"

#include <array>

#include "proto/base/little_endian.h"

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace usher {
namespace {

constexpr uint32_t kPolynomial = 0x82f63b78;  // Castagnoli, bits reversed

// kTables[k][b]: the CRC of byte b followed by k zero bytes, so that eight bytes go in one step.
constexpr auto kTables = [] {
  std::array<std::array<uint32_t, 256>, 8> tables{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) ? kPolynomial : 0);
    tables[0][byte] = crc;
  }
  for (size_t k = 1; k < tables.size(); ++k)
    for (size_t byte = 0; byte < 256; ++byte)
      tables[k][byte] = (tables[k - 1][byte] >> 8) ^ tables[0][tables[k - 1][byte] & 255];
  return tables;
}();

}  // namespace

uint32_t crc32c_portable(Bytes bytes, uint32_t before) {
  uint32_t crc = ~before;
  const std::byte* at = bytes.data();
  size_t left = bytes.size();
  for (; left >= 8; at += 8, left -= 8) {
    uint64_t word = load_le<uint64_t>(at) ^ crc;
    crc = 0;
    for (size_t i = 0; i < 8; ++i) crc ^= kTables[7 - i][(word >> (8 * i)) & 255];
  }
  for (; left > 0; ++at, --left)
    crc = (crc >> 8) ^ kTables[0][(crc ^ std::to_integer<uint32_t>(*at)) & 255];
  return ~crc;
}

#if defined(__x86_64__)
namespace {

// The instruction takes three cycles but one can start every cycle, so long input goes as three
// streams side by side. The first two are then moved over the bytes behind them: appending n zero
// bytes to a CRC is a linear map, held here as a table per byte of the CRC.
template <size_t kZeros>
struct Shift {
  static constexpr auto kTable = [] {
    // The map for one zero byte, applied by doubling, as columns of a 32 × 32 bit matrix.
    using Matrix = std::array<uint32_t, 32>;
    auto times = [](const Matrix& matrix, uint32_t vector) {
      uint32_t sum = 0;
      for (size_t i = 0; vector; ++i, vector >>= 1)
        if (vector & 1) sum ^= matrix[i];
      return sum;
    };
    auto square = [&](const Matrix& matrix) {
      Matrix product{};
      for (size_t i = 0; i < 32; ++i) product[i] = times(matrix, matrix[i]);
      return product;
    };
    Matrix one_bit{};
    one_bit[0] = kPolynomial;
    for (size_t i = 1; i < 32; ++i) one_bit[i] = 1u << (i - 1);
    Matrix power = square(square(square(one_bit)));  // one byte
    Matrix all{};
    for (size_t i = 0; i < 32; ++i) all[i] = 1u << i;
    for (size_t zeros = kZeros; zeros; zeros >>= 1) {
      if (zeros & 1)
        for (uint32_t& column : all) column = times(power, column);
      power = square(power);
    }
    std::array<std::array<uint32_t, 256>, 4> table{};
    for (size_t place = 0; place < 4; ++place)
      for (uint32_t byte = 0; byte < 256; ++byte)
        table[place][byte] = times(all, byte << (8 * place));
    return table;
  }();
  static uint32_t apply(uint32_t crc) {
    return kTable[0][crc & 255] ^ kTable[1][(crc >> 8) & 255] ^ kTable[2][(crc >> 16) & 255] ^
           kTable[3][crc >> 24];
  }
};

template <size_t kStream>
__attribute__((target("sse4.2"))) void three_streams(const std::byte*& at, size_t& left,
                                                     uint64_t& crc) {
  for (; left >= 3 * kStream; at += 3 * kStream, left -= 3 * kStream) {
    uint64_t second = 0;
    uint64_t third = 0;
    for (const std::byte* p = at; p < at + kStream; p += 8) {
      crc = _mm_crc32_u64(crc, load_le<uint64_t>(p));
      second = _mm_crc32_u64(second, load_le<uint64_t>(p + kStream));
      third = _mm_crc32_u64(third, load_le<uint64_t>(p + 2 * kStream));
    }
    crc = Shift<kStream>::apply(static_cast<uint32_t>(crc)) ^ second;
    crc = Shift<kStream>::apply(static_cast<uint32_t>(crc)) ^ third;
  }
}

__attribute__((target("sse4.2"))) uint32_t crc32c_sse(Bytes bytes, uint32_t before) {
  uint64_t crc = ~before;
  const std::byte* at = bytes.data();
  size_t left = bytes.size();
  three_streams<4096>(at, left, crc);
  three_streams<256>(at, left, crc);
  for (; left >= 8; at += 8, left -= 8) crc = _mm_crc32_u64(crc, load_le<uint64_t>(at));
  auto tail = static_cast<uint32_t>(crc);
  for (; left > 0; ++at, --left) tail = _mm_crc32_u8(tail, std::to_integer<uint8_t>(*at));
  return ~tail;
}

}  // namespace

bool crc32c_is_hardware() { return __builtin_cpu_supports("sse4.2"); }

uint32_t crc32c(Bytes bytes, uint32_t before) {
  return crc32c_is_hardware() ? crc32c_sse(bytes, before) : crc32c_portable(bytes, before);
}
#else
bool crc32c_is_hardware() { return false; }

uint32_t crc32c(Bytes bytes, uint32_t before) { return crc32c_portable(bytes, before); }
#endif

}  // namespace usher
