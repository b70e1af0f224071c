#include "proto/wire/batch_builder.h"

#include "proto/base/limits.h"

#include "tests/doctest.h"

namespace usher::wire {
namespace {

Record of(std::string_view value) { return {.key = {}, .value = as_bytes(value), .headers = {}}; }

TEST_CASE("a record of one MiB fits and one byte more is too large") {
  BatchBuilder builder;
  std::string value(limits::kRecordBytes, 'v');
  EXPECT(builder.add(TopicId(20), of(value)));
  value += 'v';
  auto over = builder.add(TopicId(20), of(value));
  REQUIRE(!over);
  EXPECT(over.error().code == ErrorCode::TOO_LARGE);
  EXPECT(over.error().detail == "record bytes of 1048577, the limit is 1048576");
  EXPECT(builder.records() == 1);
}

TEST_CASE("a batch takes records up to its size and refuses the next without harm") {
  BatchBuilder builder;
  std::string value(limits::kRecordBytes, 'v');
  for (int i = 0; i < 3; ++i) REQUIRE(builder.add(TopicId(20), of(value)));
  EXPECT(builder.add(TopicId(20), of(value)).error().code == ErrorCode::TOO_LARGE);
  size_t promised = builder.bytes();
  Batch batch = builder.finish(NoGuard{});
  EXPECT(batch.header().records() == 3);
  EXPECT(batch.header().batch_bytes() <= promised);
  EXPECT(batch.check_whole());
}

TEST_CASE("a batch holds 65,536 records and not one more") {
  BatchBuilder builder;
  for (uint32_t i = 0; i < limits::kBatchRecords; ++i)
    REQUIRE(builder.add(TopicId(20 + i % 2), of("v")));
  EXPECT(builder.add(TopicId(20), of("v")).error().code == ErrorCode::TOO_LARGE);
  Batch batch = builder.finish(NoGuard{});
  EXPECT(batch.header().records() == limits::kBatchRecords);
  EXPECT(batch.check_whole());
}

TEST_CASE("a batch holds 64 topics and not one more") {
  BatchBuilder builder;
  for (uint32_t i = 0; i < limits::kBatchTopics; ++i)
    REQUIRE(builder.add(TopicId(100 - i), of("v")));
  EXPECT(builder.add(TopicId(200), of("v")).error().code == ErrorCode::TOO_LARGE);
  EXPECT(builder.finish(NoGuard{}).check_whole());
}

TEST_CASE("keys and headers over their limits are refused by name") {
  BatchBuilder builder;
  std::string long_key(limits::kKeyBytes + 1, 'k');
  EXPECT(builder.add(TopicId(20), {.key = as_bytes(long_key), .value = {}, .headers = {}})
             .error()
             .detail == "key bytes of 65536, the limit is 65535");
  std::vector<Header> many(limits::kHeaders + 1, Header{.name = "n", .value = {}});
  EXPECT(builder.add(TopicId(20), {.key = {}, .value = {}, .headers = many}).error().detail ==
         "headers of 256, the limit is 255");
  std::string half(40'000, 'h');
  std::vector<Header> large(2, Header{.name = "n", .value = as_bytes(half)});
  EXPECT(builder.add(TopicId(20), {.key = {}, .value = {}, .headers = large}).error().detail ==
         "header bytes of 80010, the limit is 65535");
}

TEST_CASE("a builder makes one batch after the other from the same memory") {
  BatchBuilder builder;
  for (int round = 0; round < 3; ++round) {
    REQUIRE(builder.add(TopicId(30), of("first")));
    REQUIRE(builder.add(TopicId(20), of("second")));
    Batch batch = builder.finish(NoGuard{});
    EXPECT(batch.header().records() == 2);
    EXPECT(batch.header().topics()[0].topic == TopicId(20));
    EXPECT(batch.check_whole());
    EXPECT(builder.records() == 0);
  }
}

}  // namespace
}  // namespace usher::wire
