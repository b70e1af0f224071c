// Metadata for tests: one space of P partitions on brokers 1 to 3, one topic.
#pragma once

#include "proto/base/hash.h"
#include "proto/wire/protocol/metadata.h"

namespace usher::client {

inline wire::Metadata metadata_of(uint32_t partitions, uint64_t version = 1) {
  wire::Metadata metadata;
  metadata.cluster = {1, 2};
  metadata.version = version;
  metadata.answered_by = BrokerId(1);
  metadata.controller = BrokerId(1);
  for (uint32_t id = 1; id <= 3; ++id)
    metadata.brokers.push_back(
        {BrokerId(id), "broker" + std::to_string(id) + ":7101", "", wire::Incarnation(id), true});
  wire::SpaceInfo space;
  space.id = SpaceId(7);
  space.name = "events";
  for (uint32_t i = 0; i < partitions; ++i)
    space.partitions.push_back({{BrokerId(1), BrokerId(2), BrokerId(3)}, BrokerId(1), Term(1)});
  for (uint32_t slot = 0; slot < kSlots; ++slot) space.slots.emplace_back(slot % partitions);
  wire::TopicInfo topic;
  topic.id = TopicId(20);
  topic.name = "seats";
  space.topics.push_back(topic);
  metadata.spaces.push_back(std::move(space));
  return metadata;
}

}  // namespace usher::client
