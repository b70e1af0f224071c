#include "tests/sim/sim_disk.h"

#include <bit>
#include <set>

#include "tests/contract/disk_calls.h"
#include "tests/contract/sim_disk_fixture.h"

namespace usher::sim {
namespace {

using io::create_zeroed;
using io::Durability;
using io::is_zeros;
using io::kNewCached;
using io::kNewDirect;
using io::kReadDirect;
using io::kSector;
using io::pattern;
using Calls = io::DiskCalls<SimDiskFixture>;

constexpr uint64_t kSeeds = 200;

// How many of the 512 bytes at a time are those of `written`; the others are zeros.
size_t survivors(Bytes found, Bytes written) {
  size_t survived = 0;
  for (size_t at = 0; at < written.size(); at += 512) {
    Bytes piece = at + 512 <= found.size() ? found.subspan(at, 512) : Bytes();
    bool there = equal(piece, written.subspan(at, 512));
    EXPECT((there || is_zeros(piece)));
    survived += there;
  }
  return survived;
}

TEST_CASE("what a crash keeps is what was made safe, and of the rest any part") {
  std::set<size_t> kept;
  std::set<bool> name_kept;
  Buffer bytes = pattern(2 * kSector, 5);
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    SimDiskFixture fixture(seed);
    Calls calls(fixture);
    auto file = calls.create_zeroed("file", 8 * kSector);
    REQUIRE(file.has_value());
    EXPECT(calls.write(**file, 0, bytes).has_value());
    EXPECT(calls.write(**file, 2 * kSector, bytes, Durability::kCached).has_value());
    EXPECT(calls.sync(**file).has_value());
    EXPECT(calls.write(**file, 4 * kSector, bytes, Durability::kCached).has_value());
    calls.open("unsafe", kNewCached);
    file->reset();
    fixture.crash();

    auto again = calls.open("file", kReadDirect);
    EXPECT(equal(calls.read(*again, 0, 2 * kSector), bytes));
    EXPECT(equal(calls.read(*again, 2 * kSector, 2 * kSector), bytes));
    kept.insert(survivors(calls.read(*again, 4 * kSector, 2 * kSector), bytes));
    EXPECT(is_zeros(calls.read(*again, 6 * kSector, 2 * kSector)));
    name_kept.insert(calls.try_open("unsafe", kReadDirect).has_value());
  }
  // Nothing, all of it, and nearly everything between.
  EXPECT(kept.contains(0));
  EXPECT(kept.contains(16));
  EXPECT(kept.size() > 12);
  EXPECT(name_kept.size() == 2);
}

TEST_CASE("what is in flight when the power goes may be there, or not, or in part") {
  std::set<size_t> kept;
  Buffer bytes = pattern(2 * kSector, 5);
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    SimDiskFixture fixture(seed);
    Calls calls(fixture);
    auto file = calls.create_zeroed("file", 8 * kSector);
    REQUIRE(file.has_value());
    (*file)->write(0, bytes, Durability::kDurable, [](Result<void>) { FAIL("it was killed"); });
    file->reset();
    seed % 2 ? fixture.crash() : fixture.restart();
    auto again = calls.open("file", kReadDirect);
    kept.insert(survivors(calls.read(*again, 0, 2 * kSector), bytes));
  }
  EXPECT(kept.contains(0));
  EXPECT(kept.contains(16));
  EXPECT(kept.size() > 8);
}

TEST_CASE("a file that is renamed and not synced has its old name after a crash, or the new one") {
  std::set<std::string> seen;
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    SimDiskFixture fixture(seed);
    Calls calls(fixture);
    auto file = calls.open("file", kNewDirect);
    EXPECT(calls.write(*file, 0, pattern(kSector, 1)).has_value());
    calls.open("other", kNewDirect);
    EXPECT(calls.sync_directory("").has_value());
    EXPECT(calls.rename("file", "other").has_value());
    file.reset();
    fixture.crash();
    seen.insert(calls.list(""));
  }
  EXPECT(seen == std::set<std::string>{"file:4096 other:0", "other:4096"});
}

