// What a fetch brings, checked and ready to be read: the payload's batches cut apart, and a Cursor
// for each partition that knows where it stands and accepts nothing but what continues there.
//
//     offsets   …──┤ batch ├──┤ batch ├──…      base rises, each behind the one before
//     seqs         t: 7 8 9     t: 10 11        dense in a topic: a jump is RECORDS_MISSING
//     cursor    ▲ next (offset, term of the record before it)
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "client/routes.h"
#include "proto/base/result.h"
#include "proto/wire/batch.h"
#include "proto/wire/protocol/fetch.h"

namespace usher::client {

// A record where it stands in its batch.
struct ReadRecord {
  TopicId topic;
  Offset offset;
  Seq seq;
  wire::RecordView view;
};

// A batch as it came: its header and those sections that were asked for, opened.
class ReadBatch {
 public:
  // `payload` begins with the batch's header and goes on with the sections whose bits are set.
  static Result<ReadBatch> open(const Buffer& payload, uint64_t sections);

  const wire::BatchHeader& header() const { return header_; }
  // Of the payload, header included.
  size_t bytes() const { return bytes_; }
  bool has_section(size_t topic_index) const { return (mask_ >> topic_index & 1) != 0; }
  // Its records from `from` on, in the order of the log: each(const ReadRecord&).
  template <class Each>
  void for_each(Offset from, Each&& each) const;

 private:
  explicit ReadBatch(wire::BatchHeader header) : header_(std::move(header)) {}
  ReadRecord record_of(size_t section, const wire::RecordView& view, uint64_t number) const;

  wire::BatchHeader header_;
  uint64_t mask_ = 0;
  size_t bytes_ = 0;
  std::vector<wire::Section> sections_;
  std::vector<size_t> topic_indexes_;  // of sections_
};

// The batches of every answer of the reply, in its order. BATCH_MALFORMED, BATCH_CORRUPT.
Result<std::vector<std::vector<ReadBatch>>> read_payload(const wire::FetchReply& reply,
                                                         const Buffer& payload);

class Cursor {
 public:
  // No topics: all.
  Cursor(PartitionAt at, std::vector<TopicId> topics, Offset from);

  PartitionAt at() const { return at_; }
  // Everything wanted below it was taken.
  Offset next() const { return next_; }
  std::optional<Term> continues() const { return continues_; }
  wire::FetchPartition question(uint32_t bytes_max, bool uncommitted = false) const;
  // As after retention took what it stood on: the records between are given up, openly.
  void jump(Offset to);

  // Checks that the answer continues where the cursor stands, and moves it. RECORDS_MISSING where a
  // topic's seq jumps or a section is not there; BATCH_MALFORMED where it is no answer to the
  // question. Nothing moves then.
  Result<void> take(const wire::FetchedPartition& answer, const std::vector<ReadBatch>& batches);

 private:
  using Seqs = std::map<TopicId, Seq>;
  bool wants(TopicId topic) const;
  Result<void> check(const ReadBatch& batch, Offset& end, Seqs& seqs, bool from_the_start) const;

  PartitionAt at_;
  std::vector<TopicId> topics_;
  Offset next_;
  std::optional<Term> continues_;
  Seqs next_seqs_;  // of the topics seen since the beginning
  bool began_at_zero_;
};

template <class Each>
void ReadBatch::for_each(Offset from, Each&& each) const {
  auto give = [&](size_t section, const wire::RecordView& view, uint64_t number) {
    ReadRecord record = record_of(section, view, number);
    if (record.offset >= from) each(record);
  };
  if (sections_.size() == 1) {
    uint64_t number = 0;
    for (wire::SectionReader reader = sections_[0].read(); !reader.done();)
      give(0, reader.next(), number++);
    return;
  }
  std::vector<uint64_t> numbers(sections_.size());
  for (wire::MergedReader reader(sections_); !reader.done();) {
    auto item = reader.next();
    give(item.section, item.record, numbers[item.section]++);
  }
}

}  // namespace usher::client
