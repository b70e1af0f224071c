// A simulated machine's disk as it lies there: it belongs to the test and survives whatever happens
// to the machine. A SimDisk is attached to it while a process runs. The test breaks it here, and
// reads here how often each kind of fault was hit.
//
//     kill -9: destroy the SimDisk                                    what was flying: any part
//     power loss: destroy the SimDisk, crash()                        what was not safe: any part
//     an empty disk: destroy the SimDisk, wipe()
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "broker/io/disk.h"
#include "proto/base/random.h"
#include "proto/base/time.h"

#include "tests/sim/sim_inode.h"

namespace usher::sim {

// What may be changed at any time. Chances are in 10,000 operations.
struct SimDiskFaults {
  Duration delay_min = 20us;
  Duration delay_max = 300us;
  // An operation that takes up to slow_max.
  uint32_t slow = 0;
  Duration slow_max = 1s;
  uint32_t write_errors = 0;
  uint32_t sync_errors = 0;
  uint32_t read_errors = 0;
  // Whoever wants more gets DISK_FULL.
  std::optional<uint64_t> capacity_bytes = {};
  // The operation of this number fails, the first being 0: see SimDiskCounts::operations.
  std::optional<uint64_t> fail_operation = {};
};

struct SimDiskCounts {
  uint64_t operations = 0;
  uint64_t slow = 0;
  uint64_t write_errors = 0;
  uint64_t sync_errors = 0;
  uint64_t read_errors = 0;
  uint64_t full = 0;
  uint64_t crashes = 0;
  SimLosses losses;
  uint64_t names_lost = 0;  // changes of names that a crash undid
  uint64_t bits_flipped = 0;
  uint64_t files_truncated = 0;
  uint64_t files_lost = 0;
  uint64_t wipes = 0;
};

struct SimPlace {
  std::string path;
  uint64_t byte = 0;
};

class SimPlatter {
 public:
  using Number = SimInode::Number;

  // tear_bytes: what the disk writes as a whole; 512 or a sector.
  explicit SimPlatter(Random random, size_t tear_bytes = 512);

  SimDiskFaults& faults() { return faults_; }
  const SimDiskCounts& counts() const { return counts_; }
  bool is_failing() const {
    return faults_.write_errors > 0 || faults_.sync_errors > 0 || faults_.read_errors > 0;
  }

  // --- faults, while no SimDisk is attached ---

  // Nothing says: in any way.
  void crash(std::optional<SimCrash> how = {});
  void wipe();

  // Called when a write is asked for, with what stood there; only look.
  using WatchWrites = std::function<void(uint64_t offset, const Buffer& was)>;
  void watch_writes(WatchWrites watch) { watch_writes_ = std::move(watch); }

  // --- faults at any time; paths as the Disk's users name them ---

  // What a crash would leave for sure, by name.
  std::vector<io::FileInfo> files() const;
  // What a start would see, by name.
  std::vector<io::FileInfo> files_seen() const;
  // Whether a start would see it: a name that a crash would leave may be removed by now.
  bool sees(const std::string& path) const { return find(path) != nullptr; }
  // All of a file, as a start would read it.
  Buffer read(const std::string& path) const;
  void flip_bit(const std::string& path, uint64_t byte, unsigned bit);
  // In any byte of the files whose path begins so; none where they are empty.
  std::optional<SimPlace> flip_any_bit(std::string_view prefix = "");
  void truncate(const std::string& path, uint64_t size);
  void lose(const std::string& path);

 private:
  friend class SimDisk;
  friend class SimFile;
  struct NameChange {
    Number number = 0;
    std::string from = {};  // removed, unless empty
    std::string to = {};    // there, unless empty
    std::shared_ptr<SimInode> inode = {};
  };
  using Names = std::map<std::string, std::shared_ptr<SimInode>>;

  // --- for the SimDisk ---

  void attach();
  void detach() { attached_ = false; }
  bool has_directory(const std::string& path) const;
  void add_directory(std::string path);
  // None where it is not there.
  std::shared_ptr<SimInode> find(const std::string& path) const;
  std::shared_ptr<SimInode> create(const std::string& path);
  void remove(const std::string& path);
  void rename(const std::string& from, const std::string& to);
  Number names_changed() const { return next_name_change_; }
  void directory_synced(const std::string& path, Number before);
  uint64_t room_pages() const;

  void note(NameChange change);
  bool make_safe(const NameChange& change);
  SimInode& existing(const std::string& path);

  Random random_;
  size_t tear_bytes_;
  SimDiskFaults faults_;
  SimDiskCounts counts_;
  WatchWrites watch_writes_;
  bool attached_ = false;
  std::set<std::string> directories_;
  Names seen_;
  Names safe_;
  std::vector<NameChange> unsafe_;
  Number next_name_change_ = 1;
};

// "" where the path names something in the disk's own directory.
std::string directory_of(const std::string& path);

}  // namespace usher::sim
