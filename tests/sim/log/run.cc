#include "tests/sim/log/run.h"

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include <fmt/format.h>

#include "tests/sim/log/checks/checks.h"
#include "tests/sim/log/consumer.h"
#include "tests/sim/log/link_sender.h"
#include "tests/sim/log/owner.h"
#include "tests/sim/log/producer.h"

namespace usher::sim {
namespace {

constexpr Duration kSafetyPhase = 60s;
constexpr Duration kLivenessPhase = 60s;
constexpr uint64_t kOperationsMin = 1'000;
constexpr uint64_t kFaultsMin = 5;
constexpr int kFaultKindsMin = 3;
constexpr int kProducers = 4;  // the last one anonymous

// The partition that is linked to is never larger than three replicas.
Temper small(Temper temper) {
  temper.brokers = 3;
  return temper;
}

class Run {
 public:
  Run(uint64_t seed, bool loud)
      : random_(seed),
        temper_(draw_temper(random_.stream("temper"))),
        source_(loop_, witness_, kSourceSpace, temper_, random_.stream("source")),
        linked_(loop_, witness_, kLinkedSpace, small(temper_), random_.stream("linked")),
        consumers_{Consumer(source_, temper_.patience, random_.stream("c1")),
                   Consumer(source_, temper_.patience, random_.stream("c2"))},
        senders_{LinkSender(source_, linked_, temper_.patience, random_.stream("l1")),
                 LinkSender(source_, linked_, temper_.patience, random_.stream("l2"))},
        faults_({&source_, &linked_}, temper_,
                {.change_owner = [this] { owners_[random_.below(owners_.size())]->claim(); },
                 .restart_link = [this] { senders_[random_.below(2)].crash(); },
                 .forget = [this](Cluster& cluster) { forget(cluster); }},
                random_.stream("faults")) {
    if (loud) witness_.be_loud();
    for (int i = 0; i < kProducers; ++i)
      producers_.push_back(std::make_unique<Producer>(source_, fmt::format("p{}", i),
                                                      i + 1 < kProducers, temper_.patience,
                                                      random_.stream(fmt::format("p{}", i))));
    for (auto& producer : producers_) producer->pad_values(temper_.value_bytes);
    for (uint64_t i = 1; i <= 2; ++i)
      owners_.push_back(std::make_unique<Owner>(source_, MemberId(i), epochs_, temper_.patience,
                                                random_.stream(fmt::format("o{}", i))));
  }

  Outcome run() {
    for (auto& producer : producers_) producer->start();
    for (Consumer& consumer : consumers_) consumer.start();
    for (LinkSender& sender : senders_) sender.start();
    owners_[0]->claim();
    faults_.start();
    auto over = [this] { return witness_.saw_violation(); };
    if (!loop_.run_until(over, kSafetyPhase)) {
      heal();
      demand_liveness();
    }
    if (!witness_.saw_violation()) check();
    return {.violation = witness_.violation(),
            .trace = witness_.trace_hash(),
            .operations = source_.history().operations + linked_.history().operations,
            .leaders = source_.leader_changes(),
            .snapshots = source_.snapshots() + linked_.snapshots(),
            .faults = faults_.counts()};
  }

 private:
  // What nobody will read again.
  void forget(Cluster& cluster) {
    Replica* leader = cluster.leader();
    if (!leader) return;
    Offset limit = leader->partition().node().commit();
    if (&cluster == &source_) {
      const auto* app = leader->partition().at_commit().app(kApp);
      limit = app ? app->position : Offset(0);
      for (const Consumer& consumer : consumers_) limit = std::min(limit, consumer.scanned());
      for (const LinkSender& sender : senders_) limit = std::min(limit, sender.scanned());
    }
    cluster.forget(limit, random_);
  }

  void heal() {
    witness_.trace("everything heals");
    faults_.heal();
    for (auto& producer : producers_) producer->stop();
    owners_[0]->claim();
  }

  static bool is_level(Replica& replica, Offset end) {
    return replica.partition().node().commit() == end &&
           replica.journal().files().size() <= replica.temper().journal_files + 1;
  }

  // A leader, every broker a voter and level, no journal longer than it may be.
  static bool is_level(Cluster& cluster) {
    Replica* leader = cluster.leader();
    if (!leader || !cluster.may_lose_disk()) return false;
    Offset end = leader->partition().tail().end();
    for (size_t i = 0; i < cluster.size(); ++i)
      if (!cluster.replica(i).is_up() || !is_level(cluster.replica(i), end)) return false;
    return true;
  }

