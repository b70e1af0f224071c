// A sale's requests as records of a Producer, and their outcomes as a Consumer of the topic
// `reservation-completed` reads them: what a gateway does, without one.
#pragma once

#include <memory>

#include "client/booking/cluster_log.h"
#include "client/cli/sale_way.h"
#include "client/cli/session.h"
#include "client/consumer.h"
#include "client/producer.h"
#include "proto/seats/reservation.h"

namespace usher::cli {

class NativeSale final : public SaleWay, private client::ConsumerHandler {
 public:
  // Both outlive it.
  NativeSale(Session& session, const wire::SpaceInfo& space, Random random);

  // Outcomes are read from the ends of the logs as they are now.
  Result<void> start(SaleOutcomes& outcomes) override;
  void send(uint64_t number, const std::string& event, const SaleRequest& what) override;

 private:
  void on_records(const client::ReadRecords& records) override;
  void on_failed(client::PartitionAt at, const Error& why) override;
  void take(seats::Completed completed);

  Session& session_;
  const wire::SpaceInfo& space_;
  client::Producer producer_;
  booking::ClusterLog log_;
  client::Consumer consumer_;
  SaleOutcomes* outcomes_ = nullptr;
  // A request's number is what its id has beyond it.
  uint64_t first_id_;
  uint64_t sent_ = 0;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace usher::cli
