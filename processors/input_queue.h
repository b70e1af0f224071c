// What was fetched and is not consumed yet: the app's input records, one after the other, and how
// far the log was looked at behind them. It keeps the bytes that its records stand in.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "processors/partition_log.h"
#include "processors/topology.h"

namespace usher::processors {

struct Input {
  TopicId topic;
  Offset offset;
  Term term;
  WallTime time;
  wire::RecordView record;
};

class InputQueue {
 public:
  explicit InputQueue(std::vector<TopicId> topics) : topics_(std::move(topics)) {}

  // Reading begins here, with nothing known of what stands before.
  void restart(Offset from);
  // The answer to a fetch from scanned(). BATCH_CORRUPT and such where a section is damaged.
  Result<void> push(FetchAnswer answer);

  // The next input; it lives until pop().
  const Input* front();
  void pop();
  bool empty() { return front() == nullptr; }

  // All below was looked at; the term of the record before, if it is known.
  Offset scanned() const { return scanned_; }
  std::optional<Term> scanned_term() const { return scanned_term_; }
  size_t bytes() const { return bytes_; }

 private:
  struct Fetched {
    wire::Batch batch;
    std::vector<wire::Section> sections;
    std::vector<TopicId> topics;
  };
  bool open_next();

  std::vector<TopicId> topics_;
  Offset from_;
  Offset scanned_;
  std::optional<Term> scanned_term_;
  std::deque<Fetched> fetched_;
  size_t bytes_ = 0;
  // Of the first of fetched_.
  std::optional<wire::MergedReader> reader_;
  std::optional<Input> front_;
};

}  // namespace usher::processors
