// A few threads that do what may wait for the disk, in the order of asking, each one thing at a
// time. What they hand back goes through Scheduler::post.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace usher::io {

using Job = std::move_only_function<void()>;

// What waits for a thread. Outlives the threads, for those who only want something done at the end.
// Any thread.
class JobQueue {
 public:
  // False, and nothing is done, where `limit` jobs wait already or the queue was closed.
  bool push(Job&& job, size_t limit);
  // Waits for a job; none: the queue was closed and is empty.
  Job take();
  void close();

 private:
  std::mutex mutex_;
  std::condition_variable filled_;
  std::deque<Job> jobs_;
  bool closed_ = false;
};

class Workers {
 public:
  explicit Workers(size_t threads);
  // Waits until all that was asked for is done.
  ~Workers();

  const std::shared_ptr<JobQueue>& queue() const { return queue_; }

 private:
  std::shared_ptr<JobQueue> queue_ = std::make_shared<JobQueue>();
  std::vector<std::thread> threads_;
};

}  // namespace usher::io
