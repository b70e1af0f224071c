#include "client/gateway/section_feed.h"

#include "proto/base/limits.h"
#include "proto/seats/codec.h"
#include "proto/seats/names.h"

namespace usher::gateway {
namespace {

std::string_view text_of(const std::optional<Bytes>& bytes) {
  if (!bytes) return {};
  return {reinterpret_cast<const char*>(bytes->data()), bytes->size()};
}

client::ConsumerOptions reading_often() {
  client::ConsumerOptions options;
  options.wait = limits::kSectionFeedWait;
  return options;
}

}  // namespace

Result<std::unique_ptr<SectionFeed>> SectionFeed::start(client::Cluster& cluster,
                                                        SectionCache& cache,
                                                        const wire::SpaceInfo& space, Log log) {
  TRY_ASSIGN(const wire::TopicInfo* events,
             client::find_topic(space, name_of(seats::Topic::kSeatEvents)));
  TRY_ASSIGN(const wire::TopicInfo* status,
             client::find_topic(space, name_of(seats::Topic::kSectionStatus)));
  std::unique_ptr<SectionFeed> feed(
      new SectionFeed(cluster, cache, space.id, log.child("section feed")));
  feed->events_ = events->id;
  feed->status_ = status->id;
  cache.expect(static_cast<uint32_t>(space.partitions.size()));
  feed->readings_.resize(space.partitions.size(), {.next = Offset(0), .asked_at = cluster.now()});
  for (uint32_t i = 0; i < space.partitions.size(); ++i) feed->read(PartitionId(i));
  return feed;
}

SectionFeed::SectionFeed(client::Cluster& cluster, SectionCache& cache, SpaceId space, Log log)
    : cluster_(cluster),
      cache_(cache),
      space_(space),
      log_(std::move(log)),
      consumer_(cluster, *this, reading_often()) {}

void SectionFeed::read(PartitionId partition) {
  Reading& reading = readings_[partition.value()];
  reading.asked_at = cluster_.now();
  consumer_.add(
      {.at = {space_, partition}, .topics = {events_, status_}, .from = reading.next, .until = {}});
}

void SectionFeed::on_records(const client::ReadRecords& records) {
  records.for_each([&](const client::ReadRecord& record) {
    take(records.at().partition, record, records.time());
  });
}

void SectionFeed::take(PartitionId partition, const client::ReadRecord& record, WallTime time) {
  std::string_view event = text_of(record.view.key);
  std::string_view value = text_of(record.view.value);
  if (record.topic == status_) {
    if (auto status = seats::decode<seats::SectionStatus>(value))
      return cache_.take(partition, event, *status, record.offset, time);
  } else if (auto what = seats::decode<seats::SeatEvent>(value)) {
    return cache_.take(partition, event, *what, record.offset, time);
  }
  if (unreadable_++ == 0)
    log_.error("a record cannot be read and is left out",
               {{"partition", partition.value()}, {"offset", record.offset.value()}});
}

void SectionFeed::on_progress(const client::Cursor& cursor, Offset commit) {
  PartitionId partition = cursor.at().partition;
  Reading& reading = readings_[partition.value()];
  reading.next = cursor.next();
  // It was asked after the answer before it had come: at least so new is what it says.
  if (cursor.next() >= commit) cache_.level(partition, reading.asked_at);
  reading.asked_at = cluster_.now();
}

// The cache grows old meanwhile, and says so by itself.
void SectionFeed::on_failed(client::PartitionAt at, const Error& why) {
  log_.warn("a partition cannot be read for the moment",
            {{"partition", at.partition.value()}, {"why", why.text()}});
  if (why.code == ErrorCode::OFFSET_GONE && why.at)
    readings_[at.partition.value()].next = Offset(*why.at);
  cluster_.scheduler().after(limits::kRetryDelayMax, [this, at, alive = std::weak_ptr(alive_)] {
    if (!alive.expired()) read(at.partition);
  });
}

}  // namespace usher::gateway
