#include "processors/daemon/link_runner.h"

#include <map>

#include "processors/daemon/cluster_log.h"

namespace usher::processors {
namespace {

class Destination final : public LinkDestination {
 public:
  Destination(client::Cluster& cluster, std::shared_ptr<const LinkEnd> end)
      : cluster_(cluster), end_(std::move(end)) {}
  TopicId topic() const override { return end_->topic; }
  PartitionId partition_of(std::string_view key) const override {
    return client::partition_of_key(end_->space, as_bytes(key));
  }
  PartitionLog& log(PartitionId partition) override {
    auto& log = logs_[partition];
    if (!log)
      log = std::make_unique<ClusterLog>(cluster_, client::PartitionAt{end_->space.id, partition});
    return *log;
  }

 private:
  client::Cluster& cluster_;
  std::shared_ptr<const LinkEnd> end_;
  std::map<PartitionId, std::unique_ptr<ClusterLog>> logs_;
};

class LinkRunner final : public Runner {
 public:
  LinkRunner(const RunnerSeams& seams, std::shared_ptr<const LinkShape> shape,
             std::shared_ptr<const LinkEnd> to, client::PartitionAt at, const Identity& identity)
      : shape_(std::move(shape)),
        source_(seams.cluster, at),
        destination_(seams.cluster, std::move(to)),
        task_(seams.scheduler, source_, destination_, *shape_,
              {.app = identity.app,
               .member = identity.member,
               .space = at.space,
               .partition = at.partition},
              seams.log) {}

  void own(Epoch epoch) override { task_.own(epoch); }
  void stand_by() override { task_.stand_by(); }
  void close() override { task_.close(); }
  void on_over(Callback callback) override { task_.on_over(std::move(callback)); }
  Phase phase() const override { return task_.phase(); }
  const std::optional<Error>& failure() const override { return task_.failure(); }
  void describe(TaskStatus& status) override {
    status.applied = task_.position();
    Offset level = task_.is_idle() ? task_.scanned() : task_.position();
    if (status.is_owned() && source_.seen_commit() > level)
      status.lag_records = source_.seen_commit() - level;
  }

 private:
  std::shared_ptr<const LinkShape> shape_;
  ClusterLog source_;
  Destination destination_;
  LinkTask task_;
};

}  // namespace

// A link processes nothing: no record can end it.
Result<std::unique_ptr<Runner>> LinkPlace::make(const Identity& identity, bool) {
  return std::make_unique<LinkRunner>(seams_, shape_, to_, at_, identity);
}

}  // namespace usher::processors
