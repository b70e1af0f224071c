#include "client/fetched.h"

#include "proto/wire/batch_builder.h"

#include "tests/doctest.h"

namespace usher::client {
namespace {

const PartitionAt kAt{SpaceId(7), PartitionId(0)};
constexpr TopicId kSeats{20};
constexpr TopicId kOther{21};

struct Written {
  TopicId topic;
  std::string value;
};

// A batch as the log holds it.
wire::Batch batch_at(uint64_t base, const std::vector<Written>& records,
                     const std::vector<Seq>& base_seqs) {
  wire::BatchBuilder builder;
  for (const Written& one : records)
    REQUIRE(builder.add(one.topic, {.key = {}, .value = as_bytes(one.value), .headers = {}}));
  wire::Batch batch = builder.finish(wire::NoGuard{});
  auto sealed = wire::BatchHeader::decode(
      wire::seal(batch.header(), {kAt.space, kAt.partition, Term(3), Offset(base), WallTime(5)},
                 base_seqs, {}));
  REQUIRE(sealed.has_value());
  return batch.with_header(std::move(*sealed));
}

struct Answer {
  Answer() {
    wire::FetchedPartition& partition = reply.partitions.emplace_back();
    partition.space = kAt.space;
    partition.partition = kAt.partition;
  }
  wire::FetchReply reply;
  std::vector<std::byte> bytes;

  Answer& add(const wire::Batch& batch, uint64_t sections) {
    auto append = [&](Bytes more) { bytes.insert(bytes.end(), more.begin(), more.end()); };
    append(batch.header().bytes());
    for (size_t i = 0; i < batch.header().topics().size(); ++i)
      if (sections >> i & 1) append(batch.stored_section(i));
    reply.partitions[0].batches.push_back({sections});
    reply.partitions[0].scanned = batch.header().end_offset();
    reply.partitions[0].scanned_term = Term(3);
    return *this;
  }
  Result<std::vector<std::string>> give(Cursor& cursor) const {
    auto batches = read_payload(reply, Buffer::copy_of(bytes));
    if (!batches) return std::unexpected(batches.error());
    Offset from = cursor.next();
    TRY(cursor.take(reply.partitions[0], batches->at(0)));
    std::vector<std::string> all;
    for (const ReadBatch& batch : batches->at(0))
      batch.for_each(from, [&](const ReadRecord& record) {
        all.push_back(std::to_string(record.offset.value()) + "/" +
                      std::to_string(record.seq.value()) + " " +
                      std::string(as_text(*record.view.value)));
      });
    return all;
  }
};

using Words = std::vector<std::string>;

TEST_CASE("records come with their offsets and seqs, and the cursor stands behind them") {
  Cursor cursor(kAt, {kSeats}, Offset(0));
  Answer first;
  first.add(batch_at(0, {{kSeats, "a"}, {kSeats, "b"}}, {Seq(0)}), 1);
  EXPECT(first.give(cursor).value() == Words{"0/0 a", "1/1 b"});
  EXPECT(cursor.next() == Offset(2));
  EXPECT(cursor.continues() == Term(3));
  EXPECT(cursor.question(100).continues == Term(3));
}

TEST_CASE("only the sections that were asked for are read, each record in its place") {
  Cursor cursor(kAt, {kSeats}, Offset(0));
  Answer answer;
  answer.add(
      batch_at(0, {{kOther, "x"}, {kSeats, "a"}, {kOther, "y"}, {kSeats, "b"}}, {Seq(0), Seq(0)}),
      1);
  EXPECT(answer.give(cursor).value() == Words{"1/0 a", "3/1 b"});
}

TEST_CASE("a reader that begins within a batch is not given what stands before it") {
  Cursor cursor(kAt, {kSeats}, Offset(11));
  Answer answer;
  answer.add(batch_at(10, {{kSeats, "a"}, {kSeats, "b"}}, {Seq(4)}), 1);
  EXPECT(answer.give(cursor).value() == Words{"11/5 b"});
}

TEST_CASE("a jump in a topic's seq is an error, and the cursor does not move over it") {
  Cursor cursor(kAt, {kSeats}, Offset(0));
  Answer first;
  first.add(batch_at(0, {{kSeats, "a"}}, {Seq(0)}), 1);
  REQUIRE(first.give(cursor).has_value());
  Answer jump;
  jump.add(batch_at(5, {{kSeats, "c"}}, {Seq(2)}), 1);
  auto given = jump.give(cursor);
  REQUIRE(!given.has_value());
  EXPECT(given.error().code == ErrorCode::RECORDS_MISSING);
  EXPECT(given.error().detail.contains("seq 1 was expected and 2 came"));
  EXPECT(cursor.next() == Offset(1));
}

TEST_CASE("who reads from the very beginning notices that the first records are missing") {
  Cursor cursor(kAt, {kSeats}, Offset(0));
  Answer answer;
  answer.add(batch_at(3, {{kSeats, "b"}}, {Seq(1)}), 1);
  EXPECT(answer.give(cursor).error().code == ErrorCode::RECORDS_MISSING);
}

TEST_CASE("a wanted section that did not come is missing, not empty") {
  Cursor cursor(kAt, {kSeats}, Offset(0));
  Answer answer;
  answer.add(batch_at(0, {{kSeats, "a"}}, {Seq(0)}), 0);
  EXPECT(answer.give(cursor).error().code == ErrorCode::RECORDS_MISSING);
}

TEST_CASE("offsets that go back, damage, and bytes that belong to nothing are refused") {
  Cursor cursor(kAt, {kSeats}, Offset(0));
  Answer twice;
  wire::Batch batch = batch_at(0, {{kSeats, "a"}}, {Seq(0)});
  twice.add(batch, 1).add(batch, 1);
  EXPECT(twice.give(cursor).error().code == ErrorCode::BATCH_MALFORMED);
  Answer damaged;
  damaged.add(batch, 1);
  damaged.bytes.back() ^= std::byte{1};
  EXPECT(damaged.give(cursor).error().code == ErrorCode::BATCH_CORRUPT);
  Answer more;
  more.add(batch, 1).bytes.push_back(std::byte{0});
  EXPECT(more.give(cursor).error().code == ErrorCode::BATCH_MALFORMED);
  EXPECT(cursor.next() == Offset(0));
}

TEST_CASE("after a jump over what retention took, seqs are counted anew") {
  Cursor cursor(kAt, {kSeats}, Offset(0));
  Answer first;
  first.add(batch_at(0, {{kSeats, "a"}}, {Seq(0)}), 1);
  REQUIRE(first.give(cursor).has_value());
  cursor.jump(Offset(50));
  EXPECT(cursor.question(1).continues == std::nullopt);
  Answer later;
  later.add(batch_at(50, {{kSeats, "z"}}, {Seq(40)}), 1);
  EXPECT(later.give(cursor).value() == Words{"50/40 z"});
}

}  // namespace
}  // namespace usher::client
