// A program that writes: values that are all different, with a few keys, to whatever topics the
// metadata shows. It remembers what it was told of each. Killed, it comes back as another producer.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "client/producer.h"

#include "tests/sim/cluster/host.h"
#include "tests/sim/cluster/world.h"

namespace usher::clusters {

class Writer {
 public:
  Writer(World& world, std::string name, Random random);

  void start();
  void kill();
  void freeze(Duration time);
  bool is_up() const { return host_ != nullptr; }
  // No new records.
  void stop() { stopped_ = true; }
  // Everything sent has its outcome.
  bool is_idle() const { return !producer_ || producer_->unsettled() == 0; }
  const std::string& name() const { return name_; }
  uint64_t lives() const { return lives_; }
  const client::MetadataPtr& metadata() { return host_->cluster().metadata(); }

 private:
  void go_on();
  void send();
  void send_to(const wire::SpaceInfo& space, TopicId topic);
  void told(History& history, client::Topic topic, std::string value,
            const Result<client::Receipt>& outcome);

  World& world_;
  std::string name_;
  Random random_;
  uint64_t lives_ = 0;
  uint64_t values_ = 0;
  bool stopped_ = false;
  std::unique_ptr<Host> host_;
  std::unique_ptr<client::Producer> producer_;
};

}  // namespace usher::clusters
