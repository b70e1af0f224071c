// The link from one bank to the other: daemons that compete for it, each with the production
// LinkTask on it, which die without a word and come back. None has a disk: where the link is stands
// in the logs.
#pragma once

#include <memory>
#include <vector>

#include "processors/link_task.h"

#include "tests/sim/app/partition_client.h"

namespace usher::sim {

class Carriers {
 public:
  // Both outlive it.
  Carriers(Cluster& from, Cluster& to, Random random);
  ~Carriers();
  Carriers(const Carriers&) = delete;
  Carriers& operator=(const Carriers&) = delete;

  // They run and things break until it heals; then the first one owns the link.
  void begin();
  void heal();
  // All of the source's log was looked at, and what was in it is at its destination.
  bool is_at_rest();
  std::string unrest();
  uint64_t deaths() const { return deaths_; }

 private:
  class Carrier;
  void own(Carrier& carrier);
  void plan_fault();
  void inject();

  Cluster& from_;
  Cluster& to_;
  Random random_;
  processors::LinkShape shape_;
  std::vector<std::unique_ptr<Carrier>> carriers_;
  uint64_t epochs_ = 0;
  uint64_t deaths_ = 0;
  bool healing_ = false;
};

}  // namespace usher::sim
