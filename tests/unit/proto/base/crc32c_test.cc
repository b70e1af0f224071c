#include "proto/base/crc32c.h"

#include <vector>

#include "proto/base/random.h"

#include "tests/doctest.h"

namespace usher {
namespace {

TEST_CASE("CRC32C gives the value of its standard's check string") {
  EXPECT(crc32c(as_bytes("123456789")) == 0xe3069283);
  EXPECT(crc32c_portable(as_bytes("123456789")) == 0xe3069283);
}

TEST_CASE("hardware and portable CRC32C agree at every length and alignment") {
  Random random(7);
  std::vector<std::byte> data(3 * 4096 * 2 + 777);
  for (std::byte& byte : data) byte = std::byte(random.below(256));
  for (size_t length = 0; length < 1'000; ++length) {
    Bytes bytes = Bytes(data).subspan(length % 17, length);
    REQUIRE(crc32c(bytes) == crc32c_portable(bytes));
  }
  for (size_t length : {3 * 256uz, 3 * 4096uz - 1, 3 * 4096uz, 3 * 4096uz + 1, data.size() - 16}) {
    Bytes bytes = Bytes(data).subspan(random.below(16), length);
    REQUIRE(crc32c(bytes, 0x1234) == crc32c_portable(bytes, 0x1234));
  }
}

TEST_CASE("a CRC32C continued over two parts is that of the whole") {
  Bytes whole = as_bytes("one writer, one line, no locks");
  for (size_t cut = 0; cut <= whole.size(); ++cut)
    EXPECT(crc32c(whole.subspan(cut), crc32c(whole.first(cut))) == crc32c(whole));
}

}  // namespace
}  // namespace usher
