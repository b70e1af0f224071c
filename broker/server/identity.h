// Whose data directory this is: the file `identity` in it (docs/formats/identity.md). Written
// before the broker says anything to anybody; whoever starts with another's directory is refused.
//
//     no file ─→ EMPTY ─→ PREPARED (a plan to found a cluster) ─→ FOUNDED ─┬─ its data is lost
//                                                                ↑          ↓
//                                      journal and segments are removed ─ RENEWED: another
//                                                                          incarnation
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "broker/io/disk.h"
#include "broker/raft/types.h"
#include "proto/base/random.h"
#include "proto/wire/protocol/peers.h"

namespace usher::server {

constexpr std::string_view kIdentityFile = "identity";

struct Identity {
  BrokerId broker = {};
  wire::Incarnation incarnation = {};
  wire::FoundingStage stage = wire::FoundingStage::kEmpty;
  wire::FoundingPlan plan = {};  // prepared, or founded
  // What stands beside it is an earlier incarnation's and must go before anything is opened.
  bool renewed = false;
  friend bool operator==(const Identity&, const Identity&) = default;
};

// A new directory's: the broker's id in the upper 16 bits, the rest random and not 0.
wire::Incarnation new_incarnation(BrokerId broker, Random& random);
// The same broker of the same cluster whose data is lost: somebody else, who has to be readmitted.
Identity renewed(const Identity& lost, Random& random);
// In every group a data directory is the replica of its incarnation.
inline raft::ReplicaId replica_of(wire::Incarnation incarnation) {
  return raft::ReplicaId(incarnation.value());
}
inline BrokerId broker_of(raft::ReplicaId replica) {
  return BrokerId(static_cast<uint32_t>(replica.value() >> 48));
}

std::string encode_identity(const Identity& identity);
// VERSION_UNSUPPORTED: of a newer program. IO_FAILED: damaged.
Result<Identity> decode_identity(std::string_view text);

// Replaces the file atomically; safe when answered.
void write_identity(io::Disk& disk, const Identity& identity, io::Done<void> done);

}  // namespace usher::server
