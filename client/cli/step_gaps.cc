#include "client/cli/step_gaps.h"

#include <algorithm>
#include <utility>

#include "client/cli/log_size.h"
#include "proto/seats/topics.h"

namespace usher::cli {

StepGaps::StepGaps(Session& session, const wire::SpaceInfo& space)
    : session_(session),
      space_(space),
      consumer_(session.cluster(), *this),
      last_(space.partitions.size()),
      largest_(space.partitions.size()) {}

// Each step that takes a request writes what was asked for.
Result<void> StepGaps::start() {
  TRY_ASSIGN(const wire::TopicInfo* topic,
             client::find_topic(space_, name_of(seats::Topic::kReservationRequests)));
  TRY_ASSIGN(auto ends, log_ends(session_, space_));
  for (uint32_t i = 0; i < ends.size(); ++i)
    consumer_.add(
        {.at = {space_.id, PartitionId(i)}, .topics = {topic->id}, .from = ends[i], .until = {}});
  return {};
}

std::vector<Duration> StepGaps::largest() {
  return std::exchange(largest_, std::vector<Duration>(largest_.size()));
}

void StepGaps::on_records(const client::ReadRecords& records) {
  uint32_t partition = records.at().partition.value();
  std::optional<WallTime>& last = last_[partition];
  if (last) largest_[partition] = std::max<Duration>(largest_[partition], records.time() - *last);
  last = records.time();
}

}  // namespace usher::cli
