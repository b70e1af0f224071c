// The apps that `usher-processor --app` knows: what each needs to be there, and its topology.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/spaces.h"
#include "processors/topology.h"
#include "proto/base/metrics.h"

namespace usher::processors {

// Carries a topic of the app's space to another space.
struct LinkToRun {
  std::string from_topic;
  client::SpaceToHave to;
  std::string to_topic;
  std::function<std::string(std::string_view value)> key_of;
};

// Either a topology's tasks, or a link.
struct App {
  std::string name;
  client::SpaceToHave space;
  std::function<Result<std::shared_ptr<const Topology>>(const SpaceInfo&)> topology = {};
  std::optional<LinkToRun> link = {};
};

std::vector<std::string> app_names();
// What runs under one of app_names().
std::vector<App> apps_of(std::string_view name, Metrics& metrics);

}  // namespace usher::processors
