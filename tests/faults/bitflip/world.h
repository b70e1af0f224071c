// A small cluster whose brokers' data directories hold all kinds of files: sealed segments with
// indexes, open ones, a journal whose files are used again. What a healthy broker serves is the
// truth that a damaged one is held to, byte for byte.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/faults/bitflip/layout.h"
#include "tests/unit/broker/server/brokers.h"

namespace usher::faults {

// What a broker served of all partitions.
struct Served {
  bool all = false;                   // all that is committed
  std::string wrong;                  // it differs from the truth, in words
  std::vector<std::string> refusals;  // what it said instead of a batch
};

class World {
 public:
  explicit World(uint64_t seed);

  server::Machine& at(size_t broker) { return brokers_.at(broker); }
  void run_for(Duration time) { brokers_.run_for(time); }
  // Some more records, synced and attested everywhere, but in the journals alone as yet.
  void go_on();
  // Until all is stored in segments too, and at rest. False: it does not come to rest, which says
  // that something is broken.
  bool rest();
  // All brokers are ready, and both kinds of groups count them.
  bool is_whole();
  // Every broker but that one is asked; what they agree on is the truth from now on.
  void learn_truth(size_t except);
  // Reads everything at a broker, each segment from its beginning, and holds it to the truth.
  Served read_all(size_t broker);
  // The broker's journal, segments and indexes as a start would read them.
  Files image(size_t broker);

 private:
  using Key = std::pair<SpaceId, PartitionId>;
  using Batches = std::map<Offset, Buffer>;
  struct Fetched {
    Batches batches;
    Offset scanned;
    Offset commit;
    std::optional<Error> error;
  };
  Fetched fetch(size_t broker, Key key, Offset from);
  std::vector<Offset> segment_begins(size_t broker, Key key);
  void read_partition(size_t broker, Key key, Served& served);
  void append_some(uint64_t count);

  Random random_;
  server::Brokers brokers_;
  std::map<Key, Batches> truth_;
};

}  // namespace usher::faults
