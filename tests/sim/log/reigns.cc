// Leaders that do not last: what they have appended stays with them alone, or with too few.
#include <memory>

#include "tests/sim/log/faults.h"

namespace usher::sim {

// Who comes back finds others that know nothing of what it appended.
void Faults::shorten_reigns() {
  count(Fault::kShortReigns);
  if (random_.chance(1, 2)) return take_turns();
  cluster_->when_led([this, cluster = cluster_](size_t broker) {
    auto end = [this, cluster, broker] {
      if (healing_) return;
      cluster_ = cluster;
      end_reign(broker);
    };
    // At one of its first acknowledgements: what it has just counted nobody else knows yet.
    if (random_.chance(1, 2))
      return cluster->replica(broker).when_heard(kAppendAccepted, random_.between(1, 4), end);
    Duration reign = random_.between(0ms, 12ms);
    later(reign, reign, end);
  });
  later(1s, 6s, [cluster = cluster_] { cluster->when_led({}); });
}

void Faults::end_reign(size_t broker) {
  Duration pause = random_.between(300ms, 1500ms);
  if (random_.chance(1, 2))
    isolate(broker, pause);
  else
    crash(broker, any_ending(), pause);
}

// Figure 8 of the paper: whoever leads is cut off, and whoever was cut off before comes back with
// what it alone had appended. Every other reign ends before anybody hears of it, the rest at one of
// the first acknowledgements: batches of an old term are with a majority then, and one of a newer
// term with the one that comes back.
void Faults::take_turns() {
  struct Turns {
    std::optional<size_t> away = {};
    uint64_t reigns = 0;
  };
  auto turns = std::make_shared<Turns>();
  auto back = [turns, cluster = cluster_] {
    if (turns->away) cluster->links().heal(cluster->replica(*turns->away).id());
    turns->away.reset();
  };
  auto end = [this, turns, back, cluster = cluster_](size_t broker) {
    if (healing_) return;
    back();
    turns->away = broker;
    cluster->cut_off(broker);
  };
  if (Replica* leader = cluster_->leader()) end(Replica::broker_of(leader->id()));
  cluster_->when_led([this, turns, end, cluster = cluster_](size_t broker) {
    if (turns->reigns++ % 2 == 0) return end(broker);
    cluster->replica(broker).when_heard(kAppendAccepted, random_.between(1, 4),
                                        [end, broker] { end(broker); });
  });
  later(3s, 8s, [back, cluster = cluster_] {
    cluster->when_led({});
    back();
  });
}

}  // namespace usher::sim
