#include "broker/journal/replay.h"

#include "proto/wire/batch_builder.h"

#include "tests/doctest.h"

namespace usher::journal {
namespace {

constexpr PartitionKey kKey{.space = SpaceId(1), .partition = PartitionId(3)};

// A batch of `records` records at an offset.
Buffer batch(uint64_t base, uint64_t term, uint32_t records = 1) {
  wire::BatchBuilder builder;
  for (uint32_t i = 0; i < records; ++i)
    REQUIRE(builder.add(TopicId(20), {.key = {}, .value = as_bytes("v"), .headers = {}}));
  wire::Batch made = builder.finish(wire::NoGuard{});
  Seq seq(base);
  Buffer header = wire::seal(made.header(),
                             {.space = kKey.space,
                              .partition = kKey.partition,
                              .term = Term(term),
                              .base_offset = Offset(base),
                              .time = WallTime(0)},
                             {&seq, 1}, {});
  std::string all(as_text(header));
  all += as_text(made.body());
  return Buffer::copy_of(as_bytes(all));
}

Entry batch_entry(uint64_t base, uint64_t term, uint32_t records = 1) {
  return {.kind = EntryKind::kBatch, .partition = kKey, .header = batch(base, term, records)};
}
Entry copy_entry(uint64_t base, uint64_t term, uint32_t records = 1) {
  return {.kind = EntryKind::kCopy, .partition = kKey, .header = batch(base, term, records)};
}
Entry truncate_entry(uint64_t from) {
  return {.kind = EntryKind::kTruncate, .partition = kKey, .from = Offset(from)};
}
Entry state_entry(uint64_t stored) {
  return {.kind = EntryKind::kState, .partition = kKey, .state = {.stored = Offset(stored)}};
}

Entry restart_entry(uint64_t stored) {
  return {.kind = EntryKind::kRestart, .partition = kKey, .state = {.stored = Offset(stored)}};
}

Result<RecoveredPartition> replay(const std::vector<Entry>& entries) {
  Replay replay;
  for (const Entry& entry : entries) TRY(replay.apply(entry));
  TRY_ASSIGN(Recovered recovered, std::move(replay).finish());
  return recovered[kKey];
}

// "5@2 6@2": offsets and terms of the tail.
std::string tail(const std::vector<Entry>& entries) {
  auto partition = replay(entries);
  if (!partition) return std::string(partition.error().name());
  std::string text;
  for (const auto& [base, batch] : partition->tail)
    text += (text.empty() ? "" : " ") + std::to_string(base.value()) + "@" +
            std::to_string(batch.term.value());
  return text;
}

TEST_CASE("batches stand in the tail in their order") {
  EXPECT(tail({batch_entry(0, 1), batch_entry(1, 1, 3), batch_entry(4, 2)}) == "0@1 1@1 4@2");
}

TEST_CASE("only a truncation truncates") {
  EXPECT(tail({batch_entry(0, 1), batch_entry(1, 1), truncate_entry(1), batch_entry(1, 2)}) ==
         "0@1 1@2");
  EXPECT(tail({batch_entry(0, 1), batch_entry(1, 1), batch_entry(1, 2)}) == "JOURNAL_CORRUPT");
  EXPECT(tail({batch_entry(0, 1, 4), truncate_entry(2)}) == "JOURNAL_CORRUPT");
}

TEST_CASE("a restart forgets the log before it and names where the new one begins") {
  EXPECT(tail({batch_entry(0, 1), batch_entry(1, 1, 9), restart_entry(5), batch_entry(5, 2)}) ==
         "5@2");
  EXPECT(tail({batch_entry(0, 1), restart_entry(5)}).empty());
  auto partition = replay({batch_entry(0, 1), restart_entry(5)});
  REQUIRE(partition);
  EXPECT(partition->state.stored == Offset(5));
  EXPECT(tail({restart_entry(5), batch_entry(6, 2)}) == "JOURNAL_CORRUPT");
}

TEST_CASE("a copy of what is there changes nothing") {
  EXPECT(tail({batch_entry(0, 1), batch_entry(1, 1), copy_entry(0, 1), batch_entry(2, 1)}) ==
         "0@1 1@1 2@1");
}

TEST_CASE("a copy stands in for a batch whose file was recycled, before what came after it") {
  EXPECT(tail({batch_entry(2, 1), copy_entry(0, 1, 2), batch_entry(3, 2)}) == "0@1 2@1 3@2");
}

TEST_CASE("a copy is never taken for an overwrite") {
  // Offset 1 was cut off and written again in term 2; a copy of what was cut off contradicts that.
  EXPECT(tail({batch_entry(0, 1), batch_entry(1, 2), copy_entry(1, 1)}) == "JOURNAL_CORRUPT");
}

TEST_CASE("a truncation takes copies too") {
  EXPECT(tail({copy_entry(0, 1), copy_entry(1, 1), truncate_entry(1), batch_entry(1, 3)}) ==
         "0@1 1@3");
}

TEST_CASE("what is stored in segments is not in the tail") {
  EXPECT(tail({batch_entry(0, 1), batch_entry(1, 1), state_entry(1), batch_entry(2, 1)}) ==
         "1@1 2@1");
}

TEST_CASE("a hole is corruption") {
  EXPECT(tail({batch_entry(0, 1), batch_entry(2, 1)}) == "JOURNAL_CORRUPT");
  EXPECT(tail({state_entry(3), batch_entry(5, 1)}) == "JOURNAL_CORRUPT");
}

TEST_CASE("the last state counts") {
  auto partition = replay({state_entry(1), state_entry(4)});
  REQUIRE(partition);
  EXPECT(partition->state.stored == Offset(4));
}

TEST_CASE("entries that are no placed batch are refused") {
  EXPECT(tail({{.kind = EntryKind::kBatch,
                .partition = kKey,
                .header = Buffer::copy_of(as_bytes("no batch"))}}) == "JOURNAL_CORRUPT");
}

}  // namespace
}  // namespace usher::journal
