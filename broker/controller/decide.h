// What an operator's request comes to: the records that do it, or why it cannot be done. Pure, on
// the state that the log has reached; the controller's leader appends what comes out, one request
// after the other. No records: it is so already.
#pragma once

#include <vector>

#include "broker/controller/cluster_state.h"
#include "proto/base/result.h"
#include "proto/wire/protocol/admin.h"

namespace usher::controller {

using Records = std::vector<wire::ClusterRecord>;

Result<Records> decide(const ClusterState& state, const wire::CreateSpaceRequest& request);
Result<Records> decide(const ClusterState& state, const wire::DeleteSpaceRequest& request);
Result<Records> decide(const ClusterState& state, const wire::CreateTopicRequest& request);
Result<Records> decide(const ClusterState& state, const wire::AlterTopicRequest& request);
Result<Records> decide(const ClusterState& state, const wire::DeleteTopicRequest& request);
Result<Records> decide(const ClusterState& state, const wire::NewEpochRequest& request);
// A broker says who it is. CLUSTER_MISMATCH: as it was before its disk was lost.
Result<Records> decide(const ClusterState& state, const wire::BrokerInfo& broker);

// INVALID_ARGUMENT: 1–64 of A–Z a–z 0–9 . _ : -
Result<void> check_name(std::string_view what, std::string_view name);

}  // namespace usher::controller
