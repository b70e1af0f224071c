#include "tests/sim/sim_disk.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "broker/io/sectors.h"
#include "proto/base/check.h"

namespace usher::sim {
namespace {

constexpr uint32_t kOf = 10'000;

std::unexpected<Error> failed(std::string_view doing, std::string_view path, std::string_view why) {
  return fail(ErrorCode::IO_FAILED, fmt::format("{} {}: {}", doing, path, why));
}
std::unexpected<Error> broken(std::string_view doing, std::string_view path) {
  return failed(doing, path, "Input/output error");
}
std::unexpected<Error> missing(std::string_view doing, std::string_view path) {
  return failed(doing, path, "No such file or directory");
}

// What is in flight on one open file: writes share their range with nobody.
class Ranges {
 public:
  uint64_t add(uint64_t offset, uint64_t size, bool writes) {
    for (const auto& [number, other] : ranges_)
      CHECK((!writes && !other.writes) || offset + size <= other.begin || other.end <= offset,
            "what is being written is in no other operation in flight");
    ranges_.emplace(next_, Range{offset, offset + size, writes});
    return next_++;
  }
  void remove(uint64_t number) { ranges_.erase(number); }

 private:
  struct Range {
    uint64_t begin;
    uint64_t end;
    bool writes;
  };
  std::map<uint64_t, Range> ranges_;
  uint64_t next_ = 0;
};

}  // namespace

class SimFile final : public io::File {
 public:
  SimFile(SimDisk& disk, std::shared_ptr<SimInode> inode, std::string path, io::OpenOptions options)
      : disk_(disk),
        inode_(std::move(inode)),
        path_(std::move(path)),
        options_(options),
        asker_(disk.answers_.add_file()) {
    ++disk_.open_files_;
  }
  ~SimFile() override {
    disk_.answers_.remove_file(asker_);
    --disk_.open_files_;
  }

  void write(uint64_t offset, Buffer bytes, io::Durability durability,
             io::Done<void> done) override {
    CHECK(options_.mode != io::OpenMode::kRead);
    io::check_range(offset, bytes.size(), options_.direct);
    io::check_memory(bytes, options_.direct);
    bool durable = durability == io::Durability::kDurable;
    if (disk_.platter_.watch_writes_)
      disk_.platter_.watch_writes_(offset, inode_->seen().read(offset, bytes.size()));
    auto answer = disk_.answers_.owe(asker_, std::move(done));
    auto land = [&platter = disk_.platter_, inode = inode_, path = path_, ranges = ranges_, durable,
                 range = ranges_->add(offset, bytes.size(), true), offset, size = bytes.size(),
                 number = inode_->ask_write(offset, Buffer::copy_of(bytes)),
                 answer](bool fails) mutable {
      ranges->remove(range);
      size_t fits = fails ? 0 : fitting(platter, *inode, offset, size);
      if (fails) {
        inode->land_part(number, platter.random_);
        // It was the write that failed, or the sync in it.
        if (durable && platter.random_.chance(1, 2))
          inode->sync_failed(inode->landed(), platter.random_);
        return answer(broken("write", path));
      }
      if (fits < size) {
        ++platter.counts_.full;
        inode->land_first(number, fits);
        return answer(
            fail(ErrorCode::DISK_FULL, fmt::format("write {}: No space left on device", path)));
      }
      inode->land(number, durable);
      answer({});
    };
    disk_.fly(durable ? SimDisk::Kind::kDurableWrite : SimDisk::Kind::kWrite, std::move(land));
  }

  void read(uint64_t offset, size_t size, io::Done<Buffer> done) override {
    io::check_range(offset, size, options_.direct);
    auto answer = disk_.answers_.owe(asker_, std::move(done));
    auto land = [inode = inode_, path = path_, ranges = ranges_, offset, size,
                 range = ranges_->add(offset, size, false), answer](bool fails) mutable {
      ranges->remove(range);
      if (fails) return answer(broken("read", path));
      answer(inode->seen().read(offset, size));
    };
    disk_.fly(SimDisk::Kind::kRead, std::move(land));
  }

