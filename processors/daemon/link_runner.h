// A link, as a daemon runs it: from a partition of one space to all of another, over the network.
#pragma once

#include "processors/daemon/runner.h"
#include "processors/link_task.h"

namespace usher::processors {

// The space that it leads to, as it was when the daemon joined: its slots never change.
struct LinkEnd {
  wire::SpaceInfo space;
  TopicId topic;
};

class LinkPlace final : public RunnerPlace {
 public:
  LinkPlace(const RunnerSeams& seams, std::shared_ptr<const LinkShape> shape,
            std::shared_ptr<const LinkEnd> to, client::PartitionAt at)
      : seams_(seams), shape_(std::move(shape)), to_(std::move(to)), at_(at) {}
  Result<std::unique_ptr<Runner>> make(const Identity& identity, bool skip_first) override;

 private:
  const RunnerSeams& seams_;
  std::shared_ptr<const LinkShape> shape_;
  std::shared_ptr<const LinkEnd> to_;
  client::PartitionAt at_;
};

}  // namespace usher::processors
