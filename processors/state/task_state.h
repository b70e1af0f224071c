// All stores of one task: the overlay in front of the committed store, the running digest, and what
// the open step's changelog is made of. A store is named by the topic of its changelog.
//
// Reading can fail (the disk). A processor need not look: the first failure is kept, reads answer
// "nothing" from then on, and the task appends nothing of what was computed since.
#pragma once

#include <array>

#include "processors/state/cached_store.h"
#include "processors/state/digest.h"
#include "processors/state/overlay.h"

namespace usher::state {

class TaskState {
 public:
  struct Mark {
    size_t changes = 0;
    Digest digest;
  };

  // The store outlives it.
  explicit TaskState(CommittedStore& committed);

  std::optional<std::string> get(TopicId store, std::string_view key);
  void put(TopicId store, std::string_view key, std::string_view value);
  void erase(TopicId store, std::string_view key);
  // Keys in [from, to) of the store; `to` empty: to its end.
  void scan(TopicId store, std::string_view from, std::string_view to, const Visit& visit);

  Mark mark() const { return {.changes = overlay_.mark(), .digest = digest_}; }
  void rollback(const Mark& mark);
  // Of the open step. Keys have the store in front (store_of).
  std::vector<Change> changes() const { return overlay_.changes(); }
  // What the changelog adds to the step, at most; and how many records.
  size_t changed_bytes() const { return overlay_.open_bytes(); }
  size_t changed_entries() const { return overlay_.open_entries(); }

  // The open step is one in flight from now on.
  void seal();
  size_t sealed() const { return overlay_.sealed(); }
  // What the oldest `count` sealed steps changed, with the store in front.
  std::vector<std::string> oldest_keys(size_t count) const { return overlay_.oldest_keys(count); }
  // The oldest `count` are committed: the stamp's digest is filled in here.
  Result<void> commit(size_t count, Stamp stamp);
  // No change but the stamp; nothing is sealed.
  Result<void> restamp(Stamp stamp);
  // Back to what is committed.
  void drop();

  // After everything up to and with the open step.
  const Digest& digest() const { return digest_; }
  const std::optional<Error>& failure() const { return failure_; }
  const CommittedStore& committed() const { return committed_; }
  // Another history's: everything goes.
  Result<void> wipe();

 private:
  // The entries of one record, with room.
  static constexpr size_t kRecent = 32;
  struct Recent {
    std::string key;  // empty: of no entry
    std::optional<std::string> value;
  };
  Recent& recent_of(std::string_view entry_key);
  void forget_recent();
  const std::optional<std::string>& read(std::string_view entry_key);
  void change(TopicId store, std::string_view key, std::optional<std::string_view> value);
  void fail_with(Error error);

  CachedStore committed_;
  Overlay overlay_;
  Digest digest_;
  std::deque<Digest> sealed_digests_;
  std::optional<Error> failure_;
  std::string key_;      // memory for the key at hand
  std::string scratch_;  // memory for digests
  // What was read and changed lately, as it is now: a put needs the old value once more, and that
  // there is none is as dear to find out. A key has one slot.
  std::array<Recent, kRecent> recent_;
  std::optional<std::string> nothing_;  // what a read that failed says
};

}  // namespace usher::state
