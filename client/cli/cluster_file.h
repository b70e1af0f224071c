// D/cluster.json: which processes a cluster on this machine consists of, and where they are. It is
// replaced as a whole, so that whoever reads it sees one state or the next.
//
//     {"brokers":[{"id","pid","listen","admin","data"}],"processors":[{…,"state"}],"gateways":[…]}
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "proto/base/result.h"

namespace usher::cli {

struct MemberProcess {
  uint64_t id = 0;
  std::optional<int64_t> pid;  // none: stopped
  std::string listen;
  std::string admin;
  std::string data;  // a processor's is its state; a gateway has none
  friend bool operator==(const MemberProcess&, const MemberProcess&) = default;
};

struct ClusterFile {
  std::vector<MemberProcess> brokers;
  std::vector<MemberProcess> processors;
  std::vector<MemberProcess> gateways;
  friend bool operator==(const ClusterFile&, const ClusterFile&) = default;
};

std::string cluster_text(const ClusterFile& file);
// CONFIG_INVALID names the file.
Result<ClusterFile> parse_cluster(std::string_view text, const std::string& path);

// CONFIG_INVALID: there is none, or it cannot be read.
Result<ClusterFile> read_cluster_file(const std::string& dir);
Result<void> write_cluster_file(const std::string& dir, const ClusterFile& file);
bool has_cluster_file(const std::string& dir);

}  // namespace usher::cli
