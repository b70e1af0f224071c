// The bytes of the seats' records, kept: the audit compares them, and what stands in a log is read
// for ever.
#include "tests/doctest.h"
#include "tests/golden/golden.h"
#include "tests/golden/hex_dump.h"
#include "tests/unit/proto/seats/record_samples.h"

namespace usher::seats {
namespace {

std::string_view text_of(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

TEST_CASE("every record and store entry of the seats is written as kept, and the kept ones read") {
  for (const samples::Sample& sample : samples::all_records()) {
    CAPTURE(sample.name);
    std::string file = "seats/" + sample.name + ".hex";
    golden::expect_golden(file, golden::dump(as_bytes(sample.bytes)));
    Buffer kept = golden::undump(golden::read_golden(file));
    auto again = sample.again(text_of(kept));
    REQUIRE(again.has_value());
    EXPECT(*again == text_of(kept));
  }
}

TEST_CASE("ids of reservations are made as kept") {
  std::string text;
  for (const char* event : {"concert", "a", "Z.9_x:y-z"}) {
    text += make_id(event, WallTime(1'795'000'000'123'456), 0x1122334455667788).text() + "\n";
    text += make_keyed_id(event, "ann", "key-1").text() + "\n";
  }
  golden::expect_golden("seats/ids.txt", text);
}

}  // namespace
}  // namespace usher::seats
