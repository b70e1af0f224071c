#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/base/limits.h"

#include "tests/contract/disk_calls.h"
#include "tests/contract/real_disk_fixture.h"

namespace usher::io {
namespace {

// Devices of the kernel that refuse what a good disk does not: paths that begin at the root leave
// the directory.
template <class Fixture>
void passes_on_what_the_kernel_says() {
  Fixture fixture;
  DiskCalls calls(fixture);
  Buffer bytes = pattern(kSector, 1);

  SUBCASE("no room") {
    auto file = calls.open("/dev/full", {.mode = OpenMode::kWrite, .direct = false});
    for (Durability durability : {Durability::kDurable, Durability::kCached}) {
      auto written = calls.write(*file, 0, bytes, durability);
      REQUIRE(!written.has_value());
      EXPECT(written.error().code == ErrorCode::DISK_FULL);
      EXPECT(written.error().detail.find("/dev/full: No space left") != std::string::npos);
    }
  }
  SUBCASE("a sync that fails fails the durable write before it, and not the other one") {
    auto file = calls.open("/dev/null", {.mode = OpenMode::kWrite, .direct = false});
    EXPECT(calls.write(*file, 0, bytes, Durability::kCached).has_value());
    auto written = calls.write(*file, 0, bytes, Durability::kDurable);
    auto synced = calls.sync(*file);
    for (const Result<void>* result : {&written, &synced}) {
      REQUIRE(!result->has_value());
      EXPECT(result->error().code == ErrorCode::IO_FAILED);
      EXPECT(result->error().detail.find("sync ") == 0);
      EXPECT(result->error().detail.find("/dev/null: Invalid argument") != std::string::npos);
    }
  }
  SUBCASE("a read that fails, and a write, name the path") {
    EXPECT(calls.make_directory("directory").has_value());
    auto directory = calls.open("directory", kReadCached);
    bool failed = false;
    directory->read(0, 100, [&](Result<Buffer> read) {
      failed = !read && read.error().code == ErrorCode::IO_FAILED &&
               read.error().detail.find("directory: Is a directory") != std::string::npos;
    });
    EXPECT(fixture.run_until([&] { return failed; }));
    calls.open("file", kNewCached);
    auto file = calls.open("file", kReadCached);
    auto written = calls.write(*file, 0, bytes);
    REQUIRE(!written.has_value());
    EXPECT(written.error().detail.find("file: Bad file descriptor") != std::string::npos);
    EXPECT(!calls.resize(*file, 100).has_value());
  }
  SUBCASE("a directory where a file stands") {
    calls.open("file", kNewCached);
    EXPECT(!calls.make_directory("file").has_value());
    EXPECT(!calls.make_directory("file/below").has_value());
    EXPECT(calls.make_directory("directory").has_value());
    EXPECT(!calls.remove("directory").has_value());
  }
}

TEST_CASE("what the kernel refuses is an error that names the path") {
  SUBCASE("io_uring") { passes_on_what_the_kernel_says<UringFixture>(); }
  SUBCASE("threads") { passes_on_what_the_kernel_says<ThreadFixture>(); }
}

// Far more than kernel, threads and queue take at once.
template <class Fixture>
void refuses_what_is_too_much() {
  Fixture fixture;
  DiskCalls calls(fixture);
  auto file = calls.open("file", kNewDirect);
  constexpr size_t kMany = 3 * limits::kDiskQueue;
  size_t done = 0;
  size_t refused = 0;
  // A pipe that nobody writes keeps every thread that opens it.
  std::string pipe = fixture.directory() + "/pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  for (size_t i = 0; i < limits::kDiskThreads; ++i)
    fixture.disk().open("pipe", kReadCached, [](Result<std::unique_ptr<File>>) {});
  for (size_t i = 0; i < kMany; ++i)
    file->read(0, kSector, [&](Result<Buffer> read) {
      if (read)
        ++done;
      else
        refused += read.error().code == ErrorCode::QUEUE_FULL;
    });
  EXPECT(done + refused == 0);
  int writer = ::open(pipe.c_str(), O_RDWR | O_CLOEXEC);
  REQUIRE(fixture.run_until([&] { return done + refused == kMany; }));
  ::close(writer);
  EXPECT(done >= limits::kDiskQueue - limits::kDiskThreads);
  EXPECT(refused >= limits::kDiskQueue);
  EXPECT(calls.write(*file, 0, pattern(kSector, 1)).has_value());
}

TEST_CASE("what is too much at once is refused, and nothing of it is done") {
  SUBCASE("io_uring") { refuses_what_is_too_much<UringFixture>(); }
  SUBCASE("threads") { refuses_what_is_too_much<ThreadFixture>(); }
}

}  // namespace
}  // namespace usher::io
