#include "tests/sim/cluster/writer.h"

#include <algorithm>

#include <fmt/format.h>

namespace usher::clusters {
namespace {

constexpr uint64_t kKeys = 6;

}  // namespace

Writer::Writer(World& world, std::string name, Random random)
    : world_(world), name_(std::move(name)), random_(random) {}

void Writer::start() {
  if (is_up()) return;
  ++lives_;
  Random life = random_.stream(fmt::format("life {}", lives_));
  host_ = std::make_unique<Host>(world_, name_, life);
  const Temper& temper = world_.temper();
  client::ProducerOptions options{
      .lane = {.batch_bytes = life.chance(1, 2) ? 256 : limits::kProducerBatchBytes,
               .linger = life.chance(1, 3) ? life.between(1ms, 50ms) : Duration::zero(),
               .deadline = life.between(temper.patience / 2, temper.patience),
               .idempotent = life.chance(4, 5)}};
  if (life.chance(1, 8)) options.memory_bytes = 4 * limits::kKiB;
  producer_ = std::make_unique<client::Producer>(host_->cluster(), options);
  host_->cluster().refresh(1s, [](const Result<client::MetadataPtr>&) {});
  go_on();
}

void Writer::kill() {
  producer_.reset();
  host_.reset();
}

void Writer::freeze(Duration time) {
  if (is_up()) host_->scheduler().freeze(time);
}

void Writer::go_on() {
  host_->after(random_.between(Duration(1ms), world_.temper().send_max), [this] {
    // Now and then a few at once: they share batches, and fill the window.
    uint64_t most = random_.chance(1, 4) ? 12 : 1;
    for (uint64_t i = 0; i < most && !stopped_; ++i) send();
    go_on();
  });
}

// To any topic that producers may write to.
void Writer::send() {
  const client::MetadataPtr& metadata = host_->cluster().metadata();
  if (!metadata || metadata->spaces.empty()) return host_->cluster().doubt();
  if (random_.chance(1, 50)) host_->cluster().doubt();
  const wire::SpaceInfo& space = metadata->spaces[random_.below(metadata->spaces.size())];
  std::vector<TopicId> topics;
  for (const wire::TopicInfo& topic : space.topics)
    if (topic.writer == wire::WriterKind::kProducers) topics.push_back(topic.id);
  if (topics.empty()) return;
  send_to(space, topics[random_.below(topics.size())]);
}

void Writer::send_to(const wire::SpaceInfo& space, TopicId topic) {
  std::string key = fmt::format("k{}", random_.below(kKeys));
  std::string value = fmt::format("{}.{}-{}", name_, lives_, ++values_);
  if (size_t bytes = world_.temper().value_bytes; bytes > value.size())
    value += fmt::format(" {}", std::string(bytes - value.size(), '.'));
  client::PartitionAt at{space.id, client::partition_of_key(space, as_bytes(key))};
  History& history = world_.histories().partitions[at];
  ++world_.histories().operations;
  auto sent = producer_->send(
      {space.id, topic}, {.key = as_bytes(key), .value = as_bytes(value), .headers = {}},
      [this, &history, at, topic, value](const Result<client::Receipt>& outcome) {
        if (outcome && outcome->partition != at.partition)
          world_.witness().violate(fmt::format("receipts: {} is in another partition", value));
        told(history, {at.space, topic}, value, outcome);
      });
  if (!sent) {
    history.failed.insert(value);
    return;
  }
  history.sent[fmt::format("{}.{} {}", name_, lives_, key)].push_back(value);
}

void Writer::told(History& history, client::Topic topic, std::string value,
                  const Result<client::Receipt>& outcome) {
  if (outcome) {
    world_.witness().trace(fmt::format("{} at {}", value, outcome->offset.value()));
    history.acknowledged.push_back({topic.space, topic.topic, value, *outcome});
    return;
  }
  world_.witness().trace(fmt::format("{}: {}", value, outcome.error().text()));
  if (client::outcome_of(outcome.error()) == client::Outcome::kNotDone)
    history.failed.insert(std::move(value));
}

}  // namespace usher::clusters
