// What steps have changed that are not committed yet, in memory, in front of the committed store.
// Steps are sealed one behind the other; the oldest are committed, or all are dropped. The open
// step can be taken back to a mark, which is what happens to a record that fails. Keys are found by
// their hash; in order they stand for the stores alone that somebody scans.
//
//     reads ─→ open step ─→ sealed steps, newest first ─→ committed store
//                seal ──↑            └─ commit the oldest ──↑
#pragma once

#include <deque>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "processors/state/committed_store.h"

namespace usher::state {

class Overlay {
 public:
  // The store outlives it.
  explicit Overlay(CommittedStore& below) : below_(below) {}

  Result<std::optional<std::string>> get(std::string_view key) const;
  // Both in one store.
  Result<void> scan(std::string_view from, std::string_view to, const Visit& visit);

  // In the open step; no value erases.
  void change(std::string_view key, std::optional<std::string_view> value);
  // How many changes the open step has taken: a mark to go back to.
  size_t mark() const { return undo_.size(); }
  void rollback(size_t mark);
  // Of the open step: each key once, in order, with its last value. They live until the next call.
  std::vector<Change> changes() const;
  size_t open_entries() const { return open_.entries.size(); }
  // What changes() takes as records, at most: of each key, its last value.
  size_t open_bytes() const { return open_bytes_; }

  void seal();
  size_t sealed() const { return sealed_.size(); }
  // What the oldest `count` sealed steps changed; a key once for each.
  std::vector<std::string> oldest_keys(size_t count) const;
  // The oldest `count` sealed steps go below, under the stamp.
  Result<void> commit(size_t count, const Stamp& stamp);
  // Everything that is not committed.
  void drop();

 private:
  struct Version {
    uint64_t step;
    std::optional<std::string> value;
  };
  // Of one key, by rising step; never empty.
  using Versions = std::vector<Version>;
  struct Hash {
    using is_transparent = void;  // NOLINT(readability-identifier-naming): the standard names it
    size_t operator()(std::string_view key) const { return std::hash<std::string_view>()(key); }
  };
  using Entries = std::unordered_map<std::string, Versions, Hash, std::equal_to<>>;
  using Entry = Entries::value_type;
  struct Step {
    uint64_t number = 0;
    std::vector<Entry*> entries;  // those it has a version of
  };
  struct Undo {
    Entry* entry;
    // What the open step had for it before; none: nothing.
    std::optional<std::optional<std::string>> before;
  };
  using Order = std::map<std::string_view, const Entry*>;
  static std::optional<std::string_view> newest(const Versions& versions);
  Order& order_of(std::string_view store);
  Order* order_with(std::string_view key);
  Entry& make(std::string_view key);
  void remove(const Entry& entry);

  CommittedStore& below_;
  Entries entries_;
  // Of the stores that were scanned, by their bytes in front of a key.
  std::map<std::string, Order, std::less<>> orders_;
  std::vector<Entries::node_type> spare_;  // memory for the next keys
  std::deque<Step> sealed_;
  Step open_;
  std::vector<Undo> undo_;
  size_t open_bytes_ = 0;
};

}  // namespace usher::state
