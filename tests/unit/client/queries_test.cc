#include "client/queries.h"

#include "proto/wire/protocol/query_payload.h"

#include "tests/doctest.h"
#include "tests/unit/client/fake_cluster.h"

namespace usher::client {
namespace {

constexpr PartitionAt kAsked{SpaceId(7), PartitionId(0)};

// A daemon that answers every question with its name, or as it is told.
class FakeDaemon final : public net::RequestHandler {
 public:
  FakeDaemon(FakeCluster& cluster, const std::string& name)
      : name_(name),
        scheduler_(cluster.loop),
        transport_(cluster.network.transport(name, scheduler_)),
        server_(*transport_, scheduler_, {}, *this) {
    REQUIRE(server_.listen({name, 7301}));
  }
  void on_message(const net::Peer&, net::Message) override {}
  void on_request(const net::Peer&, net::Message request, net::Responder answer) override {
    asked.push_back(std::get<wire::QueryRequest>(request.envelope));
    if (silent) return held.push_back(std::move(answer));
    if (refusal) return answer.fail(*refusal);
    bool found = as_text(request.payload.at(0)) != "nothing";
    net::Message reply{wire::QueryReply{.found = found, .offset = Offset(9)}, {}};
    if (found) reply.payload.push_back(Buffer::copy_of(as_bytes(value.empty() ? name_ : value)));
    answer.reply(std::move(reply));
  }
  std::vector<wire::QueryRequest> asked;
  std::optional<Error> refusal;
  std::string value;
  bool silent = false;
  std::vector<net::Responder> held;

 private:
  std::string name_;
  sim::SimScheduler scheduler_;
  std::unique_ptr<net::Transport> transport_;
  net::RequestServer server_;
};

struct QueriesWorld {
  QueriesWorld() { own("one"); }
  void own(const std::string& daemon) {
    brokers.description.tasks = {{.partition = PartitionId(0),
                                  .owner = MemberId(1),
                                  .epoch = Epoch(1),
                                  .owner_endpoint = daemon.empty() ? "" : daemon + ":7301"}};
  }
  void ask(std::string key, Duration patience = 10s, Duration wait = {}) {
    queries.ask(
        {.app = "seats", .at = kAsked, .store = "events", .key = std::move(key), .wait = wait},
        patience, [this](Result<Told> answer) { told = std::move(answer); });
  }
  bool answered(Duration within = 60s) {
    return brokers.run_until([&] { return told.has_value(); }, within);
  }

  FakeCluster brokers;
  std::unique_ptr<Cluster> cluster = brokers.connect();
  std::unique_ptr<FakeDaemon> one = std::make_unique<FakeDaemon>(brokers, "one");
  FakeDaemon two{brokers, "two"};
  std::optional<Result<Told>> told;
  Queries queries{*cluster};
};

TEST_CASE("a question goes to the daemon that owns the task") {
  QueriesWorld world;
  world.ask("key");
  REQUIRE(world.answered());
  REQUIRE(world.told->has_value());
  EXPECT((*world.told)->value == "one");
  EXPECT((*world.told)->holds_for == Offset(9));
  REQUIRE(world.one->asked.size() == 1);
  EXPECT(world.one->asked[0].query == "get events");
  EXPECT(world.two.asked.empty());
}

TEST_CASE("nothing there is an answer") {
  QueriesWorld world;
  world.ask("nothing");
  REQUIRE(world.answered());
  REQUIRE(world.told->has_value());
  EXPECT(!(*world.told)->value);
}

TEST_CASE("a daemon that does not own it any more is left for the one that does") {
  QueriesWorld world;
  world.one->refusal = Error{ErrorCode::NOT_OWNER, "moved"};
  world.ask("key");
  REQUIRE(world.brokers.run_until([&] { return !world.one->asked.empty(); }));
  world.own("two");
  REQUIRE(world.answered());
  EXPECT((*world.told)->value == "two");
}

TEST_CASE("whoever waits at a frozen daemon is answered by its successor") {
  QueriesWorld world;
  world.one->silent = true;
  world.ask("key", 10s, 30s);
  REQUIRE(world.brokers.run_until([&] { return !world.one->asked.empty(); }));
  world.own("two");
  REQUIRE(world.answered(3s));
  EXPECT((*world.told)->value == "two");
  REQUIRE(world.two.asked.size() == 1);
  EXPECT(world.two.asked[0].wait < 30s);
}

TEST_CASE("a daemon that ends is not waited for") {
  QueriesWorld world;
  world.one->silent = true;
  world.ask("key", 10s, 30s);
  REQUIRE(world.brokers.run_until([&] { return !world.one->asked.empty(); }));
  world.one.reset();
  world.own("two");
  REQUIRE(world.answered(3s));
  EXPECT((*world.told)->value == "two");
}

TEST_CASE("an app that nobody runs is said when patience ends") {
  QueriesWorld world;
  world.brokers.description.tasks.clear();
  world.ask("key", 2s);
  REQUIRE(world.answered(4s));
  REQUIRE(!world.told->has_value());
  EXPECT(world.told->error().code == ErrorCode::NOT_OWNER);
}

TEST_CASE("what can never be answered is said at once") {
  QueriesWorld world;
  world.one->refusal = Error{ErrorCode::NOT_FOUND, "no such store"};
  world.ask("key");
  REQUIRE(world.answered(1s));
  EXPECT(world.told->error().code == ErrorCode::NOT_FOUND);
  EXPECT(world.one->asked.size() == 1);
}

TEST_CASE("a range comes with its entries, and says whether there are more") {
  QueriesWorld world;
  wire::RangeTold said{.entries = {{"a", "1"}, {"b", "2"}}, .more = true};
  world.one->value = wire::encode(said);
  std::optional<Result<ToldRange>> told;
  world.queries.ask(RangeQuestion{.app = "seats", .at = kAsked, .store = "users", .prefix = "a"},
                    5s, [&](Result<ToldRange> answer) { told = std::move(answer); });
  REQUIRE(world.brokers.run_until([&] { return told.has_value(); }));
  REQUIRE(told->has_value());
  EXPECT((*told)->entries == std::vector<ToldRange::Entry>{{"a", "1"}, {"b", "2"}});
  EXPECT((*told)->more);
  EXPECT(world.one->asked.at(0).query == "range users");
}

TEST_CASE("a question that is passed on says so") {
  QueriesWorld world;
  std::optional<Result<net::Message>> told;
  world.queries.forward(
      {.app = "seats", .space = kAsked.space, .partition = kAsked.partition, .query = "get events"},
      Buffer::copy_of(as_bytes("key")), 5s,
      [&](Result<net::Message> answer) { told = std::move(answer); });
  REQUIRE(world.brokers.run_until([&] { return told.has_value(); }));
  EXPECT(told->has_value());
  EXPECT(world.one->asked.at(0).forwarded);
}

}  // namespace
}  // namespace usher::client
