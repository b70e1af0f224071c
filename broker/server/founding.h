// A cluster is founded once, in two phases (docs/architecture.md, Replication): when all brokers of
// the list answer and none is founded, the lowest id proposes a plan; each writes it as PREPARED;
// when all have, it is FOUNDED and spreads.
//
//     lowest:  all heard, none founded ─→ plan, PREPARED here ─→ prepare ─→ all done ─→ FOUNDED
//     others:                             prepare ─→ PREPARED ─→ done       found, or hears of it
//
// A PREPARED directory counts as empty and takes a newer plan. One Scheduler's thread.
#pragma once

#include <functional>
#include <map>
#include <set>

#include "broker/server/identity.h"
#include "broker/server/peer_links.h"

namespace usher::server {

class Founding {
 public:
  // `listed`: all brokers of the list. `founded` is called once the identity says so, never inside
  // a call. Everything given outlives it.
  Founding(Scheduler& scheduler, io::Disk& disk, Random random, Log log, Identity& identity,
           wire::Founder self, std::set<BrokerId> listed, std::function<void()> founded);
  ~Founding() { *alive_ = false; }
  Founding(const Founding&) = delete;
  Founding& operator=(const Founding&) = delete;

  bool is_founded() const { return identity_.stage == wire::FoundingStage::kFounded; }
  // Brokers of the list that have not answered.
  std::string missing() const;

  void start(PeerLinks& links);
  void on_introduced(BrokerId broker, const wire::IntroduceReply& reply);
  using Answer = std::move_only_function<void(Result<void>)>;
  void on_prepare(const wire::FoundingPlan& plan, Answer answer);
  void on_found(const wire::FoundingPlan& plan, Answer answer);

 private:
  bool i_propose() const { return *listed_.begin() == identity_.broker; }
  bool names_me(const wire::FoundingPlan& plan) const;
  void propose_if_all_are_there();
  void ask_to_prepare();
  void prepared(BrokerId broker);
  void become(wire::FoundingStage stage, const wire::FoundingPlan& plan, Answer answer);

  Scheduler& scheduler_;
  io::Disk& disk_;
  Random random_;
  Log log_;
  Identity& identity_;
  wire::Founder self_;
  std::set<BrokerId> listed_;
  std::function<void()> founded_;
  PeerLinks* links_ = nullptr;

  std::map<BrokerId, wire::Founder> heard_;
  std::optional<wire::FoundingPlan> plan_;  // proposed by this broker
  std::set<BrokerId> prepared_;
  bool writing_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace usher::server
