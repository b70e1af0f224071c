// The disks of production as a test drives them: in a directory of their own that goes with the
// test, on a scheduler that the test's thread runs, bounded in real time only so that a broken test
// ends.
#pragma once

#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "broker/io/choose_disk.h"
#include "broker/io/directory.h"
#include "proto/base/clock.h"
#include "proto/base/scheduler.h"
#include "proto/base/system_clock.h"

namespace usher::io {

// Empty, and somewhere below $TMPDIR.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

// A reactor of posts and one watched descriptor. Disks ask for no timers.
class PollScheduler final : public Scheduler {
 public:
  PollScheduler();
  ~PollScheduler() override;
  PollScheduler(const PollScheduler&) = delete;
  PollScheduler& operator=(const PollScheduler&) = delete;

  const Clock& clock() const override { return clock_; }
  void post(Callback callback) override;
  TimerId after(Duration delay, Callback callback) override;
  bool cancel(TimerId timer) override;

  // Of the disk, as the reactor of production watches it. -1: none.
  void watch(int fd, std::function<void()> on_readable);
  // Runs what is due, waiting at most so long for something.
  void run_one(Duration wait);

 private:
  SystemClock clock_;
  int posted_fd_;
  std::mutex mutex_;
  std::deque<Callback> posted_;
  int watched_fd_ = -1;
  std::function<void()> on_readable_;
};

class RealDiskFixture {
 public:
  using Make = std::function<ChosenDisk(Scheduler&, const std::string&)>;
  RealDiskFixture(Make make, std::string directory);
  Disk& disk() { return *chosen_.disk; }
  const std::string& directory() const { return directory_; }
  bool run_until(const std::function<bool()>& done);
  // Long enough for whatever is due now to happen.
  void settle();
  void destroy_disk();
  // A new disk over the same files.
  void restart();

 private:
  Make make_;
  std::string directory_;
  PollScheduler scheduler_;
  ChosenDisk chosen_;
};

ChosenDisk make_uring_disk(Scheduler& scheduler, const std::string& directory);
ChosenDisk make_thread_disk(Scheduler& scheduler, const std::string& directory);

class UringFixture : private TemporaryDirectory, public RealDiskFixture {
 public:
  UringFixture() : RealDiskFixture(make_uring_disk, TemporaryDirectory::path()) {}
};

class ThreadFixture : private TemporaryDirectory, public RealDiskFixture {
 public:
  ThreadFixture() : RealDiskFixture(make_thread_disk, TemporaryDirectory::path()) {}
};

// A file system of a few MiB in memory, that only root may mount; it goes with the process at the
// latest.
class SmallFileSystem {
 public:
  SmallFileSystem(const std::string& at, size_t bytes);
  ~SmallFileSystem();
  bool is_mounted() const { return mounted_; }

 private:
  std::string at_;
  bool mounted_ = false;
};

}  // namespace usher::io
