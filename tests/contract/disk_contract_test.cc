#include "tests/contract/disk_contract.h"

#include <csignal>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/contract/real_disk_fixture.h"
#include "tests/contract/sim_disk_fixture.h"

namespace usher::io {
namespace {

TEST_CASE("the io_uring disk keeps the disk's contract") { disk_contract<UringFixture>(); }

TEST_CASE("the disk of threads keeps the disk's contract") { disk_contract<ThreadFixture>(); }

TEST_CASE("the simulated disk keeps the disk's contract") { disk_contract<sim::SimDiskFixture>(); }

constexpr size_t kSmall = 4 << 20;

class SmallDiskFixture : private TemporaryDirectory {
 public:
  explicit SmallDiskFixture(RealDiskFixture::Make make)
      : file_system_(TemporaryDirectory::path(), kSmall),
        fixture_(std::move(make), TemporaryDirectory::path()) {}
  bool is_there() const { return file_system_.is_mounted(); }
  Disk& disk() { return fixture_.disk(); }
  bool run_until(const std::function<bool()>& done) { return fixture_.run_until(done); }
  void settle() { fixture_.settle(); }

 private:
  SmallFileSystem file_system_;
  RealDiskFixture fixture_;
};

struct SmallUringFixture : SmallDiskFixture {
  SmallUringFixture() : SmallDiskFixture(make_uring_disk) {}
};
struct SmallThreadFixture : SmallDiskFixture {
  SmallThreadFixture() : SmallDiskFixture(make_thread_disk) {}
};
struct SmallSimFixture : sim::SimDiskFixture {
  SmallSimFixture() { platter().faults().capacity_bytes = kSmall; }
  bool is_there() const { return true; }
};

TEST_CASE("the io_uring disk says when it is full, and heals") {
  full_disk_contract<SmallUringFixture>();
}

TEST_CASE("the disk of threads says when it is full, and heals") {
  full_disk_contract<SmallThreadFixture>();
}

TEST_CASE("the simulated disk says when it is full, and heals") {
  full_disk_contract<SmallSimFixture>();
}

// Does it end the process with a CHECK? It is tried in a child.
bool dies(const std::function<void()>& what) {
  pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    std::signal(SIGABRT, SIG_DFL);
    int nowhere = ::open("/dev/null", O_WRONLY);
    ::dup2(nowhere, STDERR_FILENO);
    ::dup2(nowhere, STDOUT_FILENO);
    what();
    ::_exit(0);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

template <class Fixture>
void refuses_what_is_not_sectors() {
  Fixture fixture;
  DiskCalls calls(fixture);
  auto direct = calls.open("direct", kNewDirect);
  auto write = [&](uint64_t offset, Buffer bytes) {
    return dies([&] { direct->write(offset, bytes, Durability::kDurable, [](Result<void>) {}); });
  };
  Buffer two = pattern(2 * kSector, 1);
  EXPECT(write(512, two));
  EXPECT(write(0, two.slice(0, 512)));
  EXPECT(write(0, two.slice(512, kSector)));
  EXPECT(dies([&] { direct->read(1, kSector, [](Result<Buffer>) {}); }));
  EXPECT(dies([&] { direct->read(0, 100, [](Result<Buffer>) {}); }));
  EXPECT(calls.write(*direct, 0, two).has_value());
}

TEST_CASE("past the page cache, what is not whole sectors is a bug of the caller on every disk") {
  SUBCASE("io_uring") { refuses_what_is_not_sectors<UringFixture>(); }
  SUBCASE("threads") { refuses_what_is_not_sectors<ThreadFixture>(); }
  SUBCASE("simulated") { refuses_what_is_not_sectors<sim::SimDiskFixture>(); }
}

TEST_CASE("a simulated disk finds callers that touch what is being written") {
  sim::SimDiskFixture fixture;
  DiskCalls calls(fixture);
  auto file = calls.open("file", kNewDirect);
  file->write(0, pattern(2 * kSector, 1), Durability::kDurable, [](Result<void>) {});
  EXPECT(dies([&] { file->read(kSector, kSector, [](Result<Buffer>) {}); }));
  EXPECT(dies([&] { file->write(0, pattern(kSector, 1), Durability::kCached, [](auto) {}); }));
  EXPECT(!dies([&] { file->read(2 * kSector, kSector, [](Result<Buffer>) {}); }));
}

}  // namespace
}  // namespace usher::io
