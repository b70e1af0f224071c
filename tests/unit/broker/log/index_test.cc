#include "broker/log/index.h"

#include "tests/unit/broker/log/batches.h"

namespace usher::log {
namespace {

Index index_of(const Batches& log, uint64_t position = 4096) {
  Index index(Boundary{}, position);
  for (const wire::Batch& batch : log.all()) {
    index.note(batch.header(), position);
    position += batch.header().batch_bytes();
  }
  return index;
}

TEST_CASE("an index leads to a batch at or before what is looked for, and not far before") {
  Batches log;
  for (int i = 0; i < 500; ++i) log.next(1000);
  Index index = index_of(log);
  EXPECT(index.entries().size() > 5);
  for (uint64_t at = 0; at < 500; ++at) {
    const IndexEntry& by_offset = index.at_offset(Offset(at));
    EXPECT(by_offset.offset <= Offset(at));
    EXPECT(at - by_offset.offset.value() < 70);
    EXPECT(index.at_time(WallTime(1'000'000 * static_cast<int64_t>(at))).offset <= Offset(at));
    const IndexEntry& by_seq = index.at_seq(at % 2 == 0 ? kEven : kOdd, Seq(at / 2));
    EXPECT(by_seq.offset <= Offset(at));
    EXPECT(at - by_seq.offset.value() < 70);
  }
}

TEST_CASE("an index says what its segment holds") {
  Batches log;
  for (int i = 0; i < 11; ++i) log.next();
  SegmentSummary summary = index_of(log).summary();
  EXPECT(summary.base == Offset(0));
  EXPECT(summary.end == Offset(11));
  EXPECT(summary.first_time == WallTime(0));
  EXPECT(summary.last_time == WallTime(10'000'000));
  EXPECT(summary.after == log.all().back().header().chain());
  EXPECT(summary.topics.at(kEven).end == Seq(6));
  EXPECT(summary.topics.at(kOdd).end == Seq(5));
}

TEST_CASE("an index comes back from its bytes; no flipped bit is believed") {
  Batches log;
  for (int i = 0; i < 300; ++i) log.next(1000);
  Index index = index_of(log);
  Buffer bytes = index.encode(kKey);
  auto back = Index::decode(kKey, bytes);
  REQUIRE(back);
  EXPECT(*back == index);
  EXPECT(!Index::decode({.space = SpaceId(9), .partition = PartitionId(7)}, bytes));
  for (size_t at = 0; at < 600; ++at) {
    std::vector<std::byte> damaged(bytes.bytes().begin(), bytes.bytes().end());
    damaged[at] ^= std::byte{1};
    EXPECT(!Index::decode(kKey, damaged));
  }
}

}  // namespace
}  // namespace usher::log
