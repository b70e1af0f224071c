// Fetches, over many partitions each, that wait until there is enough to send. The limits: fetches
// that wait, partitions of one, bytes of one answer. One Scheduler's thread.
//
//     fetch ─→ read each partition ─┬ enough, an error, or no wait ─→ answered
//                  ↑                └ too little ─→ waits ─┬ wait is over ─→ answered
//                  └────────── a partition moved ──────────┘
#pragma once

#include <unordered_map>

#include "broker/server/commit_watch.h"
#include "broker/server/fetch_reply.h"
#include "broker/server/partitions_here.h"
#include "proto/net/request_server.h"

namespace usher::server {

class FetchRequests {
 public:
  FetchRequests(Scheduler& scheduler, PartitionsHere& here, Replicas& replicas);
  ~FetchRequests();
  FetchRequests(const FetchRequests&) = delete;
  FetchRequests& operator=(const FetchRequests&) = delete;

  void on(const net::Peer& peer, wire::FetchRequest request, net::Responder answer);
  // The connection is gone: nobody waits there any more.
  void on_gone(const net::Peer& peer);
  // Everybody who waits is answered with what there is.
  void stop();

  size_t waiting() const { return fetches_.size(); }
  uint64_t bytes_sent() const { return bytes_sent_; }

 private:
  using Number = CommitWatch::Waiter;
  struct Fetch;
  void gather_next(const std::shared_ptr<Fetch>& fetch);
  io::Done<partition::FetchAnswer> taker(const std::shared_ptr<Fetch>& fetch);
  void take(const std::shared_ptr<Fetch>& fetch, Result<partition::FetchAnswer> answer);
  void gathered(const std::shared_ptr<Fetch>& fetch);
  void wait(const std::shared_ptr<Fetch>& fetch);
  void stop_waiting(Fetch& fetch);
  void again(Number number);
  void answer(const std::shared_ptr<Fetch>& fetch);

  Scheduler& scheduler_;
  PartitionsHere& here_;
  CommitWatch watch_;
  std::unordered_map<Number, std::shared_ptr<Fetch>> fetches_;
  Number last_number_ = 0;
  uint64_t bytes_sent_ = 0;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace usher::server
