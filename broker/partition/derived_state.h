// What a partition knows from its log alone: who claimed, how far each app has stepped, what
// producers and links have sent, the next numbers, the last time, the chain. A fold over headers,
// so every replica arrives at the same. It is kept twice: at the end of the log, where guards are
// checked and numbers given out, and at the commit, from which everything is answered.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "broker/partition/receipt.h"
#include "proto/wire/guard.h"

namespace usher::partition {

// A batch that can be asked for again: what it said and where it stands.
struct Remembered {
  wire::Guard guard;
  Sha256 content;  // over the hashes of its sections
  Receipt receipt;
};

struct AppState {
  wire::ClaimGuard claim;  // the last one
  Receipt claimed;
  Offset position;                        // consumed up to here
  std::optional<StepNumber> last_number;  // none: no step yet
  std::deque<Remembered> steps;           // the last ones, in order, dense

  StepNumber next_number() const { return last_number ? last_number->next() : StepNumber(0); }
};

struct ProducerState {
  uint64_t next_sequence = 0;
  WallTime last_time;
  std::deque<Remembered> batches;  // the last ones, in order, dense
};

struct LinkKey {
  SpaceId space;
  PartitionId partition;
  TopicId topic;
  friend auto operator<=>(const LinkKey&, const LinkKey&) = default;
};

inline LinkKey key_of(const wire::LinkGuard& guard) {
  return {guard.source_space, guard.source_partition, guard.source_topic};
}

// One hash for what a batch's sections hold.
Sha256 content_of(const wire::BatchHeader& header);

class DerivedState {
 public:
  // The next batch of the log, in order: its header has its place here.
  void apply(const wire::BatchHeader& header);

  Offset end() const { return end_; }
  const wire::Chain& chain() const { return chain_; }
  WallTime last_time() const { return last_time_; }
  Seq next_seq(TopicId topic) const;
  const AppState* app(AppId app) const;
  const ProducerState* producer(const wire::ProducerId& producer) const;
  size_t producers() const { return producers_.size(); }
  // Exclusive end of what the link has brought here.
  Seq linked(const LinkKey& link) const;

 private:
  friend class DerivedStateCodec;  // snapshot.cc
  void apply(const wire::NoGuard&, const wire::BatchHeader&) {}
  void apply(const wire::ProducerGuard& guard, const wire::BatchHeader& header);
  void apply(const wire::ClaimGuard& guard, const wire::BatchHeader& header);
  void apply(const wire::StepGuard& guard, const wire::BatchHeader& header);
  void apply(const wire::LinkGuard& guard, const wire::BatchHeader& header);
  void expire_producers();

  Offset end_;
  wire::Chain chain_;
  WallTime last_time_;
  std::map<TopicId, Seq> next_seqs_;
  std::map<AppId, AppState> apps_;
  std::map<wire::ProducerId, ProducerState> producers_;
  std::set<std::pair<WallTime, wire::ProducerId>> producers_by_age_;
  std::map<LinkKey, Seq> links_;
};

}  // namespace usher::partition