  void sync(io::Done<void> done) override {
    auto answer = disk_.answers_.owe(asker_, std::move(done));
    auto land = [&platter = disk_.platter_, inode = inode_, path = path_, before = inode_->landed(),
                 answer](bool fails) mutable {
      if (fails) {
        inode->sync_failed(before, platter.random_);
        return answer(broken("sync", path));
      }
      inode->synced(before);
      answer({});
    };
    disk_.fly(SimDisk::Kind::kSync, std::move(land));
  }

  void resize(uint64_t size, io::Done<void> done) override {
    CHECK(options_.mode != io::OpenMode::kRead);
    auto answer = disk_.answers_.owe(asker_, std::move(done));
    auto land = [&platter = disk_.platter_, inode = inode_, path = path_,
                 number = inode_->ask_resize(size), answer](bool fails) mutable {
      if (fails) {
        inode->land_part(number, platter.random_);
        return answer(broken("resize", path));
      }
      inode->land(number, false);
      answer({});
    };
    disk_.fly(SimDisk::Kind::kWrite, std::move(land));
  }

 private:
  // How many of the bytes there is room for.
  static size_t fitting(const SimPlatter& platter, const SimInode& inode, uint64_t offset,
                        size_t size) {
    uint64_t room = platter.room_pages();
    if (inode.seen().pages_missing(offset, size) <= room) return size;
    size_t fits = 0;
    while (inode.seen().pages_missing(offset, fits + SimImage::kPage) <= room)
      fits += SimImage::kPage;
    return fits;
  }

