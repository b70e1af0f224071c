#include "broker/io/uring_file.h"

#include <cerrno>
#include <optional>

#include "broker/io/sectors.h"
#include "broker/io/transfer.h"

namespace usher::io {
namespace {

class WriteOperation final : public RingOperation {
 public:
  WriteOperation(std::shared_ptr<OpenFile> file, uint64_t offset, Buffer bytes,
                 Durability durability, Answer<void> answer)
      : RingOperation(durability == Durability::kDurable ? 2 : 1),
        file_(std::move(file)),
        bytes_(std::move(bytes)),
        transfer_(Transfer::Kind::kWrite, offset, bytes_.size(), file_->is_direct()),
        answer_(std::move(answer)) {}

 private:
  void prepare(io_uring_sqe& write, io_uring_sqe* sync) override {
    io_uring_prep_write(&write, file_->fd(), bytes_.data() + transfer_.done(),
                        static_cast<unsigned>(transfer_.left()), transfer_.offset());
    if (sync) io_uring_prep_fsync(sync, file_->fd(), IORING_FSYNC_DATASYNC);
    synced_ = sync != nullptr;
  }

  bool completed(int write, int sync) override {
    auto next = transfer_.took(write);
    if (next == Transfer::Next::kFailed) return failed(file_->error("write", transfer_.error()));
    // Behind a short write the sync is cancelled; any other failure of it is final.
    bool cancelled = sync == -ECANCELED && next == Transfer::Next::kAgain;
    if (synced_ && sync < 0 && !cancelled) return failed(file_->error("sync", -sync));
    if (next == Transfer::Next::kAgain) return false;
    return done({});
  }

  bool done(Result<void> result) {
    bytes_ = {};
    answer_(std::move(result));
    return true;
  }
  bool failed(Error why) { return done(fail(std::move(why))); }

  std::shared_ptr<OpenFile> file_;
  Buffer bytes_;
  Transfer transfer_;
  Answer<void> answer_;
  bool synced_ = false;
};

class ReadOperation final : public RingOperation {
 public:
  ReadOperation(std::shared_ptr<OpenFile> file, uint64_t offset, size_t size, Answer<Buffer> answer)
      : RingOperation(1),
        file_(std::move(file)),
        memory_(memory_for_read(size, file_->is_direct())),
        transfer_(Transfer::Kind::kRead, offset, size, file_->is_direct()),
        answer_(std::move(answer)) {}

 private:
  void prepare(io_uring_sqe& read, io_uring_sqe* /*second*/) override {
    io_uring_prep_read(&read, file_->fd(), memory_.data() + transfer_.done(),
                       static_cast<unsigned>(transfer_.left()), transfer_.offset());
  }

  bool completed(int read, int /*second*/) override {
    switch (transfer_.took(read)) {
      case Transfer::Next::kAgain:
        return false;
      case Transfer::Next::kDone:
        answer_(buffer_of(std::move(memory_), transfer_.done()));
        return true;
      case Transfer::Next::kFailed:
        answer_(fail(file_->error("read", transfer_.error())));
        return true;
    }
    return true;
  }

  std::shared_ptr<OpenFile> file_;
  OwnedBytes memory_;
  Transfer transfer_;
  Answer<Buffer> answer_;
};

class SyncOperation final : public RingOperation {
 public:
  SyncOperation(std::shared_ptr<OpenFile> file, Answer<void> answer)
      : RingOperation(1), file_(std::move(file)), answer_(std::move(answer)) {}

 private:
  void prepare(io_uring_sqe& sync, io_uring_sqe* /*second*/) override {
    io_uring_prep_fsync(&sync, file_->fd(), IORING_FSYNC_DATASYNC);
  }

  // Never twice, whatever it said.
  bool completed(int sync, int /*second*/) override {
    answer_(sync < 0 ? Result<void>(fail(file_->error("sync", -sync))) : Result<void>());
    return true;
  }

  std::shared_ptr<OpenFile> file_;
  Answer<void> answer_;
};

}  // namespace

void UringFile::write(uint64_t offset, Buffer bytes, Durability durability, Done<void> done) {
  check_range(offset, bytes.size(), open_file()->is_direct());
  check_memory(bytes, open_file()->is_direct());
  Answer<void> answer = owe(std::move(done));
  if (!ring_.submit(std::make_unique<WriteOperation>(open_file(), offset, std::move(bytes),
                                                     durability, answer)))
    disk().refuse(answer);
}

void UringFile::read(uint64_t offset, size_t size, Done<Buffer> done) {
  check_range(offset, size, open_file()->is_direct());
  Answer<Buffer> answer = owe(std::move(done));
  if (!ring_.submit(std::make_unique<ReadOperation>(open_file(), offset, size, answer)))
    disk().refuse(answer);
}

void UringFile::sync(Done<void> done) {
  Answer<void> answer = owe(std::move(done));
  if (!ring_.submit(std::make_unique<SyncOperation>(open_file(), answer))) disk().refuse(answer);
}

}  // namespace usher::io
