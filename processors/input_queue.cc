#include "processors/input_queue.h"

#include <algorithm>

#include "proto/base/check.h"

namespace usher::processors {

void InputQueue::restart(Offset from) {
  reader_.reset();
  front_.reset();
  fetched_.clear();
  bytes_ = 0;
  from_ = from;
  scanned_ = from;
  scanned_term_.reset();
}

Result<void> InputQueue::push(FetchAnswer answer) {
  for (wire::Batch& batch : answer.batches) {
    const wire::BatchHeader& header = batch.header();
    Fetched fetched{.batch = batch, .sections = {}, .topics = {}};
    for (size_t i = 0; i < header.topics().size(); ++i) {
      const wire::TopicEntry& entry = header.topics()[i];
      if (std::ranges::find(topics_, entry.topic) == topics_.end()) continue;
      TRY_ASSIGN(wire::Section section,
                 wire::Section::open(entry, batch.stored_section(i), header.records()));
      fetched.sections.push_back(std::move(section));
      fetched.topics.push_back(entry.topic);
    }
    if (fetched.sections.empty()) continue;
    bytes_ += header.batch_bytes();
    fetched_.push_back(std::move(fetched));
  }
  if (answer.scanned > scanned_) {
    CHECK(answer.scanned_term, "what was scanned has a term");
    scanned_ = answer.scanned;
    scanned_term_ = answer.scanned_term;
  }
  return {};
}

const Input* InputQueue::front() {
  while (!front_ && open_next()) {
    const Fetched& first = fetched_.front();
    const wire::Place& place = first.batch.header().place();
    if (reader_->done()) {
      reader_.reset();
      bytes_ -= first.batch.header().batch_bytes();
      fetched_.pop_front();
      continue;
    }
    wire::MergedReader::Item item = reader_->next();
    Offset offset = place.base_offset + item.record.place;
    if (offset < from_) continue;  // consumed before: the position may stand inside a batch
    front_ = Input{.topic = first.topics[item.section],
                   .offset = offset,
                   .term = place.term,
                   .time = place.time,
                   .record = item.record};
  }
  return front_ ? &*front_ : nullptr;
}

bool InputQueue::open_next() {
  if (fetched_.empty()) return false;
  if (!reader_) reader_.emplace(fetched_.front().sections);
  return true;
}

void InputQueue::pop() {
  CHECK(front_, "pop() follows front()");
  from_ = front_->offset.next();
  front_.reset();
}

}  // namespace usher::processors
