#include "client/producer.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "proto/base/check.h"
#include "proto/base/hash.h"

namespace usher::client {
namespace {

// With what a record costs besides its bytes: its delivery and its place in the batch.
size_t cost_of(const wire::Record& record) { return wire::encoded_bytes(record) + 64; }

}  // namespace

struct Producer::Way {
  Way(PartitionAt where, LaneOptions options) : at(where), lane(options) {}
  PartitionAt at;
  Lane lane;
  bool pump_is_posted = false;
  std::optional<Scheduler::TimerId> timer;
  MonotonicTime timer_at;
};

struct Producer::SpaceWays {
  std::vector<PartitionId> slots;
  std::vector<std::unique_ptr<Way>> ways;  // by partition
  // Where records without a key go, until its batch is closed.
  size_t keyless = 0;
};

Producer::Producer(Cluster& cluster, ProducerOptions options)
    : cluster_(cluster), options_(options) {}

Producer::~Producer() {
  for (auto& [id, space] : spaces_)
    for (auto& way : space->ways)
      if (way->timer) cluster_.scheduler().cancel(*way->timer);
}

Producer::SpaceWays* Producer::ways_of(SpaceId space) {
  auto& ways = spaces_[space];
  if (!ways) {
    const wire::SpaceInfo* info =
        cluster_.metadata() ? space_of(*cluster_.metadata(), space) : nullptr;
    if (!info || info->partitions.empty()) {
      spaces_.erase(space);
      return nullptr;
    }
    ways = std::make_unique<SpaceWays>();
    ways->slots = info->slots;
    for (uint32_t i = 0; i < info->partitions.size(); ++i)
      ways->ways.push_back(
          std::make_unique<Way>(PartitionAt{space, PartitionId(i)}, options_.lane));
  }
  return ways.get();
}

PartitionId Producer::choose(SpaceWays& space, const wire::Record& record) {
  if (record.key) return space.slots[slot_of_key(*record.key).value()];
  if (!space.ways[space.keyless]->lane.has_open())
    space.keyless = (space.keyless + 1) % space.ways.size();
  return PartitionId(static_cast<uint32_t>(space.keyless));
}

Result<void> Producer::send(Topic topic, const wire::Record& record, Delivered delivered) {
  SpaceWays* space = ways_of(topic.space);
  if (!space)
    return fail(ErrorCode::NOT_FOUND, fmt::format("space {} is not known", topic.space.value()));
  return send_to(topic, choose(*space, record), record, std::move(delivered));
}

Result<void> Producer::send_to(Topic topic, PartitionId partition, const wire::Record& record,
                               Delivered delivered) {
  SpaceWays* space = ways_of(topic.space);
  if (!space || partition.value() >= space->ways.size())
    return fail(ErrorCode::NOT_FOUND, fmt::format("space {} partition {} is not known",
                                                  topic.space.value(), partition.value()));
  TRY(wire::check_record(record));
  size_t bytes = cost_of(record);
  if (!has_room(record))
    return fail(ErrorCode::QUEUE_FULL,
                fmt::format("{} records wait for their receipts", unsettled_));
  Way& way = *space->ways[partition.value()];
  TRY(way.lane.add(topic.topic, record, bytes, std::move(delivered), cluster_.now()));
  bytes_ += bytes;
  ++unsettled_;
  pump_soon(way);
  return {};
}

bool Producer::has_room(const wire::Record& record) const {
  return bytes_ == 0 || bytes_ + cost_of(record) <= options_.memory_bytes;
}

void Producer::flush(Callback done) {
  flushed_.push_back(std::move(done));
  for (auto& [id, space] : spaces_)
    for (auto& way : space->ways)
      if (!way->lane.is_idle()) {
        way->lane.flush();
        pump_soon(*way);
      }
  if (unsettled_ == 0)
    cluster_.scheduler().post([this, alive = std::weak_ptr(alive_)] {
      if (!alive.expired()) after_settling();
    });
}

// Records that are sent in one callback leave together.
void Producer::pump_soon(Way& way) {
  if (std::exchange(way.pump_is_posted, true)) return;
  cluster_.scheduler().post([this, alive = std::weak_ptr(alive_), &way] {
    if (alive.expired()) return;
    way.pump_is_posted = false;
    pump(way);
  });
}

void Producer::pump(Way& way) {
  std::weak_ptr<bool> alive = alive_;
  way.lane.pass_time(cluster_.now());
  if (way.lane.wants_identity(cluster_.now())) get_identity(way);
  while (auto sending = way.lane.next(cluster_.now())) send_batch(way, std::move(*sending));
  // The end of a drain, or an identity too old, shows only now.
  if (way.lane.wants_identity(cluster_.now())) get_identity(way);
  arm(way);
  tell_settled(way);
  if (alive.expired()) return;
  after_settling();
}

void Producer::send_batch(Way& way, Lane::Sending sending) {
  net::Message request{wire::AppendRequest{.space = way.at.space, .partition = way.at.partition},
                       {sending.batch.header().bytes(), sending.batch.body()}};
  auto take = [this, alive = std::weak_ptr(alive_), &way,
               number = sending.number](Result<net::Message> answer) {
    if (alive.expired()) return;
    auto reply = reply_of<wire::AppendReply>(std::move(answer));
    if (reply)
      way.lane.answered(number, std::move(*reply), cluster_.now());
    else
      way.lane.failed(number, std::move(reply).error(), cluster_.now());
    // Posted, so that answers that came together are told before new batches are made.
    pump_soon(way);
  };
  cluster_.ask_leader_once(way.at, std::move(request), sending.within, std::move(take));
}

void Producer::tell_settled(Way& way) {
  std::weak_ptr<bool> alive = alive_;
  std::vector<Settled> settled = way.lane.take_settled();
  for (Settled& one : settled) {
    bytes_ -= one.parcel.bytes;
    unsettled_ -= one.parcel.deliveries.size();
  }
  for (Settled& one : settled) {
    one.tell(way.at.partition);
    if (alive.expired()) return;
  }
}

void Producer::after_settling() {
  std::weak_ptr<bool> alive = alive_;
  if (room_ && bytes_ <= options_.memory_bytes / 2) {
    std::exchange(room_, nullptr)();
    if (alive.expired()) return;
  }
  if (unsettled_ > 0) return;
  for (Callback& done : std::exchange(flushed_, {})) {
    done();
    if (alive.expired()) return;
  }
}

void Producer::arm(Way& way) {
  auto at = way.lane.wake_at();
  if (way.timer && (!at || *at != way.timer_at)) {
    cluster_.scheduler().cancel(*way.timer);
    way.timer.reset();
  }
  if (!at || way.timer) return;
  MonotonicTime now = cluster_.now();
  way.timer_at = *at;
  // Due already means that it waits for something else than time; look again shortly.
  Duration delay = *at > now ? *at - now : Duration(limits::kRetryDelayMin);
  way.timer = cluster_.scheduler().after(delay, [this, &way] {
    way.timer.reset();
    pump(way);
  });
}

// --- identities ---

void Producer::get_identity(Way& way) {
  MonotonicTime now = cluster_.now();
  bool is_fresh = identity_ && now - identity_->since < limits::kProducerIdAge &&
                  way.lane.spent() != identity_->id;
  if (is_fresh) return way.lane.take_identity(identity_->id, now);
  if (std::ranges::find(want_identity_, &way) == want_identity_.end())
    want_identity_.push_back(&way);
  if (std::exchange(asked_identity_, true)) return;
  cluster_.ask_any({wire::NewProducerRequest{}, {}}, options_.lane.deadline,
                   [this, alive = std::weak_ptr(alive_)](Result<net::Message> answer) {
                     if (!alive.expired()) got_identity(std::move(answer));
                   });
}

void Producer::got_identity(Result<net::Message> answer) {
  asked_identity_ = false;
  auto reply = reply_of<wire::NewProducerReply>(std::move(answer));
  if (reply) identity_ = {reply->producer, cluster_.now()};
  // Without one they ask again, until their records' deadlines.
  for (Way* way : std::exchange(want_identity_, {})) pump_soon(*way);
}

}  // namespace usher::client
