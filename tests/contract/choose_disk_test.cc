#include "broker/io/choose_disk.h"

#include <array>
#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <thread>

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "tests/contract/real_disk_fixture.h"
#include "tests/doctest.h"

namespace usher::io {
namespace {

// For the calling thread, as containers forbid it for a process.
bool forbid_io_uring(int with_errno) {
  std::array<sock_filter, 4> program{
      sock_filter BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_io_uring_setup, 0, 1),
      sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | static_cast<unsigned>(with_errno)),
      sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  sock_fprog filter{program.size(), program.data()};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

void write_and_read(RealDiskFixture& fixture) {
  bool right = false;
  std::unique_ptr<File> file;
  auto opened = [&](Result<std::unique_ptr<File>> made) {
    file = std::move(*made);
    file->write(0, Buffer::copy_of(as_bytes("seat")), Durability::kDurable, [&](Result<void>) {
      file->read(0, 10, [&](Result<Buffer> read) { right = as_text(*read) == "seat"; });
    });
  };
  fixture.disk().open("file", {.mode = OpenMode::kCreateNew, .direct = false}, opened);
  EXPECT(fixture.run_until([&] { return right; }));
}

TEST_CASE("a disk is made over io_uring where the system lets us") {
  TemporaryDirectory directory;
  RealDiskFixture fixture(
      [](Scheduler& scheduler, const std::string& path) {
        auto chosen = make_disk(scheduler, path);
        REQUIRE(chosen.has_value());
        EXPECT(chosen->disk->name() == "io_uring");
        EXPECT(chosen->why.empty());
        EXPECT(chosen->event_fd >= 0);
        return std::move(*chosen);
      },
      directory.path());
  write_and_read(fixture);
}

TEST_CASE("where io_uring is forbidden, or not known, threads do the same, and it is said why") {
  struct Refusal {
    int error;
    const char* why;
  };
  for (Refusal refusal : {Refusal{EPERM, "set up an io_uring: Operation not permitted"},
                          Refusal{ENOSYS, "set up an io_uring: Function not implemented"}}) {
    TemporaryDirectory directory;
    std::string name;
    std::string why;
    bool forbidden = false;
    std::thread([&] {
      forbidden = forbid_io_uring(refusal.error);
      if (!forbidden) return;
      RealDiskFixture fixture(
          [&](Scheduler& scheduler, const std::string& path) {
            auto chosen = make_disk(scheduler, path);
            name = chosen->disk->name();
            why = chosen->why;
            return std::move(*chosen);
          },
          directory.path());
      write_and_read(fixture);
    }).join();
    REQUIRE(forbidden);
    EXPECT(name == "pwrite");
    EXPECT(why == refusal.why);
  }
}

TEST_CASE("the directory of a disk is made with all above it, or the error names it") {
  TemporaryDirectory directory;
  PollScheduler scheduler;
  EXPECT(make_disk(scheduler, directory.path() + "/a/b/c").has_value());
  EXPECT(std::filesystem::is_directory(directory.path() + "/a/b/c"));
  EXPECT(make_disk(scheduler, directory.path() + "/a/b/c").has_value());
  auto wrong = make_disk(scheduler, "/dev/null/data");
  REQUIRE(!wrong.has_value());
  EXPECT(wrong.error().code == ErrorCode::IO_FAILED);
  EXPECT(wrong.error().detail == "make directory /dev/null/data: Not a directory");
}

}  // namespace
}  // namespace usher::io
