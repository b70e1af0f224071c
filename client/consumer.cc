#include "client/consumer.h"

#include <algorithm>
#include <utility>

namespace usher::client {

Consumer::Consumer(Cluster& cluster, ConsumerHandler& handler, ConsumerOptions options)
    : cluster_(cluster), handler_(handler), options_(options) {}

Consumer::~Consumer() = default;

void Consumer::add(Start start) {
  readings_.insert_or_assign(
      start.at, Reading{.cursor = Cursor(start.at, std::move(start.topics), start.from),
                        .until = start.until,
                        .fetch = 0,
                        .is_asked = false,
                        .not_before = {},
                        .silent_since = cluster_.now(),
                        .failures = 0,
                        .last_failure = {}});
  pump_soon();
}

void Consumer::resume() {
  paused_ = false;
  pump_soon();
}

void Consumer::pump_soon() {
  if (std::exchange(pump_is_posted_, true)) return;
  cluster_.scheduler().post([this, alive = std::weak_ptr(alive_)] {
    if (alive.expired()) return;
    pump_is_posted_ = false;
    pump();
  });
}

void Consumer::pump() {
  std::map<BrokerId, std::vector<PartitionAt>> by_broker;
  std::vector<PartitionAt> ended;
  std::optional<MonotonicTime> wake;
  MonotonicTime now = cluster_.now();
  for (auto& [at, reading] : readings_) {
    if (reading.is_asked) continue;
    if (reading.until && reading.cursor.next() >= *reading.until) {
      ended.push_back(at);
    } else if (reading.not_before > now) {
      wake = wake ? std::min(*wake, reading.not_before) : reading.not_before;
    } else if (!paused_) {
      by_broker[cluster_.routes().whom(at).value_or(BrokerId(0))].push_back(at);
    }
  }
  for (const auto& [broker, partitions] : by_broker) fetch(broker, partitions);
  if (wake)
    cluster_.scheduler().after(*wake - now, [this, alive = std::weak_ptr(alive_)] {
      if (!alive.expired()) pump_soon();
    });
  for (PartitionAt at : ended) {
    readings_.erase(at);
    handler_.on_end(at);
  }
}

void Consumer::fetch(BrokerId broker, const std::vector<PartitionAt>& partitions) {
  uint64_t number = next_fetch_++;
  wire::FetchRequest request{
      .partitions = {}, .bytes_min = 1, .bytes_max = options_.bytes_max, .wait = options_.wait};
  uint32_t each = std::min(options_.bytes_max, limits::kFetchPartitionBytes);
  if (partitions.size() == 1) each = options_.bytes_max;
  for (PartitionAt at : partitions) {
    Reading& reading = readings_.at(at);
    reading.is_asked = true;
    reading.fetch = number;
    request.partitions.push_back(reading.cursor.question(each));
  }
  cluster_.ask(broker, {std::move(request), {}}, options_.wait + limits::kAttemptTimeout,
               [this, alive = std::weak_ptr(alive_), number, broker,
                partitions](Result<net::Message> answer) {
                 if (!alive.expired()) take(number, broker, partitions, std::move(answer));
               });
}

Consumer::Reading* Consumer::find(PartitionAt at, uint64_t fetch) {
  auto found = readings_.find(at);
  if (found == readings_.end() || !found->second.is_asked || found->second.fetch != fetch)
    return nullptr;
  return &found->second;
}

void Consumer::take(uint64_t fetch, BrokerId broker, const std::vector<PartitionAt>& asked,
                    Result<net::Message> answer) {
  Buffer payload = answer && !answer->payload.empty() ? answer->payload[0] : Buffer();
  auto reply = reply_of<wire::FetchReply>(std::move(answer));
  Result<void> taken = reply ? take_reply(fetch, broker, *reply, payload)
                             : Result<void>(std::unexpected(reply.error()));
  for (PartitionAt at : asked) {
    // Those that the answer said nothing of.
    Reading* reading = find(at, fetch);
    if (!reading) continue;
    if (taken)
      reading->is_asked = false;
    else
      trouble(*reading, broker, taken.error());
  }
  pump_soon();
}

Result<void> Consumer::take_reply(uint64_t fetch, BrokerId broker, const wire::FetchReply& reply,
                                  const Buffer& payload) {
  TRY_ASSIGN(auto batches, read_payload(reply, payload));
  for (size_t i = 0; i < reply.partitions.size(); ++i) {
    const wire::FetchedPartition& answer = reply.partitions[i];
    Reading* reading = find({answer.space, answer.partition}, fetch);
    if (reading) take_partition(*reading, broker, answer, batches[i]);
  }
  return {};
}

void Consumer::take_partition(Reading& reading, BrokerId broker,
                              const wire::FetchedPartition& answer,
                              const std::vector<ReadBatch>& batches) {
  if (answer.error) return trouble(reading, broker, *answer.error);
  Offset from = reading.cursor.next();
  if (auto taken = reading.cursor.take(answer, batches); !taken)
    return trouble(reading, broker, taken.error());
  PartitionAt at = reading.cursor.at();
  uint64_t fetch = reading.fetch;
  reading.failures = 0;
  reading.silent_since = cluster_.now();
  std::optional<Offset> until = reading.until;
  for (const ReadBatch& batch : batches) {
    handler_.on_records(ReadRecords(at, batch, from, until));
    // It may have been removed meanwhile.
    if (!find(at, fetch)) return;
  }
  reading.is_asked = false;
  handler_.on_progress(reading.cursor, answer.commit);
}

void Consumer::trouble(Reading& reading, BrokerId broker, const Error& why) {
  PartitionAt at = reading.cursor.at();
  MonotonicTime now = cluster_.now();
  reading.is_asked = false;
  reading.last_failure = why;
  ++reading.failures;
  if (why.code == ErrorCode::NOT_LEADER && why.at && BrokerId(uint32_t(*why.at)) != broker)
    cluster_.routes().learn(at, BrokerId(uint32_t(*why.at)));
  else if (is_elsewhere(why.code))
    cluster_.routes().miss(at, broker);
  bool is_final = why.retry() == Retry::kNever || now - reading.silent_since >= options_.patience;
  if (!is_final) {
    bool is_told =
        why.code == ErrorCode::NOT_LEADER && reading.failures <= limits::kRedirectsAtOnce;
    reading.not_before = now + (is_told ? Duration::zero() : retry_delay(reading.failures));
    if (!is_told) cluster_.doubt();
    return;
  }
  readings_.erase(at);
  handler_.on_failed(at, why);
}

}  // namespace usher::client
