#include "broker/io/uring_ring.h"

#include <cerrno>
#include <utility>

#include <sys/eventfd.h>
#include <unistd.h>

#include "broker/io/open_file.h"
#include "proto/base/check.h"
#include "proto/base/limits.h"

namespace usher::io {
namespace {

// Entries carry the address of their operation; one more, if they are its second.
static_assert(alignof(RingOperation) > 1);

void* address_of(RingOperation* operation, size_t which) {
  return reinterpret_cast<char*>(operation) + which;
}

bool has_operations(io_uring& ring) {
  io_uring_probe* probe = io_uring_get_probe_ring(&ring);
  bool has = probe && io_uring_opcode_supported(probe, IORING_OP_READ) &&
             io_uring_opcode_supported(probe, IORING_OP_WRITE) &&
             io_uring_opcode_supported(probe, IORING_OP_FSYNC);
  io_uring_free_probe(probe);
  return has;
}

std::unexpected<Error> refused(int error) { return fail(io_error("set up", "an io_uring", error)); }

}  // namespace

Result<std::unique_ptr<UringRing>> UringRing::create() {
  int event_fd = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (event_fd < 0) return refused(errno);
  std::unique_ptr<UringRing> made(new UringRing(event_fd));
  if (int error = io_uring_queue_init(limits::kRingEntries, &made->ring_, 0))
    return refused(-error);
  made->is_set_up_ = true;
  if (!has_operations(made->ring_)) return refused(ENOSYS);
  if (int error = io_uring_register_eventfd(&made->ring_, event_fd)) return refused(-error);
  return made;
}

UringRing::~UringRing() {
  if (gone_) *gone_ = true;
  while (finish_one() || entered_ > 0 || !waiting_.empty()) {
    fill();
    if (entered_ == 0) continue;
    // Interrupted, or short of memory: again, until the kernel has let go of everything.
    io_uring_submit_and_wait(&ring_, 1);
    collect();
  }
  if (is_set_up_) io_uring_queue_exit(&ring_);
  ::close(event_fd_);
}

bool UringRing::submit(std::unique_ptr<RingOperation> operation) {
  if (waiting_.size() >= limits::kDiskQueue) return false;
  waiting_.push_back(std::move(operation));
  fill();
  return true;
}

void UringRing::on_readable() {
  eventfd_t counted = 0;
  ::eventfd_read(event_fd_, &counted);
  collect();
  bool gone = false;
  gone_ = &gone;
  while (finish_one())
    if (gone) return;
  gone_ = nullptr;
  fill();
}

// Gives the kernel as many of those that wait as there is room for.
void UringRing::fill() {
  while (!waiting_.empty() && entered_ + waiting_.front()->entries_ <= limits::kRingEntries) {
    std::unique_ptr<RingOperation> next = std::move(waiting_.front());
    waiting_.pop_front();
    enter(std::move(next));
  }
  while (io_uring_sq_ready(&ring_) > 0) {
    int submitted = io_uring_submit(&ring_);
    if (submitted > 0) continue;
    CHECK(submitted == 0 || submitted == -EAGAIN || submitted == -EBUSY || submitted == -EINTR ||
              submitted == -ENOMEM,
          "the kernel refuses the ring");
    // It is short of memory: when the reactor comes round.
    ::eventfd_write(event_fd_, 1);
    return;
  }
}

// The ring has the operation until all its entries are answered.
void UringRing::enter(std::unique_ptr<RingOperation> operation) {
  RingOperation* kept = operation.release();
  io_uring_sqe* first = io_uring_get_sqe(&ring_);
  io_uring_sqe* second = kept->entries_ == 2 ? io_uring_get_sqe(&ring_) : nullptr;
  CHECK(first && (second || kept->entries_ == 1), "as many entries as are counted");
  kept->prepare(*first, second);
  io_uring_sqe_set_data(first, address_of(kept, 0));
  if (second) {
    io_uring_sqe_set_flags(first, IOSQE_IO_LINK);
    io_uring_sqe_set_data(second, address_of(kept, 1));
  }
  kept->unanswered_ = kept->entries_;
  entered_ += kept->entries_;
}

void UringRing::collect() {
  io_uring_cqe* answer = nullptr;
  while (io_uring_peek_cqe(&ring_, &answer) == 0) {
    auto* address = static_cast<char*>(io_uring_cqe_get_data(answer));
    size_t which = reinterpret_cast<uintptr_t>(address) % alignof(RingOperation);
    auto* operation = reinterpret_cast<RingOperation*>(address - which);
    operation->results_[which] = answer->res;
    io_uring_cqe_seen(&ring_, answer);
    --entered_;
    if (--operation->unanswered_ == 0) ended_.emplace_back(operation);
  }
}

// False: none has ended. After true this may be gone.
bool UringRing::finish_one() {
  if (ended_.empty()) return false;
  std::unique_ptr<RingOperation> ended = std::move(ended_.front());
  ended_.pop_front();
  if (!ended->completed(ended->results_[0], ended->results_[1]))
    waiting_.push_front(std::move(ended));
  return true;
}

}  // namespace usher::io
