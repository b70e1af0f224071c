#include "broker/io/kept_memory.h"

#include "broker/io/disk.h"

#include "tests/doctest.h"

namespace usher::io {
namespace {

constexpr size_t kSize = 8 * kSector;

}  // namespace

TEST_CASE("memory that was given back is lent again") {
  KeptMemory kept(kSize);
  const std::byte* first = nullptr;
  {
    KeptMemory::Piece piece = kept.take(kSize);
    first = piece.data();
  }
  EXPECT(kept.take(kSector).data() == first);
}

TEST_CASE("memory that is lent out is not lent twice, while a slice of it is left") {
  KeptMemory kept(kSize);
  KeptMemory::Piece piece = kept.take(2 * kSector);
  const std::byte* first = piece.data();
  piece.data()[kSector] = std::byte{7};
  Buffer whole = std::move(piece).freeze();
  Buffer slice = whole.slice(kSector, kSector);
  whole = {};
  KeptMemory::Piece other = kept.take(kSector);
  EXPECT(other.data() != first);
  EXPECT(slice.data()[0] == std::byte{7});
  slice = {};
  EXPECT(kept.take(kSector).data() == first);
}

TEST_CASE("as many pieces are lent at a time as there are") {
  KeptMemory kept(kSize, 2);
  const std::byte* second = nullptr;
  KeptMemory::Piece first = kept.take(kSize);
  {
    KeptMemory::Piece other = kept.take(kSize);
    second = other.data();
  }
  EXPECT(first.data() != second);
  EXPECT(kept.take(kSize).data() == second);
}

TEST_CASE("more than is kept is memory of its own, in whole sectors all the same") {
  KeptMemory kept(kSize);
  KeptMemory::Piece large = kept.take(kSize + kSector);
  EXPECT(large.size() == kSize + kSector);
  EXPECT(reinterpret_cast<uintptr_t>(large.data()) % kSector == 0);
  large.data()[kSize + kSector - 1] = std::byte{1};
  KeptMemory::Piece small = kept.take(kSector);
  EXPECT(reinterpret_cast<uintptr_t>(small.data()) % kSector == 0);
}

TEST_CASE("what is lent may outlive the one that keeps it") {
  Buffer left;
  {
    KeptMemory kept(kSize);
    KeptMemory::Piece piece = kept.take(kSector);
    piece.data()[0] = std::byte{9};
    left = std::move(piece).freeze();
  }
  EXPECT(left.data()[0] == std::byte{9});
}

}  // namespace usher::io
