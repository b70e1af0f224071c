#include <fmt/format.h>

#include "broker/partition/reserved_topics.h"

#include "tests/sim/log/checks/checks.h"
#include "tests/sim/log/client.h"

namespace usher::sim {
namespace {

bool may_write(const wire::BatchHeader& batch, TopicId topic) {
  wire::GuardKind guard = kind_of(batch.guard());
  if (topic == partition::kControlTopic) return batch.kind() == wire::BatchKind::kControl;
  if (topic == partition::kClaimsTopic) return guard == wire::GuardKind::kClaim;
  if (topic == partition::kStepsTopic || topic == kOutputs) return guard == wire::GuardKind::kStep;
  if (topic == kLinked) return guard == wire::GuardKind::kLink;
  return guard == wire::GuardKind::kNone || guard == wire::GuardKind::kProducer;
}

}  // namespace

std::string topics_have_one_writer(const Log& log) {
  for (const wire::Batch& batch : log)
    for (const wire::TopicEntry& entry : batch.header().topics())
      if (!may_write(batch.header(), entry.topic))
        return fmt::format("writers: the batch at offset {} writes to topic {}",
                           batch.header().place().base_offset.value(), entry.topic.value());
  return {};
}

}  // namespace usher::sim
