#include "client/admin.h"

#include "client/attempts.h"

#include "tests/doctest.h"
#include "tests/unit/client/fake_cluster.h"

namespace usher::client {
namespace {

// Found by seed 23734 of the simulated clusters: an admin was told that surely no space was made.
TEST_CASE("a change that was done and is shown by nobody is not told as one that was refused") {
  FakeCluster brokers;
  auto cluster = brokers.connect();
  std::optional<Result<MetadataPtr>> known;
  cluster->refresh(5s, [&](Result<MetadataPtr> metadata) { known = std::move(metadata); });
  REQUIRE(brokers.run_until([&] { return known.has_value(); }));
  brokers.no_metadata = Error{ErrorCode::STALE_METADATA, "the log is not read yet"};
  std::optional<Result<void>> outcome;
  change(*cluster, wire::DeleteSpaceRequest{.name = "s"}, 5s,
         [&](Result<void> told) { outcome = std::move(told); });
  REQUIRE(brokers.run_until([&] { return outcome.has_value(); }));
  EXPECT(brokers.changes == 1);
  REQUIRE(!*outcome);
  EXPECT(outcome_of(outcome->error()) == Outcome::kUnknown);
  EXPECT(outcome->error().detail.contains("it was done"));
}

}  // namespace
}  // namespace usher::client
