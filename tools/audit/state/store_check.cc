#include "tools/audit/state/store_check.h"

#include <algorithm>

#include <fmt/format.h>

namespace usher::audit {

StoreCheck::StoreCheck(PartitionKey key, const TaskReplay& replay, std::vector<FoundStore> stores,
                       Findings& findings)
    : key_(key), replay_(replay), stores_(std::move(stores)), findings_(findings) {
  std::ranges::sort(stores_, std::ranges::greater(), &FoundStore::applied);
  for (; !stores_.empty() && stores_.back().applied == Offset(0); stores_.pop_back())
    compare(stores_.back(), stores_.back().chain, {});
}

void StoreCheck::take(const OpenedBatch& batch) {
  end_ = batch.end();
  for (; !stores_.empty() && stores_.back().applied <= end_; stores_.pop_back()) {
    if (stores_.back().applied == end_)
      compare(stores_.back(), batch.header().chain(), batch.spot());
    else
      report(stores_.back(), batch.spot(), "no batch of the log ends where it says it does");
  }
}

void StoreCheck::finish() {
  for (const FoundStore& store : stores_)
    findings_.remark(
        fmt::format("partition {}: the store of {} goes to offset {}, the log that was "
                    "read to {}: not compared",
                    key_.partition.value(), store.where, store.applied.value(), end_.value()));
}

void StoreCheck::compare(const FoundStore& store, const Sha256& chain, const Spot& spot) {
  auto expected = replay_.digest();
  if (!expected) return;
  ++compared_;
  if (store.chain != chain)
    report(store, spot, "it is the fold of another log: the chain there is another");
  else if (store.digest != *expected)
    report(store, spot,
           fmt::format("its {} entries sum up to {:016x}{:016x}, deciding again gives "
                       "{:016x}{:016x}",
                       store.entries, store.digest.high, store.digest.low, expected->high,
                       expected->low));
}

void StoreCheck::report(const FoundStore& store, const Spot& spot, std::string detail) {
  findings_.add({.kind = Kind::kStore,
                 .space = key_.space,
                 .partition = key_.partition,
                 .offset = store.applied,
                 .spot = spot,
                 .detail = fmt::format("the store of {}: {}", store.where, detail)});
}

}  // namespace usher::audit
