#include "tests/sim/log/consumer.h"

#include <fmt/format.h>

namespace usher::sim {

Consumer::Consumer(Cluster& cluster, Duration patience, Random random)
    : cluster_(cluster), client_(cluster.add_client()), patience_(patience), random_(random) {}

void Consumer::read() {
  uint64_t attempt = ++attempt_;
  if (random_.chance(1, 8)) at_ = random_.below(cluster_.size());
  cluster_.fetch(
      client_, at_,
      {.from = scanned_, .continues = scanned_term_, .topics = {kInputs}, .bytes_max = kFetchBytes},
      [this, attempt](Result<partition::FetchAnswer> answer) {
        if (attempt != attempt_) return;
        if (answer)
          take(*answer);
        else
          at_ = random_.below(cluster_.size());  // it may not have got that far
        uint64_t waits = ++attempt_;
        cluster_.world().after(random_.between(5ms, 100ms), [this, waits] {
          if (waits == attempt_) read();
        });
      });
  cluster_.world().after(patience_, [this, attempt] {
    if (attempt == attempt_) read();
  });
}

void Consumer::take(const partition::FetchAnswer& answer) {
  ++cluster_.history().operations;
  for (const wire::Batch& batch : answer.batches) {
    if (batch.header().place().base_offset < scanned_)
      return cluster_.witness().violate(fmt::format("step back: a reader at offset {} is given {}",
                                                    scanned_.value(),
                                                    batch.header().place().base_offset.value()));
    for (const ReadRecord& record : records_of(batch)) see(record);
  }
  scanned_ = answer.scanned;
  if (answer.scanned_term) scanned_term_ = answer.scanned_term;
}

void Consumer::see(const ReadRecord& record) {
  if (record.topic != kInputs) return;
  if (record.seq != next_)
    cluster_.witness().violate(fmt::format("skip: a reader expects seq {} and is given {} at {}",
                                           next_.value(), record.seq.value(),
                                           record.offset.value()));
  next_ = record.seq.next();
  auto [known, first] = cluster_.history().read.emplace(record.offset, record.value);
  if (!first && known->second != record.value)
    cluster_.witness().violate(fmt::format("inconsistent offset: {} was read as {} and as {}",
                                           record.offset.value(), known->second, record.value));
}

}  // namespace usher::sim
