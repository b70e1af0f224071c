// A task's way to a partition of the same process, which lives on a reactor of another thread: no
// network, no copy.
//
//     task's thread ── post ──→ reactor's: Partition ── post ──→ task's: the answer
#pragma once

#include "processors/partition_log.h"
#include "tools/bench/partition_group.h"

namespace usher::bench {

class LocalLog final : public processors::PartitionLog {
 public:
  // On the task's Scheduler, to the group's leader; both outlive it, and what is on its way.
  LocalLog(Scheduler& scheduler, Reactor& reactor, PartitionGroup& group)
      : scheduler_(scheduler), reactor_(reactor), group_(group) {}

  void append(wire::Batch batch, Answer<processors::Receipt> answer) override;
  void fetch(processors::FetchRequest request, Answer<processors::FetchAnswer> answer) override;
  void read_index(AppId app, Answer<processors::ReadIndex> answer) override;

 private:
  // Gives the answer to the task on its own thread.
  template <class T>
  void tell(Answer<T> answer, Result<T> result) {
    scheduler_.post([answer = std::move(answer), result = std::move(result)]() mutable {
      answer(std::move(result));
    });
  }
  void fetch_here(processors::FetchRequest request, Answer<processors::FetchAnswer> answer);

  Scheduler& scheduler_;
  Reactor& reactor_;
  PartitionGroup& group_;
};

}  // namespace usher::bench
