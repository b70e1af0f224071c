#include "broker/log/tail.h"

#include <algorithm>

#include "proto/base/check.h"
#include "proto/base/planted.h"

namespace usher::log {
namespace {

Offset base_of(const wire::Batch& batch) { return batch.header().place().base_offset; }
uint64_t size_of(const wire::Batch& batch) { return batch.header().batch_bytes(); }

}  // namespace

void TailBudget::add(uint64_t bytes) {
  bytes_ += bytes;
  if (bytes_ > bytes_max_) shrink();
}

// Some room at once: not for every batch anew.
void TailBudget::shrink() {
  if (planted(Bug::kTailGrows)) return;
  uint64_t target = bytes_max_ / 64 * 63;
  while (bytes_ > target) {
    auto most = std::ranges::max_element(tails_, {}, &Tail::may_go_bytes_);
    if ((*most)->may_go_bytes_ == 0) return;
    (*most)->let_go(bytes_ - target);
  }
}

Tail::Tail(Offset start, wire::Chain chain, TailBudget& budget)
    : budget_(budget), start_(start), start_chain_(chain) {
  budget_.tails_.push_back(this);
}

Tail::~Tail() {
  budget_.bytes_ -= bytes_;
  std::erase(budget_.tails_, this);
}

void Tail::append(wire::Batch batch) {
  CHECK(base_of(batch) == end(), "the log has no holes");
  uint64_t bytes = size_of(batch);
  bytes_ += bytes;
  batches_.push_back(std::move(batch));
  budget_.add(bytes);
}

void Tail::truncate(Offset end) {
  CHECK(end >= start_);
  while (!batches_.empty() && base_of(batches_.back()) >= end) {
    CHECK(batches_.size() > may_go_, "what stands in segments is committed");
    bytes_ -= size_of(batches_.back());
    budget_.bytes_ -= size_of(batches_.back());
    batches_.pop_back();
  }
  CHECK(this->end() == end, "a batch's boundary");
}

void Tail::restart(Offset start, const wire::Chain& chain) {
  budget_.bytes_ -= bytes_;
  batches_.clear();
  bytes_ = may_go_bytes_ = 0;
  may_go_ = 0;
  start_ = start;
  start_chain_ = chain;
}

void Tail::may_let_go(Offset end) {
  while (may_go_ < batches_.size() && batches_[may_go_].header().end_offset() <= end)
    may_go_bytes_ += size_of(batches_[may_go_++]);
  if (budget_.bytes_ > budget_.bytes_max_) budget_.shrink();
}

void Tail::let_go(uint64_t bytes) {
  uint64_t before = bytes_;
  while (may_go_ > 0 && before - bytes_ < bytes) {
    const wire::Batch& first = batches_.front();
    start_ = first.header().end_offset();
    start_chain_ = first.header().chain();
    bytes_ -= size_of(first);
    may_go_bytes_ -= size_of(first);
    --may_go_;
    batches_.pop_front();
  }
  budget_.bytes_ -= before - bytes_;
}

size_t Tail::index_of(Offset offset) const {
  auto at = std::ranges::lower_bound(batches_, offset, {}, base_of);
  return static_cast<size_t>(at - batches_.begin());
}

const wire::Batch* Tail::find(Offset offset) const {
  auto behind = std::ranges::upper_bound(batches_, offset, {}, base_of);
  if (behind == batches_.begin()) return nullptr;
  const wire::Batch& batch = *std::prev(behind);
  return offset < batch.header().end_offset() ? &batch : nullptr;
}

std::vector<wire::Batch> Tail::read(Offset from, Offset limit, uint64_t bytes_max) const {
  std::vector<wire::Batch> read;
  uint64_t bytes = 0;
  each(from, limit, [&](const wire::Batch& batch) {
    bytes += size_of(batch);
    if (!read.empty() && bytes > bytes_max) return false;
    read.push_back(batch);
    return true;
  });
  return read;
}

}  // namespace usher::log
