// What breaks in a simulated world, when, and how it heals. Kinds are drawn one after the other and
// may overlap; each is counted when it is done.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "tests/sim/log/cluster.h"

namespace usher::sim {

enum class Fault : uint8_t {
  kCrash,          // one replica, restarted later
  kCrashAll,       // all of them at once
  kCrashSending,   // one, right after it has sent a message of one kind; back in no time
  kCut,            // a link, in one direction
  kIsolate,        // a replica, in both
  kCutClients,     // some clients from some brokers
  kLoss,           // messages lost and doubled
  kSlowLinks,      // delays up to what a heartbeat bears, messages overtake each other
  kFreeze,         // SIGSTOP, then SIGCONT
  kTransfer,       // the leader hands over
  kShortReigns,    // for a while whoever is elected is crashed or isolated at once
  kClockJump,      // a wall clock jumps
  kClockDrift,     // a wall clock runs too fast or too slow
  kSlowDisk,       // of one replica, or of all
  kReadError,      // at a start or while the journal is copied forward
  kWriteError,     // ends a replica: a lost disk
  kSyncError,      // likewise
  kDiskFull,       // for a while
  kBitFlip,        // in a journal, between stop and start: a lost disk, if it is where it matters
  kWipedDisk,      // between stop and start
  kOwnerChange,    // another member claims the app
  kLinkRestart,    // a link's sender forgets how far it was
  kRetention,      // replicas let go of old segments: who comes back needs a snapshot
  kCrashNewFile,   // one, without power, while it writes the first group of a journal file
  kForgottenVote,  // a leader sleeps, another is elected by a vote that is lost with its disk
  kAskedTwice,     // one, between the two votes that it is asked for in one term
};
constexpr size_t kFaults = 26;
std::string_view name(Fault fault);
using FaultCounts = std::array<uint64_t, kFaults>;

// Of raft::Message::body.
constexpr size_t kVoteRequest = 2;
constexpr size_t kVoteReply = 3;
constexpr size_t kAppendAccepted = 5;

class Faults {
 public:
  // `own`: faults that the clients carry out themselves.
  struct Own {
    std::function<void()> change_owner;
    std::function<void()> restart_link;
    std::function<void(Cluster&)> forget;
  };
  Faults(std::vector<Cluster*> clusters, const Temper& temper, Own own, Random random);

  void start() { plan(); }
  // Nothing breaks any more, what is broken is mended, everybody is started.
  void heal();
  const FaultCounts& counts() const { return counts_; }

 private:
  void plan();
  void inject(Fault fault);
  void count(Fault fault) { ++counts_[static_cast<size_t>(fault)]; }
  // After a while, if nothing has healed by then.
  void later(Duration from, Duration to, std::function<void()> act);
  void later(std::function<void()> act) { later(50ms, 4s, std::move(act)); }
  size_t any_broker() { return random_.below(cluster_->size()); }
  // Mostly the leader: what happens to it matters most.
  size_t broker_that_matters();
  Ending any_ending() { return random_.chance(1, 2) ? Ending::kKilled : Ending::kPowerLost; }
  Duration any_pause();

  void crash(size_t broker, Ending ending, Duration pause);
  void crash_all();
  void crash_sending();
  void cut();
  void isolate(size_t broker, Duration pause);
  void cut_clients();
  void change_links(LinkFaults faults);
  void change_clock(Fault fault);
  void slow_disk();
  void fail_disk(Fault fault);
  void fill_disk();
  void lose_disk(Fault fault);
  void crash_new_file(size_t broker, uint64_t times);
  // reigns.cc
  void shorten_reigns();
  void take_turns();
  void end_reign(size_t broker);
  // votes.cc
  void forget_vote();
  void forget_vote_at_once();
  void ask_twice();
  void divide_vote(Cluster& cluster, size_t voter);

  std::vector<Cluster*> clusters_;
  Temper temper_;
  Own own_;
  Random random_;
  Cluster* cluster_;  // the fault is in this one
  bool healing_ = false;
  FaultCounts counts_{};
};

}  // namespace usher::sim
