// All programs that use the simulated cluster: who writes, who reads, who is a member of the app,
// who changes spaces and topics.
#pragma once

#include <memory>
#include <vector>

#include "tests/sim/cluster/admin.h"
#include "tests/sim/cluster/member.h"
#include "tests/sim/cluster/reader.h"
#include "tests/sim/cluster/writer.h"

namespace usher::clusters {

struct Programs {
  Programs(World& world, Random random);

  std::vector<std::unique_ptr<Writer>> writers;
  std::vector<std::unique_ptr<Reader>> readers;
  std::vector<std::unique_ptr<Member>> members;
  std::vector<std::unique_ptr<Admin>> admins;

  void start();
  // Nothing new is asked; what was asked is waited for.
  void stop();
  std::vector<std::string> hosts() const;
  // Each program that is up: its name and life, and the metadata that it knows.
  std::vector<std::pair<std::string, client::MetadataPtr>> metadata() const;
};

}  // namespace usher::clusters
