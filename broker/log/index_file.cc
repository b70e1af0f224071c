#include "broker/log/index_file.h"

#include <memory>

#include "proto/base/limits.h"

namespace usher::log {

void load_index(io::Disk& disk, Key key, std::string path, uint64_t bytes_max,
                io::Done<Index> done) {
  auto opened = [key, bytes_max,
                 done = std::move(done)](Result<std::unique_ptr<io::File>> file) mutable {
    if (!file) return done(fail(file.error()));
    std::shared_ptr<io::File> kept = std::move(*file);
    kept->read(0, bytes_max, [kept, key, done = std::move(done)](Result<Buffer> bytes) mutable {
      if (!bytes) return done(fail(bytes.error()));
      done(Index::decode(key, *bytes));
    });
  };
  disk.open(std::move(path), {.mode = io::OpenMode::kRead, .direct = true}, std::move(opened));
}

void store_index(io::Disk& disk, std::string path, Buffer encoded, io::Done<void> done) {
  auto opened = [encoded = std::move(encoded),
                 done = std::move(done)](Result<std::unique_ptr<io::File>> file) mutable {
    if (!file) return done(fail(file.error()));
    std::shared_ptr<io::File> kept = std::move(*file);
    kept->write(0, std::move(encoded), io::Durability::kDurable,
                [kept, done = std::move(done)](Result<void> written) mutable { done(written); });
  };
  disk.remove(path, [&disk, path, opened = std::move(opened)](Result<void> gone) mutable {
    if (!gone) return opened(fail(gone.error()));
    disk.open(path, {.mode = io::OpenMode::kCreateNew, .direct = true}, std::move(opened));
  });
}

uint64_t index_bytes_max(const SegmentSummary& summary) {
  uint64_t entries = summary.bytes / limits::kIndexEveryBytes + 2;
  uint64_t bytes = 256 + 64 * entries + (32 + 16 * entries) * summary.topics.size();
  return (bytes + io::kSector - 1) / io::kSector * io::kSector;
}

}  // namespace usher::log
