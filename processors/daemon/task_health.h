// What /health/ready says of a daemon's tasks: ready when all that it should own are at work. Pure.
#pragma once

#include <map>

#include "processors/daemon/task_status.h"
#include "proto/service/admin_answer.h"

namespace usher::processors {

// Names tasks that stopped (a poisoned one among them), that are not there yet, and, without being
// unready for it, those that are slow.
service::Health health_of(const std::map<PartitionId, wire::TaskProposal>& wanted,
                          const std::map<PartitionId, TaskStatus>& statuses);

}  // namespace usher::processors
