// A network of named hosts in virtual time: the Transport's twin, with real frames as bytes, real
// send queues and real frame readers. Every piece of bytes takes a time drawn from the seed; within
// a connection the order holds, between connections it does not. A direction that is cut holds what
// is sent into it, as TCP does, and gives up after a while.
//
//     Transport of "a" ─ SimEnd ── carry: latency, cuts, window ──→ SimEnd ─ Transport of "b"
//                                   SimNetwork (its own SimScheduler)
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "proto/base/random.h"
#include "proto/net/transport.h"

#include "tests/sim/sim_scheduler.h"

namespace usher::sim {

class SimEnd;
struct SimPorts;
struct SimItem;

struct SimNetworkOptions {
  Duration latency_min = 50us;
  Duration latency_max = 2ms;
  // Carried or arrived in one direction of a connection, and not yet taken by its reader.
  size_t window_bytes = 256 * limits::kKiB;
};

struct SimNetworkCounts {
  uint64_t connections = 0;
  uint64_t carried_bytes = 0;
  uint64_t held = 0;  // times that something met a cut
};

class SimNetwork {
 public:
  SimNetwork(SimLoop& loop, Random random, SimNetworkOptions options = {});
  // Transports, listeners and connections are gone by then.
  ~SimNetwork();

  // The host's way to the network. Its callbacks run on `scheduler`. A host that was restarted gets
  // a new one.
  std::unique_ptr<net::Transport> transport(std::string host, Scheduler& scheduler,
                                            net::TransportOptions options = {});

  // Nothing gets from one host to the other until it is healed.
  void cut(const std::string& from, const std::string& to) { cuts_.insert({from, to}); }
  void heal(const std::string& from, const std::string& to);
  void heal_all();
  // Ends every connection between the two, on both sides.
  void reset(const std::string& a, const std::string& b);
  void set_latency(Duration min, Duration max);

  const SimNetworkCounts& counts() const { return counts_; }

 private:
  friend class SimEnd;
  friend class SimTransport;
  friend class SimListener;

  Duration latency() { return random_.between(options_.latency_min, options_.latency_max); }
  bool is_cut(const SimEnd& from) const;
  void connect(const std::shared_ptr<SimEnd>& client, const net::Endpoint& to);
  void arrive(const std::shared_ptr<SimEnd>& client, const net::Endpoint& to);
  void carry(const std::shared_ptr<SimEnd>& from, SimItem item);
  void come_through(const std::shared_ptr<SimEnd>& from, SimItem item);
  void carry_held();
  void give_up_later(const std::shared_ptr<SimEnd>& from);
  // The ends that somebody still holds; forgets the others.
  std::vector<std::shared_ptr<SimEnd>> standing();

  SimNetworkOptions options_;
  Random random_;
  SimScheduler scheduler_;
  std::set<std::pair<std::string, std::string>> cuts_;
  std::unique_ptr<SimPorts> ports_;
  std::vector<std::weak_ptr<SimEnd>> ends_;
  SimNetworkCounts counts_;
};

}  // namespace usher::sim
