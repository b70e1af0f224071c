// A task of an app, as a daemon runs it: over the network, with its state on this machine.
#pragma once

#include "processors/daemon/runner.h"
#include "processors/lifeline.h"

namespace usher::processors {

// Called aside.
using OpenStore =
    std::function<Result<std::unique_ptr<state::CommittedStore>>(PartitionId partition)>;

class TaskPlace final : public RunnerPlace {
 public:
  // The store is opened and closed aside: either waits for the disk.
  TaskPlace(const RunnerSeams& seams, std::shared_ptr<const Topology> topology,
            client::PartitionAt at, OpenStore open_store)
      : seams_(seams),
        topology_(std::move(topology)),
        at_(at),
        open_store_(std::move(open_store)) {}
  ~TaskPlace() override;
  bool is_open() const override { return store_ != nullptr; }
  void open(std::move_only_function<void(Result<void>)> opened) override;
  Result<std::unique_ptr<Runner>> make(const Identity& identity, bool skip_first) override;
  state::CommittedStore* store() override { return store_.get(); }

 private:
  const RunnerSeams& seams_;
  std::shared_ptr<const Topology> topology_;
  client::PartitionAt at_;
  OpenStore open_store_;
  std::unique_ptr<state::CommittedStore> store_;
  Lifeline life_;
};

}  // namespace usher::processors
