// The log that takes commands, in a cluster: each goes through a Producer to its topic of the space
// `events`, under the event's id, with who asked in its headers.
#pragma once

#include "client/booking/seams.h"
#include "client/producer.h"

namespace usher::booking {

class ClusterLog final : public CommandLog {
 public:
  // Both outlive it; the metadata are known.
  ClusterLog(client::Cluster& cluster, client::Producer& producer)
      : cluster_(cluster), producer_(producer) {}
  // STALE_METADATA: the seats' topics are not there, or not known yet.
  void write(seats::Topic topic, std::string_view event, std::string value, const Trace& trace,
             Written written) override;

 private:
  Result<client::Topic> find(seats::Topic topic);

  client::Cluster& cluster_;
  client::Producer& producer_;
};

}  // namespace usher::booking