  // All inputs consumed, read, and passed on; everybody answered.
  bool is_at_rest() {
    if (!is_level(source_) || !is_level(linked_)) return false;
    Offset end = source_.leader()->partition().tail().end();
    Seq inputs = source_.leader()->partition().at_commit().next_seq(kInputs);
    auto idle = [](const auto& client) { return client->idle(); };
    auto has_read = [&](const Consumer& consumer) { return consumer.scanned() == end; };
    auto has_sent = [&](const LinkSender& sender) { return sender.sent() == inputs; };
    return std::ranges::all_of(producers_, idle) && owners_[0]->owns() && owners_[0]->idle() &&
           std::ranges::all_of(consumers_, has_read) && std::ranges::all_of(senders_, has_sent);
  }

  void demand_liveness() {
    auto over = [this] { return witness_.saw_violation() || is_at_rest(); };
    if (loop_.run_until(over, kLivenessPhase)) return;
    std::string why = "liveness: after healing,";
    for (Cluster* cluster : {&source_, &linked_})
      for (size_t i = 0; i < cluster->size(); ++i) why += describe(cluster->replica(i));
    for (auto& producer : producers_)
      if (!producer->idle()) why += " a producer waits;";
    if (!owners_[0]->owns() || !owners_[0]->idle()) why += " the owner waits;";
    for (LinkSender& sender : senders_) why += fmt::format(" {} sent;", sender.sent().value());
    witness_.violate(why);
  }

  static std::string describe(Replica& replica) {
    if (!replica.is_up()) return fmt::format(" replica {} is down;", replica.id().value());
    const raft::Node& node = replica.partition().node();
    std::string text = fmt::format(
        " replica {} (term {}{}{}) commits {} of {}", replica.id().value(), node.term().value(),
        node.standing().leader ? fmt::format(", follows {}", node.standing().leader->value()) : "",
        replica.journal().has_room() ? "" : ", journal full", node.commit().value(),
        replica.partition().tail().end().value());
    for (const auto& [id, progress] : node.progress())
      text += fmt::format(", {} is {} at {} next {} with {} in flight{}", id.value(),
                          static_cast<int>(progress.state()), progress.match().value(),
                          progress.next().value(), progress.messages_in_flight(),
                          progress.has_order() ? ", an order" : "");
    return text + ";";
  }

  // Reading takes its time, and clients go on meanwhile: what they were told until now must be
  // there.
  void check() {
    History source_history = source_.history();
    History linked_history = linked_.history();
    Log source = source_.read_all(0);
    Log linked = linked_.read_all(0);
    check(source_, source, source_history);
    check(linked_, linked, linked_history);
    take(read_is_there(source, source_history));
    take(steps_are_exactly_once(source));
    take(link_is_exactly_once(source, linked, true));
  }

  // Replicas have the same headers if they have the same chain (replicas agree); here it is proved
  // from the bytes of each.
  void check(Cluster& cluster, const Log& log, const History& history) {
    for (size_t i = 0; i < cluster.size(); ++i)
      take(log_proves_itself(i == 0 ? log : cluster.read_all(i)));
    take(acknowledged_is_there(log, history));
    take(failed_is_not_there(log, history));
    take(producers_once_in_order(log, history));
    take(topics_have_one_writer(log));
  }

  void take(std::string found) {
    if (!found.empty()) witness_.violate(std::move(found));
  }

  Random random_;
  Temper temper_;
  SimLoop loop_;
  Witness witness_{loop_};
  Cluster source_;
  Cluster linked_;
  uint64_t epochs_ = 0;
  std::vector<std::unique_ptr<Producer>> producers_;
  std::vector<std::unique_ptr<Owner>> owners_;
  std::array<Consumer, 2> consumers_;
  std::array<LinkSender, 2> senders_;
  Faults faults_;
};

}  // namespace

Outcome run_seed(uint64_t seed, bool loud) { return Run(seed, loud).run(); }

std::string too_little(const Outcome& outcome) {
  uint64_t faults = 0;
  int kinds = 0;
  for (uint64_t count : outcome.faults) {
    faults += count;
    kinds += count > 0;
  }
  if (outcome.operations < kOperationsMin)
    return fmt::format("only {} operations", outcome.operations);
  if (faults < kFaultsMin || kinds < kFaultKindsMin)
    return fmt::format("only {} faults of {} kinds", faults, kinds);
  if (outcome.leaders < 2) return "no change of leader";
  return {};
}

}  // namespace usher::sim
