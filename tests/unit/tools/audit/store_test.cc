// Stores of a daemon held against the log: as they are, edited, behind, of another log.
#include "processors/state/rocksdb_store.h"
#include "proto/base/limits.h"
#include "tools/audit/verify.h"

#include "tests/doctest.h"
#include "tests/unit/tools/audit/sale.h"

namespace usher::audit {
namespace {

struct StoreBench {
  StoreBench() {
    sale.run();
    write_directory(scratch.path("broker"), sale.batches());
  }

  // The owner's store as a daemon leaves it on its disk.
  void keep_store() {
    auto store = open();
    std::vector<std::pair<std::string, std::string>> entries;
    auto snapshot = sale.driver().store().snapshot();
    REQUIRE(snapshot->next(SIZE_MAX, [&](std::string_view key, std::string_view value) {
      entries.emplace_back(key, value);
      return true;
    }));
    std::vector<state::Change> changes;
    for (const auto& [key, value] : entries) changes.push_back({key, value});
    REQUIRE(store->write(changes, snapshot->stamp()));
  }
  std::unique_ptr<state::RocksdbStore> open() {
    std::filesystem::create_directories(scratch.path("state/seats-1"));
    auto store = state::RocksdbStore::open(scratch.path("state/seats-1/0"), budget);
    REQUIRE(store.has_value());
    return std::move(*store);
  }
  std::string first_key() {
    std::string first;
    auto snapshot = sale.driver().store().snapshot();
    REQUIRE(snapshot->next(1, [&](std::string_view key, std::string_view) {
      first = key;
      return true;
    }));
    return first;
  }

  VerifyReport verified() {
    Findings findings;
    auto directory = DataDirectory::open(scratch.path("broker"), findings);
    REQUIRE(directory.has_value());
    OfflineLogs logs({*directory}, {scratch.path("state")}, Catalog(sale_metadata()));
    auto report = verify(logs, {});
    REQUIRE(report.has_value());
    return std::move(*report);
  }

  Sale sale;
  Scratch scratch;
  state::RocksdbBudget budget{{.cache_bytes = limits::kMiB, .write_buffer_bytes = limits::kMiB}};
};

TEST_CASE("a store that holds what the log gives matches") {
  StoreBench bench;
  bench.keep_store();
  VerifyReport report = bench.verified();
  EXPECT(report.findings.count() == 0);
  EXPECT(report.stores_compared == 1);
  EXPECT(state_of(report) == "match");
}

TEST_CASE("without a store nothing is said of it") {
  StoreBench bench;
  VerifyReport report = bench.verified();
  EXPECT(report.findings.count() == 0);
  EXPECT(state_of(report) == "unavailable");
}

TEST_CASE("an entry edited in RocksDB is found, though the stamp is as it was") {
  StoreBench bench;
  bench.keep_store();
  {
    auto store = bench.open();
    state::Stamp stamp = store->stamp();
    std::string key = bench.first_key();
    REQUIRE(store->write(std::vector<state::Change>{{key, "edited"}}, stamp));
  }
  VerifyReport report = bench.verified();
  REQUIRE(report.findings.count(Kind::kStore) == 1);
  EXPECT(report.findings.count() == 1);
  EXPECT(report.findings.listed()[0].detail.contains("state/seats-1/0"));
  EXPECT(state_of(report) == "differs");
}

TEST_CASE("an entry taken out of RocksDB, and one put in, are found") {
  for (bool taken : {true, false}) {
    StoreBench bench;
    bench.keep_store();
    {
      auto store = bench.open();
      state::Stamp stamp = store->stamp();
      std::string key = bench.first_key();
      if (!taken) key += "x";
      std::optional<std::string_view> value;
      if (!taken) value = "new";
      REQUIRE(store->write(std::vector<state::Change>{{key, value}}, stamp));
    }
    EXPECT(state_of(bench.verified()) == "differs");
  }
}

TEST_CASE("a store that is behind is compared where it stands") {
  StoreBench bench;
  bench.keep_store();
  bench.sale.reserve("jazz", "late", 1);
  write_directory(bench.scratch.path("broker"), bench.sale.batches());
  VerifyReport report = bench.verified();
  EXPECT(report.findings.count() == 0);
  EXPECT(state_of(report) == "match");
}

TEST_CASE("a store of another log is named as that") {
  StoreBench bench;
  bench.keep_store();
  {
    auto store = bench.open();
    state::Stamp stamp = store->stamp();
    stamp.chain = sha256(as_bytes("another"));
    REQUIRE(store->write({}, stamp));
  }
  VerifyReport report = bench.verified();
  REQUIRE(report.findings.count(Kind::kStore) == 1);
  EXPECT(report.findings.listed()[0].detail.contains("another log"));
}

TEST_CASE("a store ahead of the copied log is remarked, not accused") {
  StoreBench bench;
  size_t before = bench.sale.batches().size();
  bench.sale.reserve("jazz", "late", 1);
  bench.keep_store();
  Log cut(bench.sale.batches().begin(), bench.sale.batches().begin() + long(before));
  write_directory(bench.scratch.path("broker"), cut);
  VerifyReport report = bench.verified();
  EXPECT(report.findings.count(Kind::kStore) == 0);
  EXPECT(state_of(report) == "unavailable");
  REQUIRE(!report.findings.remarks().empty());
  EXPECT(report.findings.remarks().back().contains("not compared"));
}

}  // namespace
}  // namespace usher::audit
