#include "client/fetched.h"

#include <algorithm>

#include <fmt/format.h>

#include "proto/base/limits.h"

namespace usher::client {
namespace {

std::unexpected<Error> no_answer(PartitionAt at, std::string_view what) {
  return fail(ErrorCode::BATCH_MALFORMED, fmt::format("space {} partition {}: {}", at.space.value(),
                                                      at.partition.value(), what));
}

}  // namespace

Result<ReadBatch> ReadBatch::open(const Buffer& payload, uint64_t sections) {
  TRY_ASSIGN(wire::BatchHeader header, wire::BatchHeader::decode(payload));
  if (!header.sealed()) return fail(ErrorCode::BATCH_MALFORMED, "a batch without a place");
  ReadBatch batch(std::move(header));
  batch.mask_ = sections;
  size_t at = batch.header_.bytes().size();
  const auto& topics = batch.header_.topics();
  for (size_t i = 0; i < topics.size(); ++i) {
    if (!batch.has_section(i)) continue;
    if (payload.size() - at < topics[i].stored_bytes)
      return fail(ErrorCode::BATCH_MALFORMED, "the payload ends within a section");
    TRY_ASSIGN(auto section,
               wire::Section::open(topics[i], payload.slice(at, topics[i].stored_bytes),
                                   batch.header_.records()));
    at += topics[i].stored_bytes;
    batch.sections_.push_back(std::move(section));
    batch.topic_indexes_.push_back(i);
  }
  batch.bytes_ = at;
  return batch;
}

ReadRecord ReadBatch::record_of(size_t section, const wire::RecordView& view,
                                uint64_t number) const {
  size_t topic_index = topic_indexes_[section];
  return {header_.topics()[topic_index].topic, header_.place().base_offset + view.place,
          header_.base_seq(topic_index) + number, view};
}

Result<std::vector<std::vector<ReadBatch>>> read_payload(const wire::FetchReply& reply,
                                                         const Buffer& payload) {
  std::vector<std::vector<ReadBatch>> all;
  size_t at = 0;
  for (const wire::FetchedPartition& partition : reply.partitions) {
    std::vector<ReadBatch>& batches = all.emplace_back();
    for (const wire::FetchedBatch& fetched : partition.batches) {
      TRY_ASSIGN(ReadBatch batch,
                 ReadBatch::open(payload.slice(at, payload.size() - at), fetched.sections));
      at += batch.bytes();
      batches.push_back(std::move(batch));
    }
  }
  if (at != payload.size())
    return fail(ErrorCode::BATCH_MALFORMED, "bytes behind the last batch of a fetch");
  return all;
}

Cursor::Cursor(PartitionAt at, std::vector<TopicId> topics, Offset from)
    : at_(at), topics_(std::move(topics)), next_(from), began_at_zero_(from == Offset(0)) {}

wire::FetchPartition Cursor::question(uint32_t bytes_max, bool uncommitted) const {
  return {.space = at_.space,
          .partition = at_.partition,
          .from = next_,
          .continues = continues_,
          .topics = topics_,
          .bytes_max = bytes_max,
          .uncommitted = uncommitted};
}

void Cursor::jump(Offset to) {
  next_ = to;
  continues_.reset();
  next_seqs_.clear();
  began_at_zero_ = false;
}

bool Cursor::wants(TopicId topic) const {
  return topics_.empty() || std::ranges::find(topics_, topic) != topics_.end();
}

Result<void> Cursor::take(const wire::FetchedPartition& answer,
                          const std::vector<ReadBatch>& batches) {
  if (PartitionAt{answer.space, answer.partition} != at_)
    return no_answer(at_, "an answer about another partition");
  Seqs seqs = next_seqs_;
  Offset end = next_;
  for (const ReadBatch& batch : batches)
    TRY(check(batch, end, seqs, began_at_zero_ && answer.start == Offset(0)));
  if (answer.scanned < end)
    return no_answer(at_, fmt::format("scanned to {}, which is before what came, {}",
                                      answer.scanned.value(), end.value()));
  next_seqs_ = std::move(seqs);
  if (answer.scanned > next_ && answer.scanned_term) continues_ = answer.scanned_term;
  next_ = answer.scanned;
  return {};
}

Result<void> Cursor::check(const ReadBatch& batch, Offset& end, Seqs& seqs,
                           bool from_the_start) const {
  const wire::BatchHeader& header = batch.header();
  const wire::Place& place = header.place();
  if (PartitionAt{place.space, place.partition} != at_)
    return no_answer(at_, "a batch of another partition");
  // The first may begin before the cursor, which may stand within a batch.
  bool is_first = end == next_;
  if (header.end_offset() <= end || (!is_first && place.base_offset < end))
    return no_answer(
        at_, fmt::format("a batch at {} behind offset {}", place.base_offset.value(), end.value()));
  for (size_t i = 0; i < header.topics().size(); ++i) {
    const wire::TopicEntry& entry = header.topics()[i];
    if (!wants(entry.topic)) continue;
    auto expected = seqs.find(entry.topic);
    Seq base = header.base_seq(i);
    Seq due = expected != seqs.end() ? expected->second : from_the_start ? Seq(0) : base;
    if (base != due || !batch.has_section(i))
      return fail(ErrorCode::RECORDS_MISSING,
                  fmt::format("space {} partition {} topic {}: seq {} was expected and {} came, at "
                              "offset {}{}",
                              at_.space.value(), at_.partition.value(), entry.topic.value(),
                              due.value(), base.value(), place.base_offset.value(),
                              batch.has_section(i) ? "" : ", without its records"));
    seqs[entry.topic] = base + entry.records;
  }
  end = header.end_offset();
  return {};
}

}  // namespace usher::client
