// bench_journal DIR [SECONDS [ROUNDS]]: what the journal makes of the raw device, both measured in
// one run, alternating. One 4 KiB append after the other; twenty partitions with one append of
// 4 KiB outstanding each; and as much as it takes, against raw writes of the same size.
#include <chrono>
#include <filesystem>
#include <string_view>

#include <fmt/format.h>

#include "broker/journal/journal.h"
#include "proto/base/limits.h"
#include "proto/wire/batch_builder.h"
#include "tools/bench/raw_write.h"
#include "tools/bench/reactor.h"

namespace usher::bench {
namespace {

constexpr uint64_t kFileBytes = 256 * limits::kMiB;
constexpr size_t kFiles = 6;

// Hands all through to another disk, and counts what is written durably.
class CountingDisk final : public io::Disk {
 public:
  explicit CountingDisk(io::Disk& disk) : disk_(disk) {}
  uint64_t writes() const { return writes_; }
  uint64_t bytes() const { return bytes_; }

  std::string_view name() const override { return disk_.name(); }
  void open(std::string path, io::OpenOptions options,
            io::Done<std::unique_ptr<io::File>> done) override {
    disk_.open(std::move(path), options,
               [this, done = std::move(done)](Result<std::unique_ptr<io::File>> file) mutable {
                 if (!file) return done(fail(file.error()));
                 done(std::make_unique<CountingFile>(*this, std::move(*file)));
               });
  }
  void list(std::string directory, io::Done<std::vector<io::FileInfo>> done) override {
    disk_.list(std::move(directory), std::move(done));
  }
  void make_directory(std::string path, io::Done<void> done) override {
    disk_.make_directory(std::move(path), std::move(done));
  }
  void remove(std::string path, io::Done<void> done) override {
    disk_.remove(std::move(path), std::move(done));
  }
  void rename(std::string from, std::string to, io::Done<void> done) override {
    disk_.rename(std::move(from), std::move(to), std::move(done));
  }
  void sync_directory(std::string path, io::Done<void> done) override {
    disk_.sync_directory(std::move(path), std::move(done));
  }

 private:
  class CountingFile final : public io::File {
   public:
    CountingFile(CountingDisk& counts, std::unique_ptr<io::File> file)
        : counts_(counts), file_(std::move(file)) {}
    void write(uint64_t offset, Buffer bytes, io::Durability durability,
               io::Done<void> done) override {
      if (durability == io::Durability::kDurable) {
        ++counts_.writes_;
        counts_.bytes_ += bytes.size();
      }
      file_->write(offset, std::move(bytes), durability, std::move(done));
    }
    void read(uint64_t offset, size_t size, io::Done<Buffer> done) override {
      file_->read(offset, size, std::move(done));
    }
    void sync(io::Done<void> done) override { file_->sync(std::move(done)); }
    void resize(uint64_t size, io::Done<void> done) override {
      file_->resize(size, std::move(done));
    }

   private:
    CountingDisk& counts_;
    std::unique_ptr<io::File> file_;
  };

  io::Disk& disk_;
  uint64_t writes_ = 0;
  uint64_t bytes_ = 0;
};

// The production journal, and appends that keep it busy. Every so often all is called stored, so
// that files are recycled as they are beside segments.
class JournalLoad final : public journal::Owner {
 public:
  JournalLoad(Reactor& reactor, io::Disk& disk) : reactor_(reactor), disk_(disk) {
    journal::Journal::open(reactor.scheduler(), disk_,
                           {.directory = "journal",
                            .id = journal::JournalId(1),
                            .file_bytes = kFileBytes,
                            .files_max = kFiles,
                            .attest_after = 10ms},
                           *this, [this](Result<journal::Journal::Opened> opened) {
                             CHECK(opened.has_value());
                             journal_ = std::move(opened->journal);
                           });
    reactor.run_until([this] { return journal_ != nullptr; });
  }
  bool holds(journal::PartitionKey, Offset, Term) const override { return false; }
  void on_journal_failed(const Error&) override { CHECK(false, "the journal failed"); }

  struct Shape {
    size_t partitions;
    size_t outstanding;  // of each
    size_t value_bytes;
    Duration time;
  };
  // Latencies in microseconds; how many bytes a second the disk took, in writes of which size.
  struct Measured {
    std::vector<double> us = {};
    double bytes_per_second = 0;
    size_t write_bytes = 0;
  };
  Measured run(const Shape& shape) {
    shape_ = shape;
    measured_ = {};
    uint64_t writes = disk_.writes();
    uint64_t bytes = disk_.bytes();
    begin_ = reactor_.now();
    for (uint32_t p = 0; p < shape.partitions; ++p)
      for (size_t i = 0; i < shape.outstanding; ++i) append(p);
    reactor_.run();
    double seconds = std::chrono::duration<double>(reactor_.now() - begin_).count();
    writes = disk_.writes() - writes;
    bytes = disk_.bytes() - bytes;
    measured_.bytes_per_second = double(bytes) / seconds;
    measured_.write_bytes = bytes / std::max<uint64_t>(writes, 1) / io::kSector * io::kSector;
    return std::move(measured_);
  }