TEST_CASE("a directory that is synced keeps its names through a crash") {
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    SimDiskFixture fixture(seed);
    Calls calls(fixture);
    EXPECT(calls.make_directory("d").has_value());
    calls.open("d/a", kNewDirect);
    calls.open("d/b", kNewDirect);
    EXPECT(calls.rename("d/a", "d/c").has_value());
    EXPECT(calls.remove("d/b").has_value());
    EXPECT(calls.sync_directory("d").has_value());
    fixture.crash();
    EXPECT(calls.list("d") == "c:0");
  }
}

TEST_CASE("a zeroed file is there whole after a crash, or not at all") {
  std::set<std::string> seen;
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    SimDiskFixture fixture(seed);
    Calls calls(fixture);
    bool made = false;
    create_zeroed(fixture.disk(), "file", 4 << 20,
                  [&](Result<std::unique_ptr<io::File>> file) { made = file.has_value(); });
    fixture.loop().run_for(Random(seed).between(Duration::zero(), Duration(3ms)));
    fixture.crash();
    std::string list = calls.list("");
    bool whole = list.find("file:4194304") != std::string::npos;
    EXPECT((whole || list.find("file:") == std::string::npos));
    EXPECT((whole || !made));
    seen.insert(whole ? "whole" : list.empty() ? "nothing" : "unfinished");
    EXPECT(calls.create_zeroed("file", 4 << 20).has_value());
  }
  EXPECT(seen.size() == 3);
}

TEST_CASE("after a sync that failed, a later one that succeeds saves nothing") {
  std::set<size_t> kept;
  Buffer bytes = pattern(2 * kSector, 5);
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    SimDiskFixture fixture(seed);
    Calls calls(fixture);
    auto file = calls.create_zeroed("file", 4 * kSector);
    EXPECT(calls.write(**file, 0, bytes, Durability::kCached).has_value());
    fixture.platter().faults().fail_operation = fixture.platter().counts().operations;
    auto synced = calls.sync(**file);
    REQUIRE(!synced.has_value());
    EXPECT(synced.error().code == ErrorCode::IO_FAILED);
    EXPECT(calls.sync(**file).has_value());
    file->reset();
    fixture.crash();
    auto again = calls.open("file", kReadDirect);
    kept.insert(survivors(calls.read(*again, 0, 2 * kSector), bytes));
  }
  EXPECT(kept.contains(0));
  EXPECT(kept.size() > 8);
}

TEST_CASE("what is written durably is never undone by what was written before it") {
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    SimDiskFixture fixture(seed);
    Calls calls(fixture);
    auto file = calls.create_zeroed("file", 4 * kSector);
    EXPECT(calls.write(**file, 0, pattern(4 * kSector, 1), Durability::kCached).has_value());
    EXPECT(calls.write(**file, kSector, pattern(2 * kSector, 2)).has_value());
    file->reset();
    fixture.crash();
    auto again = calls.open("file", kReadDirect);
    EXPECT(equal(calls.read(*again, kSector, 2 * kSector), pattern(2 * kSector, 2)));
  }
}

TEST_CASE("operations in flight end in any order, the same for the same seed") {
  auto order_of = [](uint64_t seed) {
    SimDiskFixture fixture(seed);
    Calls calls(fixture);
    auto file = calls.open("file", kNewDirect);
    std::string order;
    for (char name = 'a'; name <= 'h'; ++name)
      file->read(0, kSector, [&order, name](Result<Buffer>) { order += name; });
    fixture.settle();
    return order;
  };
  std::set<std::string> orders;
  for (uint64_t seed = 0; seed < 20; ++seed) orders.insert(order_of(seed));
  EXPECT(orders.size() > 15);
  EXPECT(order_of(7) == order_of(7));
  EXPECT(order_of(7).size() == 8);
}

