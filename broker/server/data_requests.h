// Requests about one partition: append, new producer, offsets, positions, status, who should lead.
// Each is answered when it is known, never wrongly. One Scheduler's thread.
#pragma once

#include "broker/server/partitions_here.h"
#include "proto/base/metrics.h"
#include "proto/net/request_server.h"

namespace usher::server {

struct DataMeasures {
  std::shared_ptr<Durations> append_took;
  std::shared_ptr<Counter> appended_batches;
  std::shared_ptr<Counter> appended_bytes;
};

// Above `bytes_max` in all tails (what no tail may let go of yet) clients may not append.
struct TailsLimit {
  const log::TailBudget& tails;
  uint64_t bytes_max;
};

class DataRequests {
 public:
  DataRequests(Scheduler& scheduler, PartitionsHere& here, Random random, TailsLimit limit,
               DataMeasures measures)
      : scheduler_(scheduler),
        here_(here),
        random_(random),
        limit_(limit),
        measures_(std::move(measures)) {}
  ~DataRequests() { *alive_ = false; }
  DataRequests(const DataRequests&) = delete;
  DataRequests& operator=(const DataRequests&) = delete;

  void on(const wire::AppendRequest& request, const std::vector<Buffer>& payload,
          net::Responder answer);
  void on(const wire::NewProducerRequest& request, net::Responder answer);
  void on(const wire::OffsetRequest& request, net::Responder answer);
  void on(const wire::PositionRequest& request, net::Responder answer);
  void on(const wire::PartitionStatusRequest& request, net::Responder answer);
  void on(const wire::LeadRequest& request, net::Responder answer);

 private:
  Result<wire::Batch> batch_of(const wire::AppendRequest& request,
                               const std::vector<Buffer>& payload) const;
  void answer_offset(const wire::OffsetRequest& request, net::Responder answer);
  // The partition, or the request is answered.
  partition::Partition* find(SpaceId space, PartitionId partition, net::Responder& answer) const;

  Scheduler& scheduler_;
  PartitionsHere& here_;
  Random random_;
  TailsLimit limit_;
  DataMeasures measures_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace usher::server
