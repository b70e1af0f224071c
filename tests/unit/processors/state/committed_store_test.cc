// One suite for every committed store.
#include <filesystem>
#include <thread>

#include <fmt/format.h>
#include <unistd.h>

#include "processors/state/cached_store.h"
#include "processors/state/memory_store.h"
#include "processors/state/rocksdb_store.h"
#include "proto/base/limits.h"
#include "proto/base/system_clock.h"

#include "tests/doctest.h"

namespace usher::state {
namespace {

using Entries = std::vector<std::pair<std::string, std::string>>;

Entries entries(const CommittedStore& store, std::string_view from, std::string_view to) {
  Entries found;
  REQUIRE(store.scan(from, to, [&](std::string_view key, std::string_view value) {
    found.emplace_back(key, value);
    return true;
  }));
  return found;
}

Stamp stamp_at(uint64_t applied) {
  return {.applied = Offset(applied),
          .chain = sha256(as_bytes("chain")),
          .position = Offset(applied - 1),
          .next_step = StepNumber(7),
          .digest = {.low = 1, .high = 2},
          .unreleased = 3};
}

// A directory that goes when the test ends.
class Directory {
 public:
  Directory() {
    std::string name = (std::filesystem::temp_directory_path() / "usher-state-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Directory() { std::filesystem::remove_all(path_); }
  std::string path() const { return path_ + "/task"; }

 private:
  std::string path_;
};

struct RocksdbFixture {
  Directory directory;
  RocksdbBudget budget{{.cache_bytes = 8 * limits::kMiB, .write_buffer_bytes = 8 * limits::kMiB}};
  std::unique_ptr<RocksdbStore> store = open();

  std::unique_ptr<RocksdbStore> open() {
    auto opened = RocksdbStore::open(directory.path(), budget);
    REQUIRE(opened.has_value());
    return std::move(*opened);
  }
};

struct MemoryFixture {
  std::unique_ptr<MemoryStore> store = std::make_unique<MemoryStore>();
};

struct CachedFixture {
  MemoryStore below;
  std::unique_ptr<CachedStore> store = std::make_unique<CachedStore>(below);
};

DOCTEST_TEST_CASE_TEMPLATE("a committed store keeps what is written", Fixture, MemoryFixture,
                           CachedFixture, RocksdbFixture) {
  Fixture fixture;
  CommittedStore& store = *fixture.store;
  EXPECT(store.stamp() == Stamp());
  EXPECT(*store.get("0001a") == std::nullopt);

  std::vector<Change> changes = {{"0001b", "two"}, {"0001a", "one"}, {"0002a", ""}};
  REQUIRE(store.write(changes, stamp_at(10)));
  EXPECT(*store.get("0001a") == "one");
  EXPECT(*store.get("0002a") == "");
  EXPECT(entries(store, "0001", "0002") == Entries{{"0001a", "one"}, {"0001b", "two"}});
  EXPECT(store.stamp() == stamp_at(10));

  changes = {{"0001a", std::nullopt}, {"0001b", "x"}, {"0001b", "three"}};
  REQUIRE(store.write(changes, stamp_at(11)));
  EXPECT(entries(store, "0001", "0003") == Entries{{"0001b", "three"}, {"0002a", ""}});
  EXPECT(store.stamp() == stamp_at(11));

  REQUIRE(store.wipe());
  EXPECT(entries(store, "0000", "9").empty());
  EXPECT(store.stamp() == Stamp());
}

DOCTEST_TEST_CASE_TEMPLATE("a scan ends where its visitor says so", Fixture, MemoryFixture,
                           CachedFixture, RocksdbFixture) {
  Fixture fixture;
  REQUIRE(fixture.store->write(std::vector<Change>{{"0001a", "1"}, {"0001b", "2"}}, stamp_at(1)));
  int visited = 0;
  REQUIRE(fixture.store->scan("0001", "0002", [&](std::string_view, std::string_view) {
    ++visited;
    return false;
  }));
  EXPECT(visited == 1);
}

DOCTEST_TEST_CASE_TEMPLATE("a snapshot shows all entries of its moment, a few at a time", Fixture,
                           MemoryFixture, RocksdbFixture) {
  Fixture fixture;
  CommittedStore& store = *fixture.store;
  REQUIRE(store.write(std::vector<Change>{{"0001a", "1"}, {"0001b", "2"}, {"0002a", "3"}},
                      stamp_at(5)));
  std::unique_ptr<Snapshot> snapshot = store.snapshot();
  REQUIRE(store.write(std::vector<Change>{{"0001a", "9"}, {"0003c", "4"}}, stamp_at(6)));
  EXPECT(snapshot->stamp() == stamp_at(5));
  Entries seen;
  auto visit = [&](std::string_view key, std::string_view value) {
    seen.emplace_back(key, value);
    return true;
  };
  EXPECT(*snapshot->next(2, visit));
  EXPECT(seen.size() == 2);
  EXPECT(!*snapshot->next(2, visit));
  EXPECT(seen == Entries{{"0001a", "1"}, {"0001b", "2"}, {"0002a", "3"}});
}

TEST_CASE("RocksDB comes back with what was flushed and its stamp, and nothing newer") {
  RocksdbFixture fixture;
  REQUIRE(fixture.store->write(std::vector<Change>{{"0001a", "1"}, {"0001b", "2"}}, stamp_at(5)));
  REQUIRE(fixture.store->flush());
  REQUIRE(fixture.store->write(std::vector<Change>{{"0001a", "9"}}, stamp_at(6)));
  fixture.store->abandon();
  fixture.store.reset();
  fixture.store = fixture.open();
  EXPECT(*fixture.store->get("0001a") == "1");
  EXPECT(fixture.store->stamp() == stamp_at(5));
}

TEST_CASE("how far a store of RocksDB is can be told without opening it for writing") {
  RocksdbFixture fixture;
  REQUIRE(fixture.store->write(std::vector<Change>{{"0001a", "1"}}, stamp_at(5)));
  REQUIRE(fixture.store->flush());
  REQUIRE(fixture.store->write(std::vector<Change>{{"0001a", "9"}}, stamp_at(6)));
  fixture.store->abandon();
  fixture.store.reset();
  EXPECT(*RocksdbStore::stamp_in(fixture.directory.path()) == stamp_at(5));
  EXPECT(!RocksdbStore::stamp_in(fixture.directory.path() + "/none"));
}

TEST_CASE("what RocksDB was told to save outlives a process that is killed") {
  RocksdbFixture fixture;
  CachedStore cached(*fixture.store);
  REQUIRE(cached.write(std::vector<Change>{{"0001a", "1"}, {"0001b", "2"}}, stamp_at(5)));
  EXPECT(cached.unsaved() == 2);
  cached.save();
  EXPECT(cached.unsaved() == 0);
  // It is done behind the caller's back.
  auto is_saved = [&] {
    auto stamp = RocksdbStore::stamp_in(fixture.directory.path());
    return stamp && *stamp == stamp_at(5);
  };
  SystemClock clock;
  MonotonicTime until = clock.monotonic() + 10s;
  while (!is_saved() && clock.monotonic() < until) std::this_thread::yield();
  fixture.store->abandon();
  EXPECT(is_saved());
}

TEST_CASE("RocksDB closed in order comes back with everything") {
  RocksdbFixture fixture;
  REQUIRE(fixture.store->write(std::vector<Change>{{"0001a", "9"}}, stamp_at(6)));
  fixture.store.reset();
  fixture.store = fixture.open();
  EXPECT(*fixture.store->get("0001a") == "9");
  EXPECT(fixture.store->stamp() == stamp_at(6));
}

TEST_CASE("a stamp of another length is refused by name") {
  auto decoded = decode_stamp(encode_stamp(stamp_at(3)) + "x");
  REQUIRE(!decoded);
  EXPECT(decoded.error().code == ErrorCode::STATE_UNREADABLE);
}

TEST_CASE("what a cached store has read is what was written last, and gone when it is wiped") {
  CachedFixture fixture;
  CachedStore& store = *fixture.store;
  auto value = [&](std::string_view key) {
    auto got = store.get(key);
    REQUIRE(got.has_value());
    return got->value_or("none");
  };
  auto write = [&](std::string_view key, std::optional<std::string_view> what, uint64_t at) {
    Change change{key, what};
    REQUIRE(store.write({&change, 1}, stamp_at(at)));
  };
  write("0000a", "one", 1);
  EXPECT(value("0000a") == "one");
  write("0000a", "two", 2);
  EXPECT(value("0000a") == "two");
  std::string large(limits::kTaskCacheValueBytes + 1, 'x');
  write("0000a", large, 3);
  EXPECT(value("0000a") == large);
  write("0000a", "three", 4);
  EXPECT(value("0000a") == "three");
  write("0000a", std::nullopt, 5);
  EXPECT(value("0000a") == "none");
  write("0000a", "four", 6);
  EXPECT(value("0000a") == "four");
  // More keys than slots: each still has its own value.
  for (uint64_t i = 0; i < 3 * limits::kTaskCacheEntries; ++i)
    write(fmt::format("0000k{}", i), fmt::to_string(i), 7 + i);
  for (int again = 0; again < 2; ++again)
    for (uint64_t i = 0; i < 3 * limits::kTaskCacheEntries; ++i)
      EXPECT(value(fmt::format("0000k{}", i)) == fmt::to_string(i));
  REQUIRE(store.wipe());
  EXPECT(value("0000a") == "none");
}

}  // namespace
}  // namespace usher::state