TEST_CASE(
    "whichever operation fails, making a zeroed file says so or has made it, and can be repeated") {
  uint64_t operations = 0;
  {
    SimDiskFixture fixture;
    Calls calls(fixture);
    EXPECT(calls.create_zeroed("file", 3 << 20).has_value());
    operations = fixture.platter().counts().operations;
  }
  // Remove, open, three writes, sync, rename, sync of the directory.
  EXPECT(operations == 8);
  for (uint64_t failing = 0; failing < operations; ++failing) {
    CAPTURE(failing);
    SimDiskFixture fixture;
    Calls calls(fixture);
    fixture.platter().faults().fail_operation = failing;
    auto made = calls.create_zeroed("file", 3 << 20);
    REQUIRE(!made.has_value());
    EXPECT(made.error().code == ErrorCode::IO_FAILED);
    EXPECT(calls.list("") == (failing == operations - 1 ? "file:3145728" : ""));
    auto again = calls.create_zeroed("file", 3 << 20);
    REQUIRE(again.has_value());
    EXPECT(calls.list("") == "file:3145728");
  }
}

TEST_CASE("damage is what was asked for, survives a crash and is counted") {
  SimDiskFixture fixture;
  Calls calls(fixture);
  Buffer bytes = pattern(4 * kSector, 1);
  for (std::string name : {"a", "b", "c"}) {
    auto file = calls.open(name, kNewDirect);
    EXPECT(calls.write(*file, 0, bytes).has_value());
  }
  EXPECT(calls.sync_directory("").has_value());
  SimPlatter& platter = fixture.platter();

  auto differing_bits = [&](std::string name) {
    auto file = calls.open(name, kReadDirect);
    Buffer found = calls.read(*file, 0, bytes.size());
    int bits = 0;
    for (size_t i = 0; i < found.size(); ++i)
      bits += std::popcount(std::to_integer<unsigned>(found.data()[i] ^ bytes.data()[i]));
    return bits;
  };
  platter.flip_bit("a", 5'000, 3);
  EXPECT(differing_bits("a") == 1);
  auto place = platter.flip_any_bit("b");
  REQUIRE(place.has_value());
  EXPECT(place->path == "b");
  EXPECT(differing_bits("b") == 1);
  EXPECT(!platter.flip_any_bit("no-such").has_value());
  platter.truncate("b", 1'000);
  platter.lose("c");
  EXPECT(calls.list("") == "a:16384 b:1000");
  fixture.crash();
  EXPECT(calls.list("") == "a:16384 b:1000");
  EXPECT(differing_bits("a") == 1);

  EXPECT(platter.counts().bits_flipped == 2);
  EXPECT(platter.counts().files_truncated == 1);
  EXPECT(platter.counts().files_lost == 1);
  EXPECT(platter.counts().crashes == 1);
  fixture.destroy_disk();
  platter.wipe();
  fixture.restart();
  EXPECT(calls.list("").empty());
  EXPECT(platter.counts().wipes == 1);
}

TEST_CASE("errors and slowness come as often as they were asked for, and are counted") {
  SimDiskFixture fixture;
  Calls calls(fixture);
  auto file = calls.open("file", kNewDirect);
  SimDiskFaults& faults = fixture.platter().faults();
  const SimDiskCounts& counts = fixture.platter().counts();
  faults = {.write_errors = 1'000, .sync_errors = 2'000, .read_errors = 3'000};
  uint64_t write_errors = 0, sync_errors = 0, read_errors = 0;
  for (int i = 0; i < 1'000; ++i) {
    write_errors += !calls.write(*file, 0, pattern(kSector, 1), Durability::kCached).has_value();
    sync_errors += !calls.sync(*file).has_value();
    file->read(0, kSector, [&](Result<Buffer> read) { read_errors += !read.has_value(); });
    fixture.settle();
  }
  EXPECT((write_errors > 50 && write_errors < 150));
  EXPECT((sync_errors > 150 && sync_errors < 250));
  EXPECT((read_errors > 250 && read_errors < 350));
  EXPECT(counts.write_errors == write_errors);
  EXPECT(counts.sync_errors == sync_errors);
  EXPECT(counts.read_errors == read_errors);

  faults = {.slow = 10'000, .slow_max = 10s};
  MonotonicTime before = fixture.loop().now();
  for (int i = 0; i < 10; ++i) EXPECT(calls.sync(*file).has_value());
  EXPECT(fixture.loop().now() - before > 10s);
  EXPECT(counts.slow == 10);
}

}  // namespace
}  // namespace usher::sim
