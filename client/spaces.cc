#include "client/spaces.h"

#include <algorithm>

namespace usher::client {
namespace {

constexpr uint32_t kUsualReplicas = 3;
// So long for brokers of which nobody has said that they are there.
constexpr Duration kOthersShowUp = 3s;

// Looks what is missing, makes the first of it, looks again.
class Having : public std::enable_shared_from_this<Having> {
 public:
  Having(Cluster& cluster, SpaceToHave space, MonotonicTime deadline, Cluster::Known known)
      : cluster_(cluster),
        space_(std::move(space)),
        deadline_(deadline),
        known_(std::move(known)) {}

  void look() {
    cluster_.refresh(left(), [self = shared_from_this()](Result<MetadataPtr> metadata) {
      if (!metadata) return self->known_(std::move(metadata));
      self->make_next(*metadata);
    });
  }

 private:
  Duration left() const {
    MonotonicTime now = cluster_.now();
    return deadline_ > now ? deadline_ - now : Duration(0);
  }

  void make_next(const MetadataPtr& metadata) {
    auto found = find_space(*metadata, space_.name);
    if (!found) {
      auto brokers = static_cast<uint32_t>(metadata->brokers.size());
      if (!enough(brokers)) return look_later({ErrorCode::UNREACHABLE, "brokers are missing"});
      return make(wire::CreateSpaceRequest{.name = space_.name,
                                           .partitions = space_.partitions,
                                           .replicas = std::clamp(brokers, 1U, kUsualReplicas)});
    }
    for (const SpaceToHave::Topic& topic : space_.topics)
      if (!find_topic(**found, topic.name))
        return make(wire::CreateTopicRequest{
            .space = space_.name,
            .topic = topic.name,
            .writer = topic.writer,
            .app = topic.writer == wire::WriterKind::kApp ? space_.app : "",
            .changelog = topic.changelog,
            .retention = {},
            .schema = topic.schema});
    known_(metadata);
  }

  template <class Request>
  void make(Request request) {
    change(cluster_, std::move(request), std::max<Duration>(left(), 1ms),
           [self = shared_from_this()](Result<void> made) {
             if (made) return self->make_next(self->cluster_.metadata());
             // Somebody else was quicker, or nobody knows: what is there will say.
             bool may_go_on = made.error().retry() != Retry::kNever ||
                              made.error().code == ErrorCode::ALREADY_EXISTS;
             if (!may_go_on) return self->known_(std::unexpected(made.error()));
             self->look_later(made.error());
           });
  }

  void look_later(Error why) {
    if (left() == Duration(0)) return known_(std::unexpected(std::move(why)));
    cluster_.scheduler().after(limits::kRetryDelayMax,
                               [self = shared_from_this()] { self->look(); });
  }

  // Of a cluster that has just been founded not all brokers are known yet: what is made now keeps
  // its number of replicas.
  bool enough(uint32_t brokers) {
    if (brokers >= kUsualReplicas) return true;
    if (!seen_at_) seen_at_ = cluster_.now();
    return brokers >= cluster_.brokers_named() && cluster_.now() - *seen_at_ >= kOthersShowUp;
  }

  Cluster& cluster_;
  SpaceToHave space_;
  MonotonicTime deadline_;
  Cluster::Known known_;
  std::optional<MonotonicTime> seen_at_;  // the cluster, with few brokers
};

}  // namespace

void have_space(Cluster& cluster, SpaceToHave space, Duration within, Cluster::Known known) {
  std::make_shared<Having>(cluster, std::move(space), cluster.now() + within, std::move(known))
      ->look();
}

}  // namespace usher::client
