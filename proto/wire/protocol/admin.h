// What an operator changes: asked of the controller's leader, answered when it is committed there.
// Refusals: ALREADY_EXISTS, NOT_FOUND, INVALID_ARGUMENT, each naming the thing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "proto/base/ids.h"
#include "proto/wire/protocol/metadata.h"

namespace usher::wire {

struct CreateSpaceRequest {
  std::string name = {};
  uint32_t partitions = 0;
  uint32_t replicas = 0;
  friend bool operator==(const CreateSpaceRequest&, const CreateSpaceRequest&) = default;
};
struct DeleteSpaceRequest {
  std::string name = {};
  friend bool operator==(const DeleteSpaceRequest&, const DeleteSpaceRequest&) = default;
};

struct CreateTopicRequest {
  std::string space = {};
  std::string topic = {};
  WriterKind writer = WriterKind::kProducers;
  std::string app = {};  // with kApp: made where it is not known
  bool changelog = false;
  Retention retention = {};
  std::string schema = {};
  friend bool operator==(const CreateTopicRequest&, const CreateTopicRequest&) = default;
};
// What is none stays as it is.
struct AlterTopicRequest {
  std::string space = {};
  std::string topic = {};
  std::optional<Retention> retention = {};
  std::optional<std::string> schema = {};
  friend bool operator==(const AlterTopicRequest&, const AlterTopicRequest&) = default;
};
struct DeleteTopicRequest {
  std::string space = {};
  std::string topic = {};
  friend bool operator==(const DeleteTopicRequest&, const DeleteTopicRequest&) = default;
};

// Asked of the broker that leads the partition.
struct LeadRequest {
  SpaceId space = {};
  PartitionId partition = {};
  BrokerId broker = {};
  friend bool operator==(const LeadRequest&, const LeadRequest&) = default;
};

// A claim without a member that moves the app's position; refused while the app has members. Asked
// of the controller, which gives the epoch that the caller then claims under.
struct NewEpochRequest {
  std::string app = {};
  PartitionId partition = {};
  friend bool operator==(const NewEpochRequest&, const NewEpochRequest&) = default;
};
struct NewEpochReply {
  AppId app = {};
  Epoch epoch = {};
  friend bool operator==(const NewEpochReply&, const NewEpochReply&) = default;
};

// The answer where there is nothing to say but that it is done.
struct Done {
  uint64_t version = 0;  // of the metadata that shows it; 0 where it does not
  friend bool operator==(const Done&, const Done&) = default;
};

}  // namespace usher::wire
