// Questions to a task's committed state, on the task's own thread, so that asking and waiting
// cannot race with what is decided. What is there is answered at once; "nothing there" only when
// the owner has consumed up to the partition's commit as it was when the question came.
//
//     ask ─┬─ found and enough ─────────────────────────────────────→ answer
//          └─ not enough yet ─→ parked by key ─┬ a step changes it ──→ answer
//                                              └ time is up ─────────→ answer
//     where the answer is "not there": read index (one in flight for all) ─→ consumed so far? ─→
#pragma once

#include <map>
#include <set>
#include <vector>

#include "processors/lifeline.h"
#include "processors/partition_log.h"
#include "processors/state/task_state.h"

namespace usher::processors {

struct Query {
  TopicId store = {};  // its changelog
  std::string key = {};
  // Is it what the caller waits for? Asked of what is there, and of nothing.
  std::function<bool(const std::optional<std::string>&)> is_enough =
      [](const std::optional<std::string>&) { return true; };
  // Then it is answered with what is there.
  Duration wait_max{0};
  // Not before the state holds for this offset: a caller's own write.
  Offset at_least = {};
};

struct QueryAnswer {
  std::optional<std::string> value;
  // It is the state after everything that stands below.
  Offset holds_for;
};

class Queries {
 public:
  using Answer = std::move_only_function<void(Result<QueryAnswer>)>;
  struct Owner {
    // Everything below is consumed, committed, and in the store; for sure.
    std::function<Offset()> settled;
    // Makes settled() move soon: what is asked for is new.
    std::function<void()> hurry;
    // Somebody has claimed since.
    std::function<void()> replaced;
  };

  Queries(Scheduler& scheduler, PartitionLog& log, const state::CommittedStore& store, AppId app,
          Epoch epoch, Owner owner);
  ~Queries();

  // QUEUE_FULL: too many wait. NOT_OWNER: the task moved; ask again. IO_FAILED: the store.
  void ask(Query query, Answer answer);
  // A step that changed these is in the store.
  void changed(std::span<const std::string> entry_keys);
  // settled() may have moved.
  void moved();
  // The partition's leader has answered: nothing newer than this is doubted.
  void heard();
  // Nobody is left hanging.
  void close();

  size_t waiting() const { return waiting_.size(); }

 private:
  using Number = uint64_t;
  struct Waiting {
    Query query;
    std::string entry_key;
    Answer answer;
    MonotonicTime until;
    // Not to be answered before settled() is there; none: not known yet.
    std::optional<Offset> after;
    bool confirmed = false;  // `after` is a read index
    std::optional<Scheduler::TimerId> timer;
  };
  bool is_doubtful() const;
  void look(Number number);
  void ask_index(Number number);
  void send_index();
  void took_index(Result<ReadIndex> index);
  void time_is_up(Number number);
  void finish(Number number, Result<QueryAnswer> answer);

  Scheduler& scheduler_;
  PartitionLog& log_;
  const state::CommittedStore& store_;
  AppId app_;
  Epoch epoch_;
  Owner owner_;
  Number next_number_ = 0;
  std::map<Number, Waiting> waiting_;
  std::multimap<std::string, Number, std::less<>> by_key_;
  // Those for which the task has not consumed enough yet; the others wait for their key alone.
  std::set<Number> unsettled_;
  // Those that the read index on its way speaks for, and those that came after it left.
  std::vector<Number> asked_;
  std::vector<Number> to_ask_;
  bool index_in_flight_ = false;
  MonotonicTime heard_;
  Lifeline life_;
};

}  // namespace usher::processors
