// Looks over the shoulders of all programs: the metadata that a client knows never goes back. What
// was deleted does not come again, and no id is used twice.
#pragma once

#include <map>
#include <set>
#include <string>

#include "tests/sim/cluster/programs.h"

namespace usher::clusters {

class MetadataWatch {
 public:
  MetadataWatch(World& world, const Programs& programs) : world_(world), programs_(programs) {}
  void start();

 private:
  using TopicAt = std::pair<SpaceId, TopicId>;
  struct Known {
    client::MetadataPtr last;
    std::set<SpaceId> spaces_gone;
    std::set<TopicAt> topics_gone;
  };
  void look(const std::string& name, const client::MetadataPtr& now);
  void compare(const std::string& name, Known& known, const wire::Metadata& now);

  World& world_;
  const Programs& programs_;
  std::map<std::string, Known> known_;
  // What an id names, whoever says so.
  std::map<SpaceId, std::string> space_names_;
  std::map<TopicAt, std::string> topic_names_;
};

}  // namespace usher::clusters
