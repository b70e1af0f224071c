#include "broker/io/zeroed_file.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "proto/base/check.h"
#include "proto/base/limits.h"

namespace usher::io {
namespace {

// Keeps itself alive by the answers it waits for.
class Zeroing : public std::enable_shared_from_this<Zeroing> {
 public:
  Zeroing(Disk& disk, std::string path, uint64_t size, Done<std::unique_ptr<File>> done)
      : disk_(disk),
        path_(std::move(path)),
        unfinished_(path_ + ".new"),
        size_(size),
        done_(std::move(done)) {
    OwnedBytes zeros(std::min<uint64_t>(size, limits::kZeroWriteBytes), kSector);
    std::memset(zeros.data(), 0, zeros.size());
    zeros_ = Buffer(std::move(zeros));
  }

  void start() {
    disk_.remove(unfinished_, next([this] { create(); }));
  }

 private:
  void create() {
    auto opened = [self = shared_from_this()](Result<std::unique_ptr<File>> file) {
      if (!file) return self->give_up(std::move(file).error());
      self->file_ = std::move(*file);
      self->write_on();
    };
    disk_.open(unfinished_, {.mode = OpenMode::kCreateNew, .direct = true}, std::move(opened));
  }

  void write_on() {
    if (written_ == size_) return file_->sync(next([this] { rename(); }));
    size_t now = std::min<uint64_t>(zeros_.size(), size_ - written_);
    uint64_t offset = std::exchange(written_, written_ + now);
    file_->write(offset, zeros_.slice(0, now), Durability::kCached, next([this] { write_on(); }));
  }

  void rename() {
    disk_.rename(unfinished_, path_, next([this] { sync_directory(); }));
  }

  void sync_directory() {
    size_t slash = path_.rfind('/');
    std::string directory = slash == std::string::npos ? "" : path_.substr(0, slash);
    disk_.sync_directory(directory, next([this] { done_(std::move(file_)); }));
  }

  // The room that it took so far is given back before anybody hears of the failure.
  void give_up(Error why) {
    file_.reset();
    disk_.remove(unfinished_,
                 [self = shared_from_this(), why](Result<void>) { self->done_(fail(why)); });
  }

  template <class Then>
  Done<void> next(Then then) {
    return [self = shared_from_this(), then](Result<void> result) {
      if (!result) return self->give_up(std::move(result).error());
      then();
    };
  }

  Disk& disk_;
  std::string path_;
  std::string unfinished_;
  uint64_t size_;
  uint64_t written_ = 0;
  Buffer zeros_;
  std::unique_ptr<File> file_;
  Done<std::unique_ptr<File>> done_;
};

}  // namespace

void create_zeroed(Disk& disk, std::string path, uint64_t size, Done<std::unique_ptr<File>> done) {
  CHECK(size > 0 && size % kSector == 0);
  std::make_shared<Zeroing>(disk, std::move(path), size, std::move(done))->start();
}

}  // namespace usher::io
