// Sees to it that a space and its topics are there before an app runs over them: makes what is
// missing, leaves alone what is there. Many may do it at once; the controller makes each thing
// once.
#pragma once

#include <string>
#include <vector>

#include "client/admin.h"

namespace usher::client {

struct SpaceToHave {
  struct Topic {
    std::string name;
    wire::WriterKind writer = wire::WriterKind::kProducers;
    bool changelog = false;
    std::string schema = {};
  };
  std::string name;
  std::string app;  // writes the topics of kApp
  uint32_t partitions = 20;
  std::vector<Topic> topics;
};

// `known` gets metadata that shows all of it. It is tried again until then; what is refused for
// good, or was not done `within`, is the error. Replicas: three, or, where no third broker shows up
// for a while, as many as there are.
void have_space(Cluster& cluster, SpaceToHave space, Duration within, Cluster::Known known);

}  // namespace usher::client
