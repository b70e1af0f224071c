#include "broker/server/writers.h"

#include <algorithm>

#include <fmt/format.h>

#include "broker/partition/reserved_topics.h"

namespace usher::server {
namespace {

// A clock record moves the time of an idle partition; an app's owner appends it alone, without a
// guard (docs/decisions/0009): where there is no app there is nobody to write one.
bool is_clock_record(const controller::Space& space, const wire::BatchHeader& batch) {
  bool has_app = std::ranges::any_of(space.info.topics, [](const wire::TopicInfo& topic) {
    return topic.writer == wire::WriterKind::kApp;
  });
  return has_app && batch.records() == 1 && batch.topics()[0].topic == wire::kClockTopic &&
         std::holds_alternative<wire::NoGuard>(batch.guard());
}

// Those without a name yet are nobody's.
Result<void> check_reserved(const controller::Space& space, TopicId topic,
                            const wire::BatchHeader& batch) {
  const wire::Guard& guard = batch.guard();
  bool claim = topic == partition::kClaimsTopic && std::holds_alternative<wire::ClaimGuard>(guard);
  bool step = topic == partition::kStepsTopic && std::holds_alternative<wire::StepGuard>(guard);
  if (claim || step || is_clock_record(space, batch)) return {};
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
      TRY(check_reserved(space, entry.topic, batch));
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
