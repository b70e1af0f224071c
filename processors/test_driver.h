// An app under test: its task over a log in memory, with a clock moved by hand. No network, no
// disk, no waiting; the same code as in the daemon.
//
//     TestDriver app(topology, space);
//     app.send("text", "k", "to be or not to be");
//     EXPECT(app.get("counts", "be") == "2");
//     app.advance(10min);                       // timers
//     EXPECT(app.take("totals").size() == 4);
#pragma once

#include "processors/hand_scheduler.h"
#include "processors/memory_log.h"
#include "processors/state/memory_store.h"
#include "processors/task.h"

namespace usher::processors {

class TestDriver {
 public:
  struct Sent {
    std::optional<std::string> key;
    std::optional<std::string> value;
    std::map<std::string, std::string> headers;
    WallTime time;
  };

  TestDriver(std::shared_ptr<const Topology> topology, SpaceInfo space, TaskOptions options = {});
  ~TestDriver();

  // From outside. Everything that follows from it has happened when the call returns.
  void send(std::string_view topic, std::string_view key, std::string_view value);
  void send(std::string_view topic, const Message& message);
  void advance(Duration by) { scheduler_.advance(by); }
  // What was written to the topic since the last take().
  std::vector<Sent> take(std::string_view topic);
  // From the committed state.
  std::optional<std::string> get(std::string_view store, std::string_view key);
  std::map<std::string, std::string> entries(std::string_view store);

  // The owner vanishes without a word, and another takes over from the log, with what it has on its
  // disk or with an empty one.
  enum class Disk : uint8_t { kKept, kEmpty };
  void fail_over(Disk disk);

  Task& task() { return *task_; }
  MemoryLog& log() { return log_; }
  const state::CommittedStore& store() const { return store_; }
  HandScheduler& scheduler() { return scheduler_; }
  WallTime now() const { return scheduler_.clock().wall(); }

 private:
  TopicId topic(std::string_view name) const;
  void begin();

  HandScheduler scheduler_;
  MemoryLog log_{scheduler_};
  std::shared_ptr<const Topology> topology_;
  SpaceInfo space_;
  TaskOptions options_;
  state::MemoryStore store_;
  Epoch epoch_;
  std::unique_ptr<Task> task_;
  std::map<TopicId, size_t> taken_;  // records of it, already taken
};

}  // namespace usher::processors
