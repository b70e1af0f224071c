// The answers that a Disk still owes, by the File that was asked. What carries an operation out
// holds an Answer, which may be moved across threads and outlive everything: given to nobody once
// its File or its Disk is gone. Given and dropped on the Scheduler's thread.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <utility>

#include "broker/io/disk.h"
#include "proto/base/check.h"

namespace usher::io {

class Answers {
  struct Owed {
    virtual ~Owed() = default;
  };
  template <class T>
  struct OwedDone final : Owed {
    explicit OwedDone(Done<T> owed) : done(std::move(owed)) {}
    Done<T> done;
  };
  // Who was asked, and the number of the call.
  using Key = std::pair<uint64_t, uint64_t>;
  using Map = std::map<Key, std::unique_ptr<Owed>>;

 public:
  // Whoever can be destroyed with all it has asked for.
  using Asker = uint64_t;
  static constexpr Asker kDisk = 0;

  template <class T>
  class Answer {
   public:
    // At most once. Calls whoever waits, who may destroy anything.
    void operator()(Result<T> result) {
      auto owed = owed_.lock();
      if (!owed) return;
      auto found = owed->extract(key_);
      if (found.empty()) return;
      owed.reset();
      static_cast<OwedDone<T>&>(*found.mapped()).done(std::move(result));
    }

   private:
    friend class Answers;
    Answer(std::weak_ptr<Map> owed, Key key) : owed_(std::move(owed)), key_(key) {}
    std::weak_ptr<Map> owed_;
    Key key_;
  };

  Answers() = default;
  ~Answers() { drop_all(); }
  Answers(const Answers&) = delete;
  Answers& operator=(const Answers&) = delete;

  Asker add_file() {
    ++files_;
    return next_file_++;
  }
  void remove_file(Asker file) {
    --files_;
    // What an answer held may ask again or destroy another File: it goes when the map is whole.
    std::list<Map::node_type> dropped;
    for (auto it = owed_->lower_bound({file, 0}); it != owed_->end() && it->first.first == file;)
      dropped.push_back(owed_->extract(it++));
  }
  // Before the Disk goes; all its Files are gone, or held by what is dropped here.
  void drop_all() {
    while (!owed_->empty()) Map(std::exchange(*owed_, {})).clear();
    CHECK(files_ == 0, "a Disk outlives its Files");
  }

  template <class T>
  Answer<T> owe(Asker asker, Done<T> done) {
    Key key{asker, next_call_++};
    owed_->emplace(key, std::make_unique<OwedDone<T>>(std::move(done)));
    return Answer<T>(owed_, key);
  }

 private:
  std::shared_ptr<Map> owed_ = std::make_shared<Map>();
  Asker next_file_ = 1;
  uint64_t next_call_ = 0;
  size_t files_ = 0;
};

template <class T>
using Answer = Answers::Answer<T>;

}  // namespace usher::io
