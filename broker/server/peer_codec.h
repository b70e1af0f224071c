// Replicas' messages (broker/raft) as brokers send them to each other
// (proto/wire/protocol/peers.h).
#pragma once

#include "broker/journal/group.h"
#include "broker/partition/partition.h"
#include "proto/wire/batch.h"
#include "proto/wire/protocol/peers.h"

namespace usher::server {

wire::PeerMessage to_wire(journal::PartitionKey key, const raft::Message& message);

wire::PeerMessage to_wire(journal::PartitionKey key, const partition::SnapshotMessage& message);
bool is_snapshot(const wire::PeerMessage& message);
// Takes the snapshot's bytes from the payload. BATCH_MALFORMED where they are not there.
Result<partition::SnapshotMessage> snapshot_from_wire(const wire::PeerMessage& message,
                                                      Buffer& payload);

// `batches` are those of the message. BATCH_MALFORMED where one cannot be an entry.
Result<raft::Message> from_wire(const wire::PeerMessage& message,
                                const std::vector<wire::Batch>& batches);

// The next `count` batches of a payload, which they are taken from.
Result<std::vector<wire::Batch>> take_batches(Buffer& payload, size_t count);

}  // namespace usher::server