 private:
  journal::BatchBytes next(journal::PartitionKey key) {
    auto& body = bodies_[shape_.value_bytes];
    if (!body) {
      wire::BatchBuilder builder;
      std::string value(shape_.value_bytes, 'v');
      CHECK(builder.add(TopicId(20), {.key = {}, .value = as_bytes(value), .headers = {}})
                .has_value());
      body = builder.finish(wire::NoGuard{});
    }
    Offset base = ends_[key];
    Seq seq(base.value());
    ends_[key] = base + 1;
    return {.header = wire::seal(body->header(),
                                 {.space = key.space,
                                  .partition = key.partition,
                                  .term = Term(1),
                                  .base_offset = base,
                                  .time = WallTime(0)},
                                 {&seq, 1}, {}),
            .body = body->body(),
            .end = base + 1};
  }

  void append(uint32_t partition) {
    journal::PartitionKey key{SpaceId(1), PartitionId(partition)};
    ++outstanding_;
    journal::Append append{.partition = key, .hard_state = {}, .truncate_from = {}, .batches = {}};
    append.batches.push_back(next(key));
    Offset end = ends_[key];
    appended_bytes_ += shape_.value_bytes;
    journal_->append(std::move(append), [this, key, partition, end, at = reactor_.now()] {
      --outstanding_;
      MonotonicTime now = reactor_.now();
      measured_.us.push_back(std::chrono::duration<double, std::micro>(now - at).count());
      if (appended_bytes_ > 32 * limits::kMiB) {
        appended_bytes_ = 0;
        for (const auto& [each, its_end] : ends_)
          journal_->checkpoint(each, each == key ? end : its_end - shape_.outstanding);
      }
      if (now - begin_ < shape_.time) return this->append(partition);
      if (outstanding_ == 0) reactor_.stop();
    });
  }

  Reactor& reactor_;
  CountingDisk disk_;
  std::unique_ptr<journal::Journal> journal_;
  std::map<size_t, std::optional<wire::Batch>> bodies_;
  std::map<journal::PartitionKey, Offset> ends_;
  Shape shape_{};
  Measured measured_;
  MonotonicTime begin_;
  size_t outstanding_ = 0;
  uint64_t appended_bytes_ = 0;
};

JournalLoad::Measured raw(RawFile& file, size_t size, Duration time) {
  SystemClock clock;
  JournalLoad::Measured measured{.us = {}, .bytes_per_second = 0, .write_bytes = size};
  MonotonicTime begin = clock.monotonic();
  MonotonicTime now = begin;
  while (now - begin < time) {
    MonotonicTime at = now;
    file.write(size);
    now = clock.monotonic();
    measured.us.push_back(std::chrono::duration<double, std::micro>(now - at).count());
  }
  measured.bytes_per_second =
      double(measured.us.size() * size) / std::chrono::duration<double>(now - begin).count();
  return measured;
}

void measure(const std::string& directory, Duration time, int rounds) {
  Reactor reactor;
  ReactorDisk disk(reactor, directory);
  fmt::print("disk: {}\n", disk.disk().name());
  JournalLoad load(reactor, disk.disk());
  RawFile file(directory + "/raw", kFileBytes);
  std::vector<double> one_ratio;
  std::vector<double> twenty_ratio;
  std::vector<double> sustained_ratio;
  // A batch of 4 KiB with its header and entry; the group takes two sectors.
  constexpr size_t k4KiB = 4096;
  // Until every file is there: from then on they are recycled.
  load.run({4, 16, 256 * limits::kKiB, 3s});
  for (int i = 0; i < rounds; ++i) {
    auto raw_small = raw(file, 2 * io::kSector, time);
    auto one = load.run({1, 1, k4KiB, time});
    auto twenty = load.run({20, 1, k4KiB, time});
    auto full = load.run({4, 16, 256 * limits::kKiB, time});
    auto raw_full = raw(file, full.write_bytes, time);
    double r = percentile(raw_small.us, 50);
    double o = percentile(one.us, 50);
    double t = percentile(twenty.us, 50);
    fmt::print(
        "raw p50 {:.0f} us | one p50 {:.0f} us p99 {:.0f} | twenty p50 {:.0f} us p99 {:.0f} | "
        "sustained {:.0f} MB/s of raw {:.0f} MB/s, writes of {} KiB\n",
        r, o, percentile(one.us, 99), t, percentile(twenty.us, 99), full.bytes_per_second / 1e6,
        raw_full.bytes_per_second / 1e6, full.write_bytes / 1024);
    std::fflush(stdout);
    one_ratio.push_back(o / r);
    twenty_ratio.push_back(t / o);
    sustained_ratio.push_back(full.bytes_per_second / raw_full.bytes_per_second);
  }
  fmt::print(
      "medians: one / raw {:.2f} (at most 1.5) | twenty / one {:.2f} (at most 1.8) | sustained / "
      "raw {:.2f} (at least 0.8)\n",
      percentile(one_ratio, 50), percentile(twenty_ratio, 50), percentile(sustained_ratio, 50));
}

}  // namespace
}  // namespace usher::bench

int main(int argc, char** argv) {
  double seconds = argc > 2 ? std::atof(argv[2]) : 5;
  int rounds = argc > 3 ? std::atoi(argv[3]) : 5;
  if (argc > 4 || seconds <= 0 || rounds <= 0) {
    fmt::print(stderr, "error: INVALID_ARGUMENT: usage: bench_journal [DIR [SECONDS [ROUNDS]]]\n");
    return 2;
  }
  std::string directory = (argc > 1 ? std::string(argv[1]) : ".") + "/bench-journal";
  std::filesystem::remove_all(directory);
  usher::bench::measure(directory, usher::bench::duration_of(seconds), rounds);
  std::filesystem::remove_all(directory);
}
