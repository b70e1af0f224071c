#include "proto/base/bytes.h"

#include <cstring>

#include "proto/base/little_endian.h"

#include "tests/doctest.h"

namespace usher {
namespace {

TEST_CASE("bytes and text are two views of the same memory") {
  std::string text = "seat";
  Bytes bytes = as_bytes(text);
  EXPECT(bytes.size() == 4);
  EXPECT(as_text(bytes) == "seat");
  EXPECT(static_cast<const void*>(as_text(bytes).data()) == text.data());
}

TEST_CASE("bytes are equal when length and content are") {
  EXPECT(equal(as_bytes("abc"), as_bytes("abc")));
  EXPECT(!equal(as_bytes("abc"), as_bytes("abd")));
  EXPECT(!equal(as_bytes("abc"), as_bytes("ab")));
  EXPECT(equal(Bytes(), as_bytes("")));
}

TEST_CASE("bytes are written in hexadecimal, two digits each") {
  EXPECT(to_hex(as_bytes(std::string_view("\x00\x0f\xf0\xff", 4))) == "000ff0ff");
  EXPECT(to_hex({}).empty());
}

TEST_CASE("owned bytes stand at the alignment that was asked for") {
  for (size_t alignment : {8uz, 16uz, 64uz, 4096uz})
    for (size_t size : {0uz, 1uz, 4095uz, 4096uz, 10'000uz}) {
      OwnedBytes owned(size, alignment);
      REQUIRE(owned.size() == size);
      REQUIRE(owned.data() != nullptr);
      REQUIRE(reinterpret_cast<uintptr_t>(owned.data()) % alignment == 0);
      std::memset(owned.data(), 1, size);
    }
}

TEST_CASE("freezing takes the memory over without a copy") {
  OwnedBytes owned(4);
  std::memcpy(owned.data(), "seat", 4);
  const std::byte* memory = owned.data();
  Buffer buffer(std::move(owned));
  EXPECT(buffer.data() == memory);
  EXPECT(as_text(buffer) == "seat");
  EXPECT(owned.size() == 0);  // NOLINT(bugprone-use-after-move): what is left is empty, by contract
}

TEST_CASE("a slice keeps the memory alive when the whole is gone") {
  Buffer part;
  {
    Buffer whole = Buffer::copy_of(as_bytes("row A seat 7"));
    part = whole.slice(6, 4);
    EXPECT(part.data() == whole.data() + 6);
  }
  EXPECT(as_text(part) == "seat");
  EXPECT(as_text(part.slice(1, 3).slice(0, 2)) == "ea");
}

TEST_CASE("slices may be empty, at both ends") {
  Buffer whole = Buffer::copy_of(as_bytes("abc"));
  EXPECT(whole.slice(0, 0).empty());
  EXPECT(whole.slice(3, 0).empty());
  EXPECT(as_text(whole.slice(0, 3)) == "abc");
  EXPECT(Buffer().slice(0, 0).empty());
  EXPECT(Buffer::copy_of({}).empty());
}

TEST_CASE("a copy does not follow its original") {
  std::string text = "before";
  Buffer copy = Buffer::copy_of(as_bytes(text));
  text = "after!";
  EXPECT(as_text(copy) == "before");
}

TEST_CASE("numbers are stored with their lowest byte first, at any address") {
  std::byte memory[9] = {};
  store_le<uint64_t>(memory + 1, 0x0102030405060708);
  EXPECT(to_hex(memory) == "000807060504030201");
  EXPECT(load_le<uint64_t>(memory + 1) == 0x0102030405060708);
  EXPECT(load_le<uint16_t>(memory + 3) == 0x0506);
  store_le<int32_t>(memory, -2);
  EXPECT(load_le<int32_t>(memory) == -2);
}

}  // namespace
}  // namespace usher
