// Batches for tests: small, with every feature of the format, and always the same bytes.
#pragma once

#include <string>
#include <vector>

#include "proto/wire/batch_builder.h"

namespace usher::wire::samples {

constexpr TopicId kCommands{17};
constexpr TopicId kChangelog{40};
constexpr TopicId kSteps{3};

inline Guard producer_guard() {
  return ProducerGuard{.producer = {.made_at = WallTime(1'795'200'000'000'000), .random = 0xabcdef},
                       .sequence = 41};
}
inline Guard claim_guard() {
  return ClaimGuard{.app = AppId(5),
                    .app_version = 2,
                    .epoch = Epoch(9),
                    .member = MemberId(77),
                    .reset_to = {},
                    .settings = sha256(as_bytes("settings"))};
}
inline Guard reset_guard() {
  return ClaimGuard{.app = AppId(5),
                    .app_version = 2,
                    .epoch = Epoch(10),
                    .member = MemberId(0),
                    .reset_to = Offset(1'000),
                    .settings = sha256(as_bytes("settings"))};
}
inline Guard step_guard() {
  return StepGuard{.app = AppId(5),
                   .timers_fired = 3,
                   .mark = StepMark::kReady,
                   .epoch = Epoch(9),
                   .number = StepNumber(12),
                   .from = Offset(100),
                   .to = Offset(164),
                   .witness = Offset(163),
                   .input_term = Term(4)};
}
inline Guard link_guard() {
  return LinkGuard{.source_space = SpaceId(2),
                   .source_partition = PartitionId(7),
                   .source_topic = kCommands,
                   .from = Seq(30),
                   .to = Seq(35)};
}
inline std::vector<Guard> all_guards() {
  return {NoGuard{}, producer_guard(), claim_guard(), reset_guard(), step_guard(), link_guard()};
}

// Records of two topics, taking turns; one without a key, one tombstone, one with headers.
inline Batch two_topics(const Guard& guard, Compression compression = Compression::kNone) {
  BatchBuilder builder({.kind = BatchKind::kData, .compression = compression});
  std::string repeated = "seat seat seat seat seat seat seat seat seat seat seat seat";
  Header header{.name = "trace", .value = as_bytes("t-1")};
  auto add = [&](TopicId topic, const Record& record) {
    if (!builder.add(topic, record)) std::abort();
  };
  add(kCommands, {.key = as_bytes("event-1"), .value = as_bytes(repeated), .headers = {}});
  add(kChangelog, {.key = as_bytes("A"), .value = {}, .headers = {}});
  add(kCommands, {.key = {}, .value = as_bytes(repeated), .headers = {&header, 1}});
  add(kChangelog, {.key = as_bytes("B"), .value = Bytes(), .headers = {}});
  return builder.finish(guard);
}

inline Place place() {
  return {.space = SpaceId(2),
          .partition = PartitionId(11),
          .term = Term(4),
          .base_offset = Offset(1'000'000),
          .time = WallTime(1'795'200'001'000'000)};
}

// Header and body as they travel.
inline Buffer joined(const Batch& batch) {
  OwnedBytes all(batch.header().batch_bytes());
  Bytes header = batch.header().bytes();
  std::copy(header.begin(), header.end(), all.data());
  Bytes body = batch.body();
  std::copy(body.begin(), body.end(), all.data() + header.size());
  return Buffer(std::move(all));
}

inline Batch sealed(const Batch& batch, const Chain& previous = {}) {
  std::vector<Seq> seqs;
  for (size_t i = 0; i < batch.header().topics().size(); ++i) seqs.emplace_back(500 + 100 * i);
  auto header = BatchHeader::decode(seal(batch.header(), place(), seqs, previous));
  if (!header) std::abort();
  return batch.with_header(std::move(*header));
}

}  // namespace usher::wire::samples
