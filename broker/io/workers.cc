#include "broker/io/workers.h"

#include <utility>

namespace usher::io {

bool JobQueue::push(Job&& job, size_t limit) {
  {
    std::lock_guard lock(mutex_);
    if (closed_ || jobs_.size() >= limit) return false;
    jobs_.push_back(std::move(job));
  }
  filled_.notify_one();
  return true;
}

Job JobQueue::take() {
  std::unique_lock lock(mutex_);
  filled_.wait(lock, [this] { return closed_ || !jobs_.empty(); });
  if (jobs_.empty()) return {};
  Job job = std::move(jobs_.front());
  jobs_.pop_front();
  return job;
}

void JobQueue::close() {
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
  }
  filled_.notify_all();
}

Workers::Workers(size_t threads) {
  for (size_t i = 0; i < threads; ++i)
    threads_.emplace_back([queue = queue_] {
      while (Job job = queue->take()) job();
    });
}

Workers::~Workers() {
  queue_->close();
  for (std::thread& thread : threads_) thread.join();
}

}  // namespace usher::io
