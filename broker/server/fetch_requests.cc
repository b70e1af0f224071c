#include "broker/server/fetch_requests.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "broker/server/reading.h"

namespace usher::server {

struct FetchRequests::Fetch {
  Number number = 0;
  uint64_t connection = 0;
  wire::FetchRequest request;
  net::Responder answer;
  MonotonicTime deadline;
  // Of the round under way: the next partition to read, what was found, whether to wait at all.
  size_t next = 0;
  FetchGathered found = {};
  bool has_error = false;
  bool reading = false;
  bool waits = false;
  std::optional<Scheduler::TimerId> timer = {};
};

FetchRequests::FetchRequests(Scheduler& scheduler, PartitionsHere& here, Replicas& replicas)
    : scheduler_(scheduler),
      here_(here),
      watch_(replicas, [this](Number number) { again(number); }) {}

FetchRequests::~FetchRequests() {
  *alive_ = false;
  for (auto& [number, fetch] : fetches_)
    if (fetch->timer) scheduler_.cancel(*fetch->timer);
}

void FetchRequests::on(const net::Peer& peer, wire::FetchRequest request, net::Responder answer) {
  if (request.partitions.empty() || request.partitions.size() > limits::kFetchPartitions)
    return answer.fail({ErrorCode::INVALID_ARGUMENT,
                        fmt::format("a fetch of {} partitions: 1 to {}", request.partitions.size(),
                                    limits::kFetchPartitions),
                        {}});
  if (fetches_.size() >= limits::kFetchWaiters)
    return answer.fail(
        {ErrorCode::QUEUE_FULL, fmt::format("{} fetches wait", fetches_.size()), {}});
  request.wait = std::clamp(request.wait, Duration(0), limits::kFetchWaitMax);
  request.bytes_max =
      static_cast<uint32_t>(std::clamp<size_t>(request.bytes_max, 1, limits::kFetchReplyBytes));
  MonotonicTime deadline = scheduler_.clock().monotonic() + request.wait;
  auto fetch = std::make_shared<Fetch>(Fetch{.number = ++last_number_,
                                             .connection = peer.number,
                                             .request = std::move(request),
                                             .answer = std::move(answer),
                                             .deadline = deadline});
  fetches_.emplace(fetch->number, fetch);
  fetch->reading = true;
  gather_next(fetch);
}

// One partition after the other: what is in memory is answered inside the call.
void FetchRequests::gather_next(const std::shared_ptr<Fetch>& fetch) {
  if (fetch->next == fetch->request.partitions.size()) return gathered(fetch);
  const wire::FetchPartition& asked = fetch->request.partitions[fetch->next];
  auto partition = here_.find(asked.space, asked.partition);
  if (!partition) return take(fetch, fail(partition.error()));
  size_t left =
      fetch->request.bytes_max - std::min<size_t>(fetch->request.bytes_max, fetch->found.bytes);
  read(**partition,
       {.from = asked.from,
        .continues = asked.continues,
        .topics = asked.topics,
        .bytes_max = std::min<size_t>(asked.bytes_max, left),
        .uncommitted = asked.uncommitted},
       taker(fetch));
}

// A partition that is closed while it reads from disk says nothing; the fetch would wait for ever.
io::Done<partition::FetchAnswer> FetchRequests::taker(const std::shared_ptr<Fetch>& fetch) {
  auto done = [this, alive = alive_, fetch](Result<partition::FetchAnswer> answer) {
    if (*alive) take(fetch, std::move(answer));
  };
  struct OrClosed {
    Scheduler& scheduler;
    io::Done<partition::FetchAnswer> done;
    ~OrClosed() {
      if (!done) return;
      scheduler.post([done = std::move(done)]() mutable {
        done(fail(ErrorCode::STALE_METADATA, "the partition was closed"));
      });
    }
  };
  auto kept = std::make_shared<OrClosed>(scheduler_, std::move(done));
  return [kept](Result<partition::FetchAnswer> answer) {
    std::exchange(kept->done, {})(std::move(answer));
  };
}

void FetchRequests::take(const std::shared_ptr<Fetch>& fetch,
                         Result<partition::FetchAnswer> answer) {
  const wire::FetchPartition& asked = fetch->request.partitions[fetch->next];
  ++fetch->next;
  auto partition = here_.find(asked.space, asked.partition);
  if (answer && partition) {
    gather(fetch->found, asked, *answer, log_start(**partition), fetch->request.bytes_max);
  } else {
    Error error = answer ? partition.error() : answer.error();
    if (partition) error = about_leader(std::move(error), **partition);
    fetch->has_error = true;
    fetch->found.reply.partitions.push_back(
        {.space = asked.space, .partition = asked.partition, .error = std::move(error)});
  }
  gather_next(fetch);
}

void FetchRequests::gathered(const std::shared_ptr<Fetch>& fetch) {
  fetch->reading = false;
  bool enough = fetch->found.bytes >= std::max<size_t>(1, fetch->request.bytes_min);
  bool late = scheduler_.clock().monotonic() >= fetch->deadline;
  if (enough || fetch->has_error || late) return this->answer(fetch);
  wait(fetch);
}

void FetchRequests::wait(const std::shared_ptr<Fetch>& fetch) {
  fetch->waits = true;
  // What was passed over need not be looked at again.
  for (size_t i = 0; i < fetch->request.partitions.size(); ++i) {
    wire::FetchPartition& asked = fetch->request.partitions[i];
    const wire::FetchedPartition& found = fetch->found.reply.partitions[i];
    Offset looked_at = found.scanned;
    if (found.batches.empty() && found.scanned_term) {
      asked.from = found.scanned;
      asked.continues = found.scanned_term;
    }
    watch_.wait({asked.space, asked.partition}, asked.uncommitted, looked_at, fetch->number);
  }
  if (!fetch->timer)
    fetch->timer = scheduler_.after(fetch->deadline - scheduler_.clock().monotonic(),
                                    [this, number = fetch->number] {
                                      fetches_.at(number)->timer.reset();
                                      again(number);
                                    });
}

void FetchRequests::stop_waiting(Fetch& fetch) {
  if (!fetch.waits) return;
  fetch.waits = false;
  for (const wire::FetchPartition& asked : fetch.request.partitions)
    watch_.stop({asked.space, asked.partition}, asked.uncommitted, fetch.number);
}

void FetchRequests::again(Number number) {
  auto found = fetches_.find(number);
  if (found == fetches_.end() || found->second->reading) return;
  std::shared_ptr<Fetch> fetch = found->second;
  stop_waiting(*fetch);
  fetch->found = FetchGathered();
  fetch->next = 0;
  fetch->reading = true;
  gather_next(fetch);
}

void FetchRequests::answer(const std::shared_ptr<Fetch>& fetch) {
  stop_waiting(*fetch);
  if (fetch->timer) scheduler_.cancel(*fetch->timer);
  fetches_.erase(fetch->number);
  // A filter may have passed over some before the fetch waited: those stay passed over.
  auto has_some = [](const wire::FetchedPartition& one) {
    return one.error || !one.batches.empty();
  };
  // The payload follows the order of the partitions: those without batches may go behind.
  std::ranges::stable_partition(fetch->found.reply.partitions, has_some);
  bytes_sent_ += fetch->found.bytes;
  fetch->answer.reply({std::move(fetch->found.reply), std::move(fetch->found.payload)});
}

void FetchRequests::on_gone(const net::Peer& peer) {
  std::vector<std::shared_ptr<Fetch>> gone;
  for (auto& [number, fetch] : fetches_)
    if (fetch->connection == peer.number && !fetch->reading) gone.push_back(fetch);
  for (auto& fetch : gone) answer(fetch);
}

void FetchRequests::stop() {
  std::vector<std::shared_ptr<Fetch>> waiting;
  for (auto& [number, fetch] : fetches_)
    if (!fetch->reading) waiting.push_back(fetch);
  for (auto& fetch : waiting) answer(fetch);
}

}  // namespace usher::server
