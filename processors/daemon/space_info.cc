#include "processors/daemon/space_info.h"

#include <string>

namespace usher::processors {

SpaceInfo space_info_of(const wire::SpaceInfo& space, const std::vector<wire::AppInfo>& apps) {
  SpaceInfo info{.name = space.name, .topics = {}};
  for (const wire::TopicInfo& topic : space.topics) {
    std::string writer;
    for (const wire::AppInfo& app : apps)
      if (topic.writer == wire::WriterKind::kApp && topic.app == app.id) writer = app.name;
    info.topics.push_back({.name = topic.name, .id = topic.id, .written_by = writer});
  }
  return info;
}

}  // namespace usher::processors
