// What every Disk must do. A fixture has disk(), run_until(condition) which runs callbacks until it
// holds, settle() which lets what is due happen, destroy_disk(), and restart() which makes a new
// disk over the same files. What a crash may take only the simulated disk can show
// (tests/unit/sim/sim_disk_test.cc).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "broker/io/disk.h"

#include "tests/contract/disk_calls.h"
#include "tests/doctest.h"

namespace usher::io {

template <class Fixture>
void disk_keeps_bytes(OpenOptions create) {
  Fixture fixture;
  DiskCalls calls(fixture);
  auto file = calls.open("file", create);
  size_t size = 3 * kSector;

  SUBCASE("what was written is read back, durable or not, also after a restart") {
    EXPECT(calls.write(*file, 0, pattern(size, 1)).has_value());
    EXPECT(calls.write(*file, size, pattern(size, 2), Durability::kCached).has_value());
    EXPECT(calls.sync(*file).has_value());
    EXPECT(equal(calls.read(*file, 0, size), pattern(size, 1)));
    EXPECT(equal(calls.read(*file, size, size), pattern(size, 2)));
    EXPECT(equal(calls.read(*file, kSector, kSector), pattern(size, 1).slice(kSector, kSector)));
    file.reset();
    fixture.restart();
    file = calls.open("file", {.mode = OpenMode::kRead, .direct = create.direct});
    EXPECT(equal(calls.read(*file, size, size), pattern(size, 2)));
  }
  SUBCASE("what is written over is gone") {
    EXPECT(calls.write(*file, 0, pattern(size, 1)).has_value());
    EXPECT(calls.write(*file, kSector, pattern(kSector, 2)).has_value());
    Buffer read = calls.read(*file, 0, size);
    EXPECT(equal(read.slice(0, kSector), pattern(size, 1).slice(0, kSector)));
    EXPECT(equal(read.slice(kSector, kSector), pattern(kSector, 2)));
    EXPECT(equal(read.slice(2 * kSector, kSector), pattern(size, 1).slice(2 * kSector, kSector)));
  }
  SUBCASE("a read gives fewer bytes only where the file ends") {
    EXPECT(calls.write(*file, 0, pattern(size, 1)).has_value());
    EXPECT(calls.read(*file, 2 * kSector, 2 * kSector).size() == kSector);
    EXPECT(calls.read(*file, size, kSector).empty());
    EXPECT(calls.read(*file, 100 * kSector, kSector).empty());
    EXPECT(calls.read(*file, 0, 0).empty());
    EXPECT(calls.resize(*file, size - 100).has_value());
    EXPECT(equal(calls.read(*file, 0, 2 * size), pattern(size, 1).slice(0, size - 100)));
  }
  SUBCASE("where nothing was written there are zeros") {
    EXPECT(calls.write(*file, 4 * kSector, pattern(kSector, 1)).has_value());
    EXPECT(is_zeros(calls.read(*file, 0, 4 * kSector)));
    EXPECT(calls.list("") == "file:20480");
  }
  SUBCASE("a file that is made longer has zeros there, whatever stood there before") {
    EXPECT(calls.write(*file, 0, pattern(size, 1)).has_value());
    EXPECT(calls.resize(*file, kSector / 2).has_value());
    EXPECT(calls.list("") == "file:2048");
    EXPECT(calls.resize(*file, 2 * size).has_value());
    EXPECT(calls.list("") == "file:24576");
    Buffer read = calls.read(*file, 0, 2 * size);
    REQUIRE(read.size() == 2 * size);
    EXPECT(equal(read.slice(0, kSector / 2), pattern(size, 1).slice(0, kSector / 2)));
    EXPECT(is_zeros(read.slice(kSector / 2, 2 * size - kSector / 2)));
  }
  SUBCASE("8 MiB are written and read as one") {
    constexpr size_t kLarge = 8 << 20;
    EXPECT(calls.write(*file, kSector, pattern(kLarge, 3)).has_value());
    EXPECT(equal(calls.read(*file, kSector, kLarge), pattern(kLarge, 3)));
  }
  SUBCASE("the bytes of a write are let go of before it is answered") {
    for (Durability durability : {Durability::kCached, Durability::kDurable}) {
      Buffer bytes = pattern(size, 1);
      bool gone = false;
      bool answered = false;
      Buffer lent = Buffer::of(
          {const_cast<std::byte*>(bytes.data()), [&gone](std::byte*) { gone = true; }}, size);
      file->write(0, std::move(lent), durability, [&](Result<void> result) {
        answered = true;
        EXPECT(result.has_value());
        EXPECT(gone);
      });
      EXPECT(fixture.run_until([&] { return answered; }));
    }
  }
  SUBCASE("many operations at once all end, whatever their order") {
    constexpr size_t kMany = 200;
    size_t written = 0;
    for (unsigned i = 0; i < kMany; ++i)
      file->write(i * kSector, pattern(kSector, i),
                  i % 3 == 0 ? Durability::kDurable : Durability::kCached,
                  [&](Result<void> result) { written += result.has_value(); });
    file->sync([&](Result<void> result) { written += result.has_value(); });
    REQUIRE(fixture.run_until([&] { return written == kMany + 1; }));
    size_t right = 0;
    for (unsigned i = 0; i < kMany; ++i)
      file->read(i * kSector, kSector, [&, i](Result<Buffer> read) {
        right += read.has_value() && equal(*read, pattern(kSector, i));
      });
    EXPECT(fixture.run_until([&] { return right == kMany; }));
  }
  SUBCASE("a buffer is kept until it is written, whoever lets go of it") {
    bool written = false;
    {
      Buffer bytes = pattern(size, 4);
      file->write(0, bytes, Durability::kDurable,
                  [&](Result<void> result) { written = result.has_value(); });
    }
    REQUIRE(fixture.run_until([&] { return written; }));
    EXPECT(equal(calls.read(*file, 0, size), pattern(size, 4)));
  }
}

template <class Fixture>
void disk_takes_any_bytes_through_the_cache() {
  Fixture fixture;
  DiskCalls calls(fixture);
  auto file = calls.open("file", kNewCached);
  Buffer odd = pattern(10'000, 1).slice(7, 9'001);
  EXPECT(calls.write(*file, 13, odd).has_value());
  EXPECT(equal(calls.read(*file, 13, 9'001), odd));
  EXPECT(equal(calls.read(*file, 14, 10), odd.slice(1, 10)));
  EXPECT(calls.list("") == "file:9014");
}

template <class Fixture>
void disk_keeps_names() {
  Fixture fixture;
  DiskCalls calls(fixture);

  SUBCASE("files are listed by name, with their sizes and without directories") {
    EXPECT(calls.list("").empty());
    EXPECT(calls.make_directory("b-directory").has_value());
    for (std::string name : {"c", "a", "b", "b-directory/d"}) calls.open(name, kNewDirect);
    auto file = calls.open("a", kWriteDirect);
    EXPECT(calls.write(*file, 0, pattern(kSector, 1)).has_value());
    EXPECT(calls.list("") == "a:4096 b:0 c:0");
    EXPECT(calls.list("b-directory") == "d:0");
    fixture.settle();
  }
  SUBCASE("directories are made with all above them, and made again without complaint") {
    EXPECT(calls.make_directory("a/b/c").has_value());
    EXPECT(calls.make_directory("a/b/c").has_value());
    EXPECT(calls.make_directory("a/b").has_value());
    calls.open("a/b/c/file", kNewCached);
    EXPECT(calls.list("a/b/c") == "file:0");
    EXPECT(calls.list("a").empty());
  }
  SUBCASE("a file that is to be new must not be there") {
    calls.open("file", kNewDirect);
    auto again = calls.try_open("file", kNewDirect);
    REQUIRE(!again.has_value());
    EXPECT(again.error().code == ErrorCode::IO_FAILED);
    EXPECT(again.error().detail.find("file: File exists") != std::string::npos);
  }
  SUBCASE("what is not there is an error that names it") {
    for (OpenOptions options : {kReadDirect, kReadCached, kWriteDirect}) {
      auto file = calls.try_open("no-such-file", options);
      REQUIRE(!file.has_value());
      EXPECT(file.error().code == ErrorCode::IO_FAILED);
      EXPECT(file.error().detail.find("no-such-file: No such file") != std::string::npos);
    }
    EXPECT(!calls.try_open("no-such-directory/file", kNewDirect).has_value());
    auto list = calls.try_list("no-such-directory");
    REQUIRE(!list.has_value());
    EXPECT(list.error().detail.find("no-such-directory") != std::string::npos);
    EXPECT(!calls.sync_directory("no-such-directory").has_value());
    EXPECT(!calls.rename("no-such-file", "other").has_value());
  }
  SUBCASE("a rename replaces what has the name") {
    EXPECT(calls.make_directory("directory").has_value());
    auto file = calls.open("new", kNewDirect);
    EXPECT(calls.write(*file, 0, pattern(kSector, 1)).has_value());
    calls.open("directory/old", kNewDirect);
    EXPECT(calls.rename("new", "directory/old").has_value());
    EXPECT(calls.list("").empty());
    EXPECT(calls.list("directory") == "old:4096");
    EXPECT(equal(calls.read(*file, 0, kSector), pattern(kSector, 1)));
    EXPECT(calls.sync_directory("").has_value());
    EXPECT(calls.sync_directory("directory").has_value());
    file.reset();
    fixture.restart();
    EXPECT(calls.list("directory") == "old:4096");
  }
  SUBCASE("a file is removed once or more; whoever has it open still reads it") {
    auto file = calls.open("file", kNewDirect);
    EXPECT(calls.write(*file, 0, pattern(kSector, 1)).has_value());
    EXPECT(calls.remove("file").has_value());
    EXPECT(calls.remove("file").has_value());
    EXPECT(calls.remove("never-was").has_value());
    EXPECT(calls.list("").empty());
    EXPECT(equal(calls.read(*file, 0, kSector), pattern(kSector, 1)));
    calls.open("file", kNewDirect);
  }
}

// Says when it goes.
inline std::shared_ptr<int> watched() { return std::make_shared<int>(7); }

template <class Fixture>
void disk_lets_go() {
  Fixture fixture;
  DiskCalls calls(fixture);
  auto file = calls.open("file", kNewDirect);
  EXPECT(calls.write(*file, 0, pattern(4 * kSector, 1)).has_value());
  auto held = watched();
  int called = 0;
  auto ask_everything = [&] {
    for (unsigned i = 0; i < 20; ++i) {
      file->write(i * kSector, pattern(kSector, 2), Durability::kDurable,
                  [&called, held](Result<void>) { ++called; });
      file->read((100 + i) * kSector, kSector, [&called, held](Result<Buffer>) { ++called; });
    }
    file->sync([&called, held](Result<void>) { ++called; });
    file->resize(200 * kSector, [&called, held](Result<void>) { ++called; });
  };

  SUBCASE("a file that goes calls nobody, and lets go of what the answers held") {
    ask_everything();
    file.reset();
    EXPECT(held.use_count() == 1);
    fixture.settle();
    EXPECT(called == 0);
  }
  SUBCASE("a file that goes leaves its operations to their end") {
    file->write(0, pattern(4 * kSector, 3), Durability::kDurable, [](Result<void>) {});
    file.reset();
    fixture.settle();
    fixture.restart();
    file = calls.open("file", kReadDirect);
    EXPECT(equal(calls.read(*file, 0, 4 * kSector), pattern(4 * kSector, 3)));
  }
  SUBCASE("a disk that goes calls nobody, and lets go of what the answers held") {
    ask_everything();
    fixture.disk().list("", [&called, held](Result<std::vector<FileInfo>>) { ++called; });
    fixture.disk().open("file", kReadDirect,
                        [&called, held](Result<std::unique_ptr<File>>) { ++called; });
    file.reset();
    fixture.destroy_disk();
    EXPECT(held.use_count() == 1);
    fixture.settle();
    EXPECT(called == 0);
  }
  SUBCASE("a disk that goes takes along the files that its answers hold") {
    File& asked = *file;
    std::shared_ptr<File> shared(file.release());
    asked.sync([shared, held](Result<void>) {});
    fixture.disk().sync_directory("", [shared, held](Result<void>) {});
    shared.reset();
    fixture.destroy_disk();
    EXPECT(held.use_count() == 1);
  }
  SUBCASE("an answer may destroy the file that was asked") {
    ask_everything();
    file->read(150 * kSector, kSector, [&](Result<Buffer>) { file.reset(); });
    EXPECT(fixture.run_until([&] { return file == nullptr; }));
    int before = called;
    fixture.settle();
    EXPECT(called == before);
  }
  SUBCASE("an answer may destroy the disk") {
    ask_everything();
    bool gone = false;
    file->read(150 * kSector, kSector, [&](Result<Buffer>) {
      file.reset();
      fixture.destroy_disk();
      gone = true;
    });
    EXPECT(fixture.run_until([&] { return gone; }));
    EXPECT(held.use_count() == 1);
  }
}

template <class Fixture>
void disk_makes_zeroed_files() {
  Fixture fixture;
  DiskCalls calls(fixture);
  constexpr uint64_t kSize = (5 << 19) + kSector;  // not a whole number of writes

  SUBCASE("a zeroed file has its size and nothing but zeros, and can be written") {
    auto file = calls.create_zeroed("journal", kSize);
    REQUIRE(file.has_value());
    EXPECT(is_zeros(calls.read(**file, 0, kSize)));
    EXPECT(calls.list("") == "journal:" + std::to_string(kSize));
    EXPECT(calls.write(**file, kSector, pattern(kSector, 1)).has_value());
    EXPECT(equal(calls.read(**file, kSector, kSector), pattern(kSector, 1)));
  }
  SUBCASE("what an earlier attempt left is replaced, and what has the name") {
    EXPECT(calls.make_directory("d").has_value());
    auto left = calls.open("d/journal.new", kNewDirect);
    EXPECT(calls.write(*left, 0, pattern(kSector, 1)).has_value());
    calls.open("d/journal", kNewDirect);
    auto file = calls.create_zeroed("d/journal", kSize);
    REQUIRE(file.has_value());
    EXPECT(is_zeros(calls.read(**file, 0, kSize)));
    EXPECT(calls.list("d") == "journal:" + std::to_string(kSize));
  }
  SUBCASE("where it cannot be made, the error names it") {
    auto file = calls.create_zeroed("no-such-directory/journal", kSize);
    REQUIRE(!file.has_value());
    EXPECT(file.error().detail.find("no-such-directory/journal") != std::string::npos);
  }
}

// On a disk with room for 4 MiB.
template <class Fixture>
void full_disk_contract() {
  Fixture fixture;
  if (!fixture.is_there()) {
    DOCTEST_MESSAGE("skipped: only root can make a small file system");
    return;
  }
  DiskCalls calls(fixture);
  auto file = calls.open("file", kNewDirect);
  EXPECT(calls.write(*file, 0, pattern(kSector, 1)).has_value());

  SUBCASE("what there is no room for is refused as such, and names the file") {
    for (Durability durability : {Durability::kDurable, Durability::kCached}) {
      auto written = calls.write(*file, kSector, pattern(8 << 20, 2), durability);
      REQUIRE(!written.has_value());
      EXPECT(written.error().code == ErrorCode::DISK_FULL);
      EXPECT(written.error().detail.find("file: No space left") != std::string::npos);
    }
    EXPECT(equal(calls.read(*file, 0, kSector), pattern(kSector, 1)));
    EXPECT(calls.write(*file, 0, pattern(kSector, 3)).has_value());
  }
  SUBCASE("it heals when room is made") {
    auto other = calls.open("other", kNewDirect);
    EXPECT(!calls.write(*other, 0, pattern(8 << 20, 2)).has_value());
    EXPECT(!calls.write(*file, kSector, pattern(1 << 20, 2)).has_value());
    other.reset();
    EXPECT(calls.remove("other").has_value());
    fixture.settle();
    EXPECT(calls.write(*file, kSector, pattern(1 << 20, 2)).has_value());
    EXPECT(equal(calls.read(*file, kSector, 1 << 20), pattern(1 << 20, 2)));
  }
  SUBCASE("a zeroed file that does not fit leaves nothing behind") {
    auto zeroed = calls.create_zeroed("journal", 8 << 20);
    REQUIRE(!zeroed.has_value());
    EXPECT(zeroed.error().code == ErrorCode::DISK_FULL);
    fixture.settle();
    EXPECT(calls.list("") == "file:4096");
    EXPECT(calls.create_zeroed("journal", 2 << 20).has_value());
  }
}

// All of the contract, inside a TEST_CASE.
template <class Fixture>
void disk_contract() {
  SUBCASE("past the page cache") { disk_keeps_bytes<Fixture>(kNewDirect); }
  SUBCASE("through the page cache") { disk_keeps_bytes<Fixture>(kNewCached); }
  SUBCASE("bytes of any size and memory") { disk_takes_any_bytes_through_the_cache<Fixture>(); }
  SUBCASE("names") { disk_keeps_names<Fixture>(); }
  SUBCASE("letting go") { disk_lets_go<Fixture>(); }
  SUBCASE("zeroed files") { disk_makes_zeroed_files<Fixture>(); }
}

}  // namespace usher::io
