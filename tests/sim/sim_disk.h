// The simulated twin of the Disk: a SimPlatter behind a Scheduler. Every operation takes a time of
// its own, so that those in flight end in any order, and may fail as the platter's faults say.
// Ranges that overlap in flight, and memory that O_DIRECT would refuse, are bugs of the caller.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "broker/io/answers.h"
#include "broker/io/disk.h"
#include "proto/base/scheduler.h"

#include "tests/sim/sim_platter.h"

namespace usher::sim {

class SimDisk final : public io::Disk {
 public:
  // Scheduler and platter outlive it.
  SimDisk(Scheduler& scheduler, SimPlatter& platter);
  // As a process that is killed: of what is in flight some is carried out, some in part.
  ~SimDisk() override;

  std::string_view name() const override { return "simulated"; }
  void open(std::string path, io::OpenOptions options,
            io::Done<std::unique_ptr<io::File>> done) override;
  void list(std::string directory, io::Done<std::vector<io::FileInfo>> done) override;
  void make_directory(std::string path, io::Done<void> done) override;
  void remove(std::string path, io::Done<void> done) override;
  void rename(std::string from, std::string to, io::Done<void> done) override;
  void sync_directory(std::string path, io::Done<void> done) override;

  // Open now.
  size_t open_files() const { return open_files_; }

 private:
  friend class SimFile;
  enum class Kind : uint8_t { kWrite, kDurableWrite, kRead, kSync };
  // What happens when the time has come; told whether it is to fail.
  using Land = std::move_only_function<void(bool fails)>;
  struct Flight {
    Kind kind;
    Scheduler::TimerId timer;
    Land land;
  };

  void fly(Kind kind, Land land);
  void land(uint64_t flight);
  bool draw_failure(Kind kind);
  Duration draw_delay();
  template <class T>
  void fly_names(Kind kind, std::string_view doing, std::string path, io::Done<T> done,
                 std::move_only_function<Result<T>()> carry_out);

  Scheduler& scheduler_;
  SimPlatter& platter_;
  io::Answers answers_;
  std::map<uint64_t, Flight> flights_;
  uint64_t next_flight_ = 0;
  size_t open_files_ = 0;
};

}  // namespace usher::sim
