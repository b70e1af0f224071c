// The state of the seats app, in a cluster: every question goes to the owner of the event's task.
#pragma once

#include "client/booking/seams.h"
#include "client/queries.h"

namespace usher::booking {

class ClusterState final : public SeatsState {
 public:
  // It outlives this. `patience`: how long an owner is looked for, behind a question's own wait.
  ClusterState(client::Cluster& cluster, Duration patience)
      : cluster_(cluster), queries_(cluster), patience_(patience) {}
  // STALE_METADATA: the seats' space is not there, or not known yet.
  void ask(Question question, Answered answered) override;
  void orders_of(std::string_view user, OrdersTold told) override;

 private:
  client::Cluster& cluster_;
  client::Queries queries_;
  Duration patience_;
};

}  // namespace usher::booking