  SimDisk& disk_;
  std::shared_ptr<SimInode> inode_;
  std::string path_;
  io::OpenOptions options_;
  io::Answers::Asker asker_;
  std::shared_ptr<Ranges> ranges_ = std::make_shared<Ranges>();
};

// --- the disk ---

SimDisk::SimDisk(Scheduler& scheduler, SimPlatter& platter)
    : scheduler_(scheduler), platter_(platter) {
  platter_.attach();
}

SimDisk::~SimDisk() {
  answers_.drop_all();
  std::vector<Flight> left;
  for (auto& [number, flight] : std::exchange(flights_, {})) {
    scheduler_.cancel(flight.timer);
    left.push_back(std::move(flight));
  }
  for (size_t i = left.size(); i > 1; --i) std::swap(left[i - 1], left[platter_.random_.below(i)]);
  for (Flight& flight : left)
    if (platter_.random_.chance(1, 2)) flight.land(false);
  platter_.detach();
}

void SimDisk::fly(Kind kind, Land land) {
  CHECK(flights_.size() < limits::kDiskQueue, "nothing in a test asks for so much at once");
  uint64_t number = next_flight_++;
  auto timer = scheduler_.after(draw_delay(), [this, number] { this->land(number); });
  flights_.emplace(number, Flight{kind, timer, std::move(land)});
}

void SimDisk::land(uint64_t flight) {
  auto landing = flights_.extract(flight);
  bool fails = draw_failure(landing.mapped().kind);
  landing.mapped().land(fails);  // calls back, and this may be gone
}

bool SimDisk::draw_failure(Kind kind) {
  SimDiskFaults& faults = platter_.faults_;
  SimDiskCounts& counts = platter_.counts_;
  Random& random = platter_.random_;
  bool writes = kind == Kind::kWrite || kind == Kind::kDurableWrite;
  bool syncs = kind == Kind::kSync || kind == Kind::kDurableWrite;
  bool chosen = faults.fail_operation == counts.operations++;
  bool write_fails = writes && (random.chance(faults.write_errors, kOf) || (chosen && !syncs));
  bool sync_fails = syncs && (random.chance(faults.sync_errors, kOf) || chosen);
  bool read_fails = kind == Kind::kRead && (random.chance(faults.read_errors, kOf) || chosen);
  counts.write_errors += write_fails;
  counts.sync_errors += sync_fails;
  counts.read_errors += read_fails;
  return write_fails || sync_fails || read_fails;
}

Duration SimDisk::draw_delay() {
  const SimDiskFaults& faults = platter_.faults_;
  Duration delay = platter_.random_.between(faults.delay_min, faults.delay_max);
  if (!platter_.random_.chance(faults.slow, kOf)) return delay;
  ++platter_.counts_.slow;
  return delay + platter_.random_.between(Duration::zero(), faults.slow_max);
}

// --- names ---

template <class T>
void SimDisk::fly_names(Kind kind, std::string_view doing, std::string path, io::Done<T> done,
                        std::move_only_function<Result<T>()> carry_out) {
  auto land = [doing, path = std::move(path), carry_out = std::move(carry_out),
               answer = answers_.owe(io::Answers::kDisk, std::move(done))](bool fails) mutable {
    if (fails) return answer(broken(doing, path));
    answer(carry_out());
  };
  fly(kind, std::move(land));
}

void SimDisk::open(std::string path, io::OpenOptions options,
                   io::Done<std::unique_ptr<io::File>> done) {
  bool creates = options.mode == io::OpenMode::kCreateNew;
  // The File is made when it is handed over: a disk that is gone has none.
  io::Done<std::shared_ptr<SimInode>> opened =
      [this, path, options,
       done = std::move(done)](Result<std::shared_ptr<SimInode>> inode) mutable {
        if (!inode) return done(fail(std::move(inode).error()));
        done(std::make_unique<SimFile>(*this, std::move(*inode), std::move(path), options));
      };
  auto carry_out = [&platter = platter_, path, creates]() -> Result<std::shared_ptr<SimInode>> {
    auto found = platter.find(path);
    if (!creates && found) return found;
    if (!creates || !platter.has_directory(directory_of(path))) return missing("open", path);
    if (found) return failed("open", path, "File exists");
    return platter.create(path);
  };
  fly_names<std::shared_ptr<SimInode>>(creates ? Kind::kWrite : Kind::kRead, "open", path,
                                       std::move(opened), std::move(carry_out));
}

void SimDisk::list(std::string directory, io::Done<std::vector<io::FileInfo>> done) {
  auto carry_out = [&platter = platter_, directory]() -> Result<std::vector<io::FileInfo>> {
    if (!platter.has_directory(directory)) return missing("list", directory);
    std::vector<io::FileInfo> files;
    for (const auto& [path, inode] : platter.seen_)
      if (directory_of(path) == directory)
        files.push_back(
            {path.substr(directory.empty() ? 0 : directory.size() + 1), inode->seen().size()});
    return files;
  };
  fly_names<std::vector<io::FileInfo>>(Kind::kRead, "list", directory, std::move(done),
                                       std::move(carry_out));
}

void SimDisk::make_directory(std::string path, io::Done<void> done) {
  fly_names<void>(Kind::kSync, "make directory", path, std::move(done),
                  [&platter = platter_, path]() -> Result<void> {
                    platter.add_directory(path);
                    return {};
                  });
}

void SimDisk::remove(std::string path, io::Done<void> done) {
  fly_names<void>(Kind::kWrite, "remove", path, std::move(done),
                  [&platter = platter_, path]() -> Result<void> {
                    platter.remove(path);
                    return {};
                  });
}

void SimDisk::rename(std::string from, std::string to, io::Done<void> done) {
  fly_names<void>(Kind::kWrite, "rename", from, std::move(done),
                  [&platter = platter_, from, to]() -> Result<void> {
                    if (!platter.find(from) || !platter.has_directory(directory_of(to)))
                      return missing("rename", from);
                    platter.rename(from, to);
                    return {};
                  });
}

void SimDisk::sync_directory(std::string path, io::Done<void> done) {
  fly_names<void>(Kind::kSync, "sync directory", path, std::move(done),
                  [&platter = platter_, path, before = platter_.names_changed()]() -> Result<void> {
                    if (!platter.has_directory(path)) return missing("sync directory", path);
                    platter.directory_synced(path, before);
                    return {};
                  });
}

}  // namespace usher::sim
