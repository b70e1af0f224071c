#include "tests/sim/app/partition_client.h"

namespace usher::sim {
namespace {

constexpr Duration kTimeout = 700ms;
constexpr Duration kLook = 5ms;

// Answered by whoever is first: the partition, or the clock.
template <class T>
struct Once {
  processors::PartitionLog::Answer<T> answer;
  void operator()(Result<T> result) {
    if (answer) std::exchange(answer, nullptr)(std::move(result));
  }
};

template <class T>
std::shared_ptr<Once<T>> once(SimScheduler& scheduler, processors::PartitionLog::Answer<T> answer) {
  auto shared = std::make_shared<Once<T>>(Once<T>{std::move(answer)});
  scheduler.after(kTimeout, [shared] { (*shared)(fail(ErrorCode::TIMED_OUT, "no answer")); });
  return shared;
}

processors::Receipt receipt_of(const partition::Receipt& receipt) {
  return {.base = receipt.base,
          .end = receipt.end,
          .term = receipt.term,
          .time = receipt.time,
          .chain = receipt.chain};
}

}  // namespace

size_t PartitionClient::somewhere() {
  Replica* leader = cluster_.leader();
  if (leader && random_.chance(19, 20)) return Replica::broker_of(leader->id());
  return random_.below(cluster_.size());
}

void PartitionClient::append(wire::Batch batch, Answer<processors::Receipt> answer) {
  auto shared = once<processors::Receipt>(
      cluster_.world(),
      life_.wrap([answer = std::move(answer)](Result<processors::Receipt> result) mutable {
        answer(std::move(result));
      }));
  // One connection keeps the order; a new one, now and then, does not.
  MonotonicTime now = cluster_.loop().now();
  MonotonicTime arrival = now + random_.between(100us, 3ms);
  if (!random_.chance(1, 50)) arrival = std::max(arrival, last_arrival_ + 1us);
  last_arrival_ = arrival;
  size_t at = somewhere();
  // What is under way arrives, also when its sender has died meanwhile.
  Cluster& cluster = cluster_;
  cluster.world().after(arrival - now, [&cluster, at, batch = std::move(batch), shared] {
    if (!cluster.replica(at).is_up()) return;
    cluster.replica(at).partition().append(
        batch, [&world = cluster.world(), shared](Result<partition::Receipt> result) {
          world.after(1ms, [shared, result = std::move(result)] {
            if (result)
              (*shared)(receipt_of(*result));
            else
              (*shared)(fail(result.error()));
          });
        });
  });
}

void PartitionClient::fetch(processors::FetchRequest request,
                            Answer<processors::FetchAnswer> answer) {
  auto shared = once<processors::FetchAnswer>(cluster_.world(), std::move(answer));
  cluster_.fetch(client_, somewhere(),
                 {.from = request.from,
                  .continues = request.continues,
                  .topics = request.topics,
                  .bytes_max = request.bytes_max,
                  .uncommitted = request.uncommitted},
                 life_.wrap([this, request, shared](Result<partition::FetchAnswer> result) mutable {
                   if (!result) return (*shared)(fail(result.error()));
                   if (result->scanned > request.from || request.wait_max < kLook)
                     return (*shared)(processors::FetchAnswer{.batches = std::move(result->batches),
                                                              .scanned = result->scanned,
                                                              .scanned_term = result->scanned_term,
                                                              .commit = result->commit});
                   request.wait_max -= kLook;
                   cluster_.world().after(kLook, life_.wrap([this, request, shared] {
                     fetch(request, [shared](Result<processors::FetchAnswer> later) {
                       (*shared)(std::move(later));
                     });
                   }));
                 }));
}

// As if a leader had asked a majority: the simulator knows who leads.
void PartitionClient::read_index(AppId app, Answer<processors::ReadIndex> answer) {
  cluster_.world().after(
      random_.between(1ms, 5ms), life_.wrap([this, app, answer = std::move(answer)]() mutable {
        Replica* leader = cluster_.leader();
        if (!leader) return answer(fail(ErrorCode::NOT_LEADER, "nobody leads"));
        const partition::DerivedState& commit = leader->partition().at_commit();
        // A new leader's commit may be behind what it has already: until it has one of its own.
        const wire::Batch* last =
            commit.end() > Offset(0) ? leader->partition().tail().find(commit.end() - 1) : nullptr;
        if (!last || last->header().place().term != leader->partition().node().term())
          return answer(fail(ErrorCode::LEADER_MOVING, "nothing is committed in this term"));
        const partition::AppState* state = commit.app(app);
        processors::ReadIndex index{.commit = commit.end(), .newest_claim = Epoch(0)};
        if (state)
          index = {.commit = commit.end(),
                   .newest_claim = state->claim.epoch,
                   .position = state->position,
                   .next_step = state->next_number()};
        answer(index);
      }));
}

}  // namespace usher::sim
