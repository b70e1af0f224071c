#include "broker/server/writers.h"

#include <fmt/format.h>

#include "broker/partition/reserved_topics.h"

namespace usher::server {
namespace {

Result<void> check_reserved(TopicId topic, const wire::Guard& guard) {
  bool claim = topic == partition::kClaimsTopic && std::holds_alternative<wire::ClaimGuard>(guard);
  bool step = topic != partition::kControlTopic && topic != partition::kClaimsTopic &&
              std::holds_alternative<wire::StepGuard>(guard);
  // A clock record moves the time of an idle partition; its owner appends it without a guard.
  bool clock = topic > partition::kStepsTopic && std::holds_alternative<wire::NoGuard>(guard);
  if (claim || step || clock) return {};
  return fail(ErrorCode::WRONG_WRITER, fmt::format("topic {} is the log's own", topic.value()));
}

bool may_write(const wire::TopicInfo& topic, const wire::Guard& guard) {
  switch (topic.writer) {
    case wire::WriterKind::kProducers:
      return std::holds_alternative<wire::NoGuard>(guard) ||
             std::holds_alternative<wire::ProducerGuard>(guard);
    case wire::WriterKind::kApp: {
      const auto* step = std::get_if<wire::StepGuard>(&guard);
      return step && topic.app == step->app;
    }
    case wire::WriterKind::kLinks:
      return std::holds_alternative<wire::LinkGuard>(guard);
  }
  return false;
}

}  // namespace

Result<void> check_writer(const controller::Space& space, const wire::BatchHeader& batch) {
  for (const wire::TopicEntry& entry : batch.topics()) {
    if (partition::is_reserved(entry.topic)) {
      TRY(check_reserved(entry.topic, batch.guard()));
      continue;
    }
    const wire::TopicInfo* topic = controller::topic_of(space, entry.topic);
    if (!topic)
      return fail(ErrorCode::STALE_METADATA,
                  fmt::format("topic {} of space '{}'", entry.topic.value(), space.info.name));
    if (!may_write(*topic, batch.guard()))
      return fail(ErrorCode::WRONG_WRITER,
                  fmt::format("topic '{}/{}'", space.info.name, topic->name));
  }
  return {};
}

}  // namespace usher::server
