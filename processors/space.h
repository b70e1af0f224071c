// What a topology has to know of its space: which topics there are and who writes to them.
#pragma once

#include <string>
#include <vector>

#include "proto/base/ids.h"

namespace usher::processors {

struct TopicInfo {
  std::string name;
  TopicId id;
  // The app whose steps write it; empty: outside producers, or a link.
  std::string written_by;
};

struct SpaceInfo {
  std::string name;
  std::vector<TopicInfo> topics;

  const TopicInfo* find(std::string_view topic) const {
    for (const TopicInfo& info : topics)
      if (info.name == topic) return &info;
    return nullptr;
  }
};

}  // namespace usher::processors
