// What must hold of the committed logs of a cluster at rest, against what its programs were told;
// one file each. A check answers with the first violation in words, or with nothing. What only a
// log says is checked by tests/sim/log/checks; what can be seen at once, as it happens: one leader,
// replicas agree (world.cc), skip, step back, inconsistent offset (reader.cc), what admins are
// shown (admin.cc), metadata (metadata_watch.h).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "broker/controller/cluster_state.h"
#include "broker/journal/journal.h"
#include "proto/net/message.h"

#include "tests/sim/cluster/history.h"
#include "tests/sim/log/checks/checks.h"

namespace usher::clusters {

using Logs = std::map<journal::PartitionKey, sim::Log>;

// Lost write, receipts: what was acknowledged stands where its receipt says, proved as it says.
std::string receipts_hold(const sim::Log& log, const History& history);
// Lost write, aborted read, duplicate, order: by tests/sim/log/checks.
std::string log_is_as_told(const sim::Log& log, const History& history);

// Where a log begins later than it was told of, all before it was of topics that are no more.
std::string only_deleted_is_gone(Offset start, const History& history,
                                 const std::map<SpaceId, controller::Space>& spaces);
// What was deleted takes nothing any more, whoever is asked.
struct Deleted {
  SpaceId space;
  std::optional<TopicId> topic = {};  // none: all of the space
};
std::vector<Deleted> deletions_of(const sim::Log& system);
std::string deleted_refuses(const Deleted& deleted, const Result<net::Message>& appended);

// Two members never own one task under one epoch: each epoch was proposed to one member, and
// claimed by that one alone.
std::string epochs_have_one_owner(const sim::Log& system, const Logs& logs);
// Steps stand under the last claim, dense, each where the one before ended, on what is there.
std::string steps_continue(const sim::Log& log);
// A task is taken from a member that lives only where it has more than its share.
std::string unaffected_keep_tasks(const sim::Log& system);

// Of a log of `_system`, in its order.
std::vector<wire::ClusterRecord> decisions_of(const sim::Log& system);

}  // namespace usher::clusters
