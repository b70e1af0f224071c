#include "tests/contract/real_disk_fixture.h"

#include <array>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>
#include <poll.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/mount.h>
#include <unistd.h>

#include "broker/io/thread_disk.h"
#include "broker/io/uring_disk.h"
#include "broker/io/uring_ring.h"
#include "proto/base/check.h"

namespace usher::io {

TemporaryDirectory::TemporaryDirectory() {
  std::string name = (std::filesystem::temp_directory_path() / "usher-XXXXXX").string();
  CHECK(::mkdtemp(name.data()), "no temporary directory can be made");
  path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

// --- the scheduler ---

PollScheduler::PollScheduler() : posted_fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

PollScheduler::~PollScheduler() { ::close(posted_fd_); }

void PollScheduler::post(Callback callback) {
  std::lock_guard lock(mutex_);
  posted_.push_back(std::move(callback));
  ::eventfd_write(posted_fd_, 1);
}

Scheduler::TimerId PollScheduler::after(Duration /*delay*/, Callback /*callback*/) {
  CHECK(false, "no disk asks for time");
  return {};
}

bool PollScheduler::cancel(TimerId /*timer*/) { return false; }

void PollScheduler::watch(int fd, std::function<void()> on_readable) {
  watched_fd_ = fd;
  on_readable_ = std::move(on_readable);
}

void PollScheduler::run_one(Duration wait) {
  std::array<pollfd, 2> fds{pollfd{posted_fd_, POLLIN, 0}, pollfd{watched_fd_, POLLIN, 0}};
  auto wait_ms = std::chrono::duration_cast<std::chrono::milliseconds>(wait).count();
  if (::poll(fds.data(), fds.size(), static_cast<int>(wait_ms)) <= 0) return;
  if (fds[1].revents & POLLIN) {
    auto on_readable = on_readable_;
    on_readable();
  }
  eventfd_t counted = 0;
  if (fds[0].revents & POLLIN) ::eventfd_read(posted_fd_, &counted);
  for (; counted > 0; --counted) {
    Callback next;
    {
      std::lock_guard lock(mutex_);
      next = std::move(posted_.front());
      posted_.pop_front();
    }
    next();
  }
}

// --- the fixtures ---

RealDiskFixture::RealDiskFixture(Make make, std::string directory)
    : make_(std::move(make)), directory_(std::move(directory)) {
  restart();
}

void RealDiskFixture::restart() {
  destroy_disk();
  chosen_ = make_(scheduler_, directory_);
  if (chosen_.event_fd >= 0) scheduler_.watch(chosen_.event_fd, [this] { chosen_.on_readable(); });
}

void RealDiskFixture::destroy_disk() {
  scheduler_.watch(-1, {});
  chosen_.disk.reset();
}

bool RealDiskFixture::run_until(const std::function<bool()>& done) {
  constexpr Duration kAtMost = 20s;
  MonotonicTime end = scheduler_.clock().monotonic() + kAtMost;
  while (!done()) {
    if (scheduler_.clock().monotonic() > end) return false;
    scheduler_.run_one(100ms);
  }
  return true;
}

void RealDiskFixture::settle() {
  MonotonicTime end = scheduler_.clock().monotonic() + 20ms;
  while (scheduler_.clock().monotonic() < end) scheduler_.run_one(5ms);
}

ChosenDisk make_uring_disk(Scheduler& scheduler, const std::string& directory) {
  auto names = Directory::open(directory);
  auto ring = UringRing::create();
  CHECK(names && ring, "this machine has no io_uring to test");
  auto disk = std::make_unique<UringDisk>(scheduler, std::move(*names), std::move(*ring));
  UringDisk* watched = disk.get();
  return {.disk = std::move(disk),
          .why = {},
          .event_fd = watched->event_fd(),
          .on_readable = [watched] { watched->on_readable(); }};
}

ChosenDisk make_thread_disk(Scheduler& scheduler, const std::string& directory) {
  auto names = Directory::open(directory);
  CHECK(names.has_value());
  return {.disk = std::make_unique<ThreadDisk>(scheduler, std::move(*names)),
          .why = {},
          .event_fd = -1,
          .on_readable = {}};
}

// In a name space of this thread's own, so that nothing is left behind by a test that dies.
SmallFileSystem::SmallFileSystem(const std::string& at, size_t bytes) : at_(at) {
  if (::unshare(CLONE_NEWNS) != 0) return;
  if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return;
  std::string options = fmt::format("size={}", bytes);
  mounted_ = ::mount("usher-test", at_.c_str(), "tmpfs", 0, options.c_str()) == 0;
}

SmallFileSystem::~SmallFileSystem() {
  if (mounted_) ::umount2(at_.c_str(), MNT_DETACH);
}

}  // namespace usher::io
