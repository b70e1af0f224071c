#include "client/booking/set_up.h"

#include <algorithm>

#include "client/admin.h"
#include "proto/base/limits.h"
#include "proto/seats/topics.h"

namespace usher::booking {
namespace {

const seats::TopicToMake* missing_topic(const wire::SpaceInfo& space) {
  static constexpr auto kTopics = seats::topics_to_make();
  for (const seats::TopicToMake& topic : kTopics)
    if (std::ranges::find(space.topics, topic.name, &wire::TopicInfo::name) == space.topics.end())
      return &topic;
  return nullptr;
}

const wire::SpaceInfo* seats_space(const wire::Metadata& metadata) {
  auto space = client::find_space(metadata, seats::kSpace);
  return space ? *space : nullptr;
}

// One thing after the other, always the first that the newest metadata lacks.
struct SettingUp : std::enable_shared_from_this<SettingUp> {
  SettingUp(client::Cluster& on, SetUpOptions how, Duration within, SetUp tell)
      : cluster(on), options(how), deadline(on.now() + within), done(std::move(tell)) {}

  void look() {
    cluster.refresh(left(), [self = shared_from_this()](Result<client::MetadataPtr> known) {
      if (!known) return self->done(std::unexpected(known.error()));
      self->go_on(**known);
    });
  }

  void go_on(const wire::Metadata& metadata) {
    const wire::SpaceInfo* space = seats_space(metadata);
    if (!space) {
      auto brokers = static_cast<uint32_t>(std::max<size_t>(metadata.brokers.size(), 1));
      return make(wire::CreateSpaceRequest{.name = std::string(seats::kSpace),
                                           .partitions = options.partitions,
                                           .replicas = std::min(options.replicas, brokers)});
    }
    const seats::TopicToMake* topic = missing_topic(*space);
    if (!topic) return done({});
    bool is_apps = topic->writer == seats::WrittenBy::kApp;
    make(wire::CreateTopicRequest{
        .space = std::string(seats::kSpace),
        .topic = std::string(topic->name),
        .writer = is_apps ? wire::WriterKind::kApp : wire::WriterKind::kProducers,
        .app = is_apps ? std::string(seats::kAppName) : std::string(),
        .changelog = topic->is_changelog,
        .retention = {},
        .schema = ""});
  }

  template <class Request>
  void make(Request request) {
    client::change(
        cluster, std::move(request), left(), [self = shared_from_this()](Result<void> made) {
          if (made) return self->go_on(*self->cluster.metadata());
          // What others made, or may have been made: the newest metadata shows it.
          bool is_final = made.error().retry() == Retry::kNever &&
                          made.error().code != ErrorCode::ALREADY_EXISTS;
          if (is_final || self->cluster.now() >= self->deadline) return self->done(std::move(made));
          self->cluster.scheduler().after(limits::kRetryDelayMax, [self] { self->look(); });
        });
  }

  Duration left() const { return std::max<Duration>(deadline - cluster.now(), 1ms); }

  client::Cluster& cluster;
  SetUpOptions options;
  MonotonicTime deadline;
  SetUp done;
};

}  // namespace

bool is_set_up(const wire::Metadata& metadata) {
  const wire::SpaceInfo* space = seats_space(metadata);
  return space && !missing_topic(*space);
}

void set_up(client::Cluster& cluster, SetUpOptions options, Duration within, SetUp done) {
  std::make_shared<SettingUp>(cluster, options, within, std::move(done))->look();
}

}  // namespace usher::booking
