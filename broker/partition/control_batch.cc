#include "broker/partition/control_batch.h"

#include "broker/partition/reserved_topics.h"
#include "proto/base/check.h"
#include "proto/base/little_endian.h"
#include "proto/wire/batch_builder.h"

namespace usher::partition {
namespace {

// The record's key says which; a membership's value is two counts, then voters, then learners.
constexpr std::string_view kNewLeader = "new-leader";
constexpr std::string_view kMembership = "membership";

void append(std::vector<std::byte>& to, uint64_t number) {
  to.resize(to.size() + 8);
  store_le(to.data() + to.size() - 8, number);
}

std::vector<std::byte> encode(const raft::Membership& membership) {
  std::vector<std::byte> bytes;
  append(bytes, membership.voters.size());
  append(bytes, membership.learners.size());
  for (raft::ReplicaId id : membership.voters) append(bytes, id.value());
  for (raft::ReplicaId id : membership.learners) append(bytes, id.value());
  return bytes;
}

std::optional<raft::Membership> decode(Bytes bytes) {
  if (bytes.size() < 16 || bytes.size() % 8 != 0) return std::nullopt;
  size_t ids = bytes.size() / 8 - 2;
  auto number = [&](size_t i) { return load_le<uint64_t>(bytes.data() + 8 * i); };
  uint64_t voters = number(0);
  if (voters > ids || number(1) != ids - voters) return std::nullopt;
  raft::Membership membership;
  for (size_t i = 0; i < ids; ++i)
    (i < voters ? membership.voters : membership.learners).emplace_back(number(2 + i));
  return membership;
}

}  // namespace

wire::Batch control_batch(const raft::Entry& entry) {
  wire::BatchBuilder builder({.kind = wire::BatchKind::kControl});
  bool is_membership = entry.kind == raft::EntryKind::kMembership;
  CHECK(is_membership || entry.kind == raft::EntryKind::kNewLeader);
  std::vector<std::byte> value =
      is_membership ? encode(*entry.membership) : std::vector<std::byte>();
  auto added =
      builder.add(kControlTopic, {.key = as_bytes(is_membership ? kMembership : kNewLeader),
                                  .value = Bytes(value),
                                  .headers = {}});
  CHECK(added.has_value());
  return builder.finish(wire::NoGuard{});
}

Result<raft::Entry> entry_of(const wire::Batch& batch) {
  const wire::BatchHeader& header = batch.header();
  raft::Entry entry{.term = header.place().term,
                    .first = header.place().base_offset,
                    .end = header.end_offset(),
                    .kind = raft::EntryKind::kRecords,
                    .membership = {}};
  if (header.kind() != wire::BatchKind::kControl) return entry;
  auto malformed = [](const char* why) { return fail(ErrorCode::BATCH_MALFORMED, why); };
  if (header.records() != 1 || header.topics()[0].topic != kControlTopic)
    return malformed("a control batch with other records");
  TRY_ASSIGN(wire::Section section,
             wire::Section::open(header.topics()[0], batch.stored_section(0), 1));
  wire::RecordView record = section.read().next();
  std::string_view key = record.key ? as_text(*record.key) : "";
  if (key == kNewLeader) {
    entry.kind = raft::EntryKind::kNewLeader;
  } else if (key == kMembership && record.value) {
    entry.kind = raft::EntryKind::kMembership;
    entry.membership = decode(*record.value);
    if (!entry.membership) return malformed("a membership that cannot be read");
  } else {
    return malformed("a control batch of no known kind");
  }
  return entry;
}

}  // namespace usher::partition
