#include "tests/sim/log/faults.h"

#include <algorithm>

namespace usher::sim {
namespace {

constexpr LinkFaults kCalm = {};
constexpr LinkFaults kSlow = {.delay_min = 1ms, .delay_max = 150ms, .overtaking = true};
// By then the log has a time, and every broker has heard the others' clocks.
constexpr MonotonicTime kClocksMet = SimLoop::kBegin + 5s;
constexpr uint32_t kAlways = 10'000;
constexpr uint32_t kOften = 2'000;

}  // namespace

std::string_view name(Fault fault) {
  constexpr std::array<std::string_view, kFaults> kNames{"crash",
                                                         "crash of all",
                                                         "crash after a message",
                                                         "cut link",
                                                         "isolation",
                                                         "clients cut off",
                                                         "loss and doubling",
                                                         "slow links",
                                                         "freeze",
                                                         "leader transfer",
                                                         "short reigns",
                                                         "clock jump",
                                                         "clock drift",
                                                         "slow disk",
                                                         "read error",
                                                         "write error",
                                                         "sync error",
                                                         "full disk",
                                                         "flipped bit",
                                                         "wiped disk",
                                                         "owner change",
                                                         "link restart",
                                                         "retention",
                                                         "crash at a new file",
                                                         "forgotten vote",
                                                         "asked twice for a vote"};
  return kNames[static_cast<size_t>(fault)];
}

Faults::Faults(std::vector<Cluster*> clusters, const Temper& temper, Own own, Random random)
    : clusters_(std::move(clusters)),
      temper_(temper),
      own_(std::move(own)),
      random_(random),
      cluster_(clusters_.front()) {}

// --- when ---

void Faults::plan() {
  clusters_.front()->world().after(random_.between(temper_.calm_min, temper_.calm_max), [this] {
    if (healing_) return;
    cluster_ = clusters_[random_.chance(3, 4) ? 0 : random_.below(clusters_.size())];
    inject(static_cast<Fault>(random_.below(kFaults)));
    plan();
  });
}

void Faults::later(Duration from, Duration to, std::function<void()> act) {
  clusters_.front()->world().after(random_.between(from, to), [this, act = std::move(act)] {
    if (!healing_) act();
  });
}

Duration Faults::any_pause() {
  return random_.chance(1, 3) ? random_.between(1ms, 50ms) : random_.between(50ms, 4s);
}

size_t Faults::broker_that_matters() {
  Replica* leader = cluster_->leader();
  if (leader && random_.chance(1, 2))
    for (size_t i = 0; i < cluster_->size(); ++i)
      if (&cluster_->replica(i) == leader) return i;
  return any_broker();
}

void Faults::heal() {
  healing_ = true;
  for (Cluster* cluster : clusters_) {
    cluster->links().heal();
    cluster->links().set_faults(kCalm);
    cluster->heal_clients();
    cluster->when_led({});
    for (size_t i = 0; i < cluster->size(); ++i) {
      cluster->replica(i).platter().faults() = {};
      cluster->replica(i).set_clock_right();
      // Health names it, and its operator starts it again.
      if (cluster->replica(i).has_failed_storage()) cluster->crash(i, Ending::kKilled);
      cluster->replica(i).start();
    }
  }
}

// --- what ---

void Faults::inject(Fault fault) {
  cluster_->witness().trace(name(fault));
  switch (fault) {
    case Fault::kCrash:
      count(fault);
      return crash(broker_that_matters(), any_ending(), any_pause());
    case Fault::kCrashAll:
      return crash_all();
    case Fault::kCrashSending:
      return crash_sending();
    case Fault::kCut:
      return cut();
    case Fault::kIsolate:
      count(fault);
      return isolate(broker_that_matters(), random_.between(50ms, 4s));
    case Fault::kCutClients:
      return cut_clients();
    case Fault::kLoss:
      count(fault);
      return change_links({.lost_per_mille = 50, .doubled_per_mille = 50, .overtaking = true});
    case Fault::kSlowLinks:
      count(fault);
      return change_links(kSlow);
    case Fault::kFreeze:
      count(fault);
      return cluster_->replica(broker_that_matters()).freeze(random_.between(50ms, 4s));
    case Fault::kTransfer:
      if (Replica* leader = cluster_->leader()) {
        raft::ReplicaId to = cluster_->replica(any_broker()).id();
        if (leader->partition().transfer_leadership(to)) count(fault);
      }
      return;
    case Fault::kShortReigns:
      return shorten_reigns();
    case Fault::kClockJump:
    case Fault::kClockDrift:
      return change_clock(fault);
    case Fault::kSlowDisk:
      return slow_disk();
    case Fault::kReadError:
    case Fault::kWriteError:
    case Fault::kSyncError:
      return fail_disk(fault);
    case Fault::kDiskFull:
      return fill_disk();
    case Fault::kBitFlip:
    case Fault::kWipedDisk:
      return lose_disk(fault);
    case Fault::kOwnerChange:
      count(fault);
      return own_.change_owner();
    case Fault::kLinkRestart:
      count(fault);
      return own_.restart_link();
    case Fault::kRetention:
      count(fault);
      return own_.forget(*cluster_);
    case Fault::kCrashNewFile:
      return crash_new_file(any_broker(), random_.between(1, 8));
    case Fault::kForgottenVote:
      return random_.chance(1, 2) ? forget_vote() : forget_vote_at_once();
    case Fault::kAskedTwice:
      return ask_twice();
  }
}

void Faults::crash(size_t broker, Ending ending, Duration pause) {
  cluster_->crash(broker, ending);
  later(pause, pause, [&replica = cluster_->replica(broker)] { replica.start(); });
}

void Faults::crash_all() {
  count(Fault::kCrashAll);
  Ending ending = any_ending();
  for (size_t i = 0; i < cluster_->size(); ++i) crash(i, ending, any_pause());
}

// Between sending and whatever should have been safe before.
void Faults::crash_sending() {
  size_t broker = broker_that_matters();
  // Mostly after a promise.
  constexpr size_t kKinds = std::variant_size_v<decltype(raft::Message::body)>;
  std::array<size_t, 3> kinds{kVoteReply, kAppendAccepted, random_.below(kKinds)};
  size_t kind = kinds[random_.below(kinds.size())];
  if (random_.chance(1, 2)) change_links(kSlow);
  cluster_->replica(broker).crash_after_sending(
      kind, [this, broker, cluster = cluster_, ending = any_ending(), pause = any_pause()] {
        if (healing_) return;
        count(Fault::kCrashSending);
        cluster->crash(broker, ending);
        later(pause, pause, [&replica = cluster->replica(broker)] { replica.start(); });
      });
}

void Faults::cut() {
  raft::ReplicaId from = cluster_->replica(any_broker()).id();
  raft::ReplicaId to = cluster_->replica(any_broker()).id();
  if (from == to) return;
  count(Fault::kCut);
  cluster_->links().cut(from, to);
  later([cluster = cluster_] { cluster->links().heal(); });
}

void Faults::isolate(size_t broker, Duration pause) {
  cluster_->cut_off(broker);
  raft::ReplicaId one = cluster_->replica(broker).id();
  later(pause, pause, [cluster = cluster_, one] { cluster->links().heal(one); });
}

void Faults::cut_clients() {
  count(Fault::kCutClients);
  for (uint64_t client = 1; client <= cluster_->clients(); ++client)
    if (random_.chance(1, 2)) cluster_->cut_client(ClientId(client), any_broker());
  later([cluster = cluster_] { cluster->heal_clients(); });
}

void Faults::change_links(LinkFaults faults) {
  cluster_->links().set_faults(faults);
  later([cluster = cluster_] { cluster->links().set_faults(kCalm); });
}

// One clock at a time: with two broken of three nobody could tell. It stays broken for a while, or
// until its broker starts again.
void Faults::change_clock(Fault fault) {
  Replica& replica = cluster_->replica(broker_that_matters());
  if (!replica.is_up() || cluster_->loop().now() < kClocksMet) return;
  for (size_t i = 0; i < cluster_->size(); ++i) cluster_->replica(i).set_clock_right();
  count(fault);
  SimClock& clock = replica.scheduler().sim_clock();
  auto seconds = static_cast<int64_t>(random_.between(1, 3'600));
  if (random_.chance(1, 2)) seconds = -seconds;
  if (fault == Fault::kClockJump)
    clock.jump_wall(seconds * 1s);
  else
    clock.drift_wall(seconds * 200);
}

// --- disks ---

void Faults::slow_disk() {
  count(Fault::kSlowDisk);
  bool all = random_.chance(1, 2);
  Duration slow_max = random_.between(20ms, 400ms);
  size_t one = broker_that_matters();
  for (size_t i = 0; i < cluster_->size(); ++i) {
    if (!all && i != one) continue;
    SimDiskFaults& faults = cluster_->replica(i).platter().faults();
    faults.slow = all ? kAlways : kOften;
    faults.slow_max = slow_max;
    later([&faults] { faults.slow = 0; });
  }
}

void Faults::fail_disk(Fault fault) {
  if (!cluster_->may_lose_disk()) return;
  size_t broker = broker_that_matters();
  SimDiskFaults& faults = cluster_->replica(broker).platter().faults();
  count(fault);
  if (fault == Fault::kReadError) {
    faults.read_errors = kOften;
    crash(broker, any_ending(), any_pause());
  } else if (fault == Fault::kWriteError) {
    faults.write_errors = kOften;
  } else {
    faults.sync_errors = kOften;
  }
  later(50ms, 500ms,
        [&faults] { faults.read_errors = faults.write_errors = faults.sync_errors = 0; });
}

void Faults::fill_disk() {
  count(Fault::kDiskFull);
  SimPlatter& platter = cluster_->replica(any_broker()).platter();
  uint64_t taken = 0;
  for (const io::FileInfo& file : platter.files()) taken += file.size;
  platter.faults().capacity_bytes = taken;
  later([&platter] { platter.faults().capacity_bytes.reset(); });
}

// A file that is used again is half written: whether it was free shows at the next start. Several
// times, for a torn write harms only where it tears between the header and what it stands for.
void Faults::crash_new_file(size_t broker, uint64_t times) {
  Replica& one = cluster_->replica(broker);
  if (!one.is_up()) return;
  Duration pause = times > 1 ? random_.between(1ms, 50ms) : any_pause();
  bool last = random_.chance(3, 4);
  one.crash_at_next_file(last, [this, broker, times, pause, cluster = cluster_] {
    if (healing_) return;
    count(Fault::kCrashNewFile);
    cluster->crash(broker, Ending::kTorn);
    later(pause, pause, [&replica = cluster->replica(broker)] { replica.start(); });
    if (times == 1) return;
    later(pause + 50ms, pause + 100ms, [this, broker, times, cluster] {
      cluster_ = cluster;
      crash_new_file(broker, times - 1);
    });
  });
}

void Faults::lose_disk(Fault fault) {
  if (!cluster_->may_lose_disk()) return;
  size_t broker = broker_that_matters();
  Replica& replica = cluster_->replica(broker);
  cluster_->crash(broker, any_ending());
  if (fault == Fault::kWipedDisk) {
    replica.lose_disk();
    count(fault);
  } else if (replica.flip_bit()) {
    count(fault);
  }
  Duration pause = any_pause();
  later(pause, pause, [&replica] { replica.start(); });
}

}  // namespace usher::sim
