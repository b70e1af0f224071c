// Questions to a running app: asked of the daemon that owns the partition's task, found through the
// controller, and followed to the next owner when the task moves. Asking changes nothing, so it is
// repeated until there is an answer or time is up. Lives on the Cluster's Scheduler.
//
//     ask ─→ who owns it? ─→ daemon ─── answer ────────────────────────────────→ Answer
//               ↑              └ moved, gone, silent: asked again, elsewhere ─┐
//               └─────────────────────────────────────────────────────────────┘
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/cluster.h"
#include "proto/wire/protocol/apps.h"
#include "proto/wire/protocol/query.h"
#include "proto/wire/protocol/query_payload.h"

namespace usher::client {

// Of one entry of a store: what stands under the key as committed, or that surely nothing does.
struct Question {
  std::string app = {};  // "seats"
  PartitionAt at = {};
  std::string store = {};  // as the app's topology names it: "reservations"
  std::string key = {};
  // Where nothing stands there yet: wait for it, at most so long.
  Duration wait = {};
  // Read your writes: only a state that holds all below, as the end of a receipt says.
  std::optional<Offset> at_least = {};
};

struct Told {
  std::optional<std::string> value;  // none: surely nothing, as of `holds_for`
  // It is the state after everything that stands below.
  Offset holds_for;
};

// Of all entries whose key begins with `prefix`, in the order of their bytes. May lag behind the
// log by what the owner has not consumed yet, unless `at_least` says how far it must hold.
struct RangeQuestion {
  std::string app = {};
  PartitionAt at = {};
  std::string store = {};
  std::string prefix = {};
  // Behind this key; "": from the first.
  std::string after = {};
  uint32_t limit = 1'000;
  std::optional<Offset> at_least = {};
};

struct ToldRange {
  struct Entry {
    std::string key;
    std::string value;
    friend bool operator==(const Entry&, const Entry&) = default;
  };
  std::vector<Entry> entries;
  bool more = false;  // there are some behind the last
  Offset holds_for;
};

// Of a task's whole state: what its entries sum up to, counted anew by the owner.
struct ToldState {
  Offset applied;  // the end of the last step in it
  wire::StateTold sum;
};

class Queries {
 public:
  using Answer = std::move_only_function<void(Result<Told>)>;
  using RangeAnswer = std::move_only_function<void(Result<ToldRange>)>;
  using StateAnswer = std::move_only_function<void(Result<ToldState>)>;

  explicit Queries(Cluster& cluster);
  // Answers that have not come are not called.
  ~Queries();
  Queries(const Queries&) = delete;
  Queries& operator=(const Queries&) = delete;

  // `answer` is called once, never inside this call, at the latest `patience` after the question's
  // own wait: so long an owner is looked for. NOT_FOUND: no such app or store; UNREACHABLE,
  // NOT_OWNER, TIMED_OUT: nobody could say. QUEUE_FULL: the owner has too many who wait.
  void ask(Question question, Duration patience, Answer answer);
  void ask(RangeQuestion question, Duration patience, RangeAnswer answer);
  void ask_state(std::string app, PartitionAt at, Duration patience, StateAnswer answer);
  // One daemon for another that was asked: the question as it came.
  void forward(wire::QueryRequest request, Buffer payload, Duration patience,
               Cluster::Answer answer);

 private:
  struct Asking;
  struct Owners;
  using AskingPtr = std::shared_ptr<Asking>;

  void send(wire::QueryRequest request, Buffer payload, Duration patience, Cluster::Answer answer);
  void begin(AskingPtr asking);
  void attempt(const AskingPtr& asking);
  void answered(const AskingPtr& asking, uint64_t attempt, Result<net::Message> reply);
  void failed(const AskingPtr& asking, Error why);
  void finish(const AskingPtr& asking, Result<net::Message> reply);
  void look_up(const std::string& app);
  void took_owners(const std::string& app, Result<net::Message> reply);
  void forget_unused(const std::map<PartitionId, net::Endpoint>& before);
  void watch();

  Cluster& cluster_;
  std::map<std::string, Owners> owners_;
  std::optional<Scheduler::TimerId> watch_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace usher::client
