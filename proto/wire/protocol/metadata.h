// What everybody knows of the cluster: brokers, spaces with their partitions and topics, apps. The
// controller's log decides it; any broker answers from its copy, which may be a moment old. Who is
// told NOT_LEADER asks again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "proto/base/ids.h"
#include "proto/base/time.h"
#include "proto/wire/protocol/cluster_id.h"

namespace usher::wire {

// Outside producers, one app's steps, or links: fixed when the topic is made.
enum class WriterKind : uint8_t { kProducers = 0, kApp = 1, kLinks = 2 };

// None of the two: everything is kept.
struct Retention {
  std::optional<Duration> age = {};
  std::optional<uint64_t> bytes = {};
  friend bool operator==(const Retention&, const Retention&) = default;
};

struct TopicInfo {
  TopicId id = {};
  std::string name = {};
  WriterKind writer = WriterKind::kProducers;
  std::optional<AppId> app = {};  // with kApp
  bool changelog = false;         // of a store of the app
  Retention retention = {};
  std::string schema = {};  // the records' type, by its name; empty: bytes
  friend bool operator==(const TopicInfo&, const TopicInfo&) = default;
};

struct PartitionInfo {
  std::vector<BrokerId> replicas = {};  // the first is preferred to lead
  // As the answering broker last heard; none: nobody known.
  std::optional<BrokerId> leader = {};
  Term term = {};
  friend bool operator==(const PartitionInfo&, const PartitionInfo&) = default;
};

struct SpaceInfo {
  SpaceId id = {};
  std::string name = {};
  std::vector<PartitionInfo> partitions = {};  // by number
  std::vector<PartitionId> slots = {};         // kSlots of them: slot → partition
  std::vector<TopicInfo> topics = {};          // by id, rising
  friend bool operator==(const SpaceInfo&, const SpaceInfo&) = default;
};

struct BrokerInfo {
  BrokerId id = {};
  std::string endpoint = {};
  std::string rack = {};
  Incarnation incarnation = {};
  bool up = false;  // as the answering broker sees it
  friend bool operator==(const BrokerInfo&, const BrokerInfo&) = default;
};

struct AppInfo {
  AppId id = {};
  std::string name = {};
  SpaceId space = {};
  friend bool operator==(const AppInfo&, const AppInfo&) = default;
};

struct MetadataRequest {
  friend bool operator==(const MetadataRequest&, const MetadataRequest&) = default;
};

struct Metadata {
  ClusterId cluster = {};
  uint64_t version = 0;  // the controller's committed offset that this holds for
  BrokerId answered_by = {};
  std::optional<BrokerId> controller = {};
  std::vector<BrokerInfo> brokers = {};  // by id, rising, and so are the others
  std::vector<SpaceInfo> spaces = {};
  std::vector<AppInfo> apps = {};
  friend bool operator==(const Metadata&, const Metadata&) = default;
};

}  // namespace usher::wire
