// A log that does not open, for its last segment is damaged in what the journal knows as stored:
// that segment is written anew from its whole beginning and what another replica holds of the rest.
// One whose head is damaged is given up for it, and the one before goes on in its place. Then the
// log opens.
//
//     BASE.segment ─ whole beginning ─┐
//     a peer's batches up to stored ──┴→ BASE.segment.mending ──all──→ BASE.segment
// One Scheduler's thread.
#pragma once

#include <optional>

#include "broker/log/segment_walk.h"
#include "broker/log/segments.h"

namespace usher::log {

class Refill : public std::enable_shared_from_this<Refill> {
 public:
  // `fold`: of nothing yet. `done`: the log can be opened; SEGMENT_CORRUPT where this is of no
  // help; IO_FAILED and its like. The disk outlives it.
  Refill(io::Disk& disk, Options options, Offset stored, std::shared_ptr<Restoring> fold,
         io::Done<void> done);

  void start();
  // Of another replica's log; nothing while a step is under way.
  std::optional<Read> wanted() const;
  // Ignored where they do not prove to be what stood here.
  void take(const std::vector<wire::Batch>& batches);
  // Whoever asked is gone: nothing is answered.
  void forget() { done_ = {}; }

 private:
  std::string path(const std::string& name) const { return options_.directory + "/" + name; }
  void read_last();
  void look_at(Offset base, const Buffer& content);
  void begin_anew();
  void rewrite(Offset base, Buffer beginning, const Index& index);
  void wrote(const Result<void>& written);
  void remove_given_up();
  void end(Result<void> result);

  io::Disk& disk_;
  Options options_;
  Offset stored_;
  std::shared_ptr<Restoring> fold_;
  io::Done<void> done_;
  std::vector<std::pair<Offset, uint64_t>> found_;  // segments and their bytes
  std::vector<Offset> given_up_;
  std::shared_ptr<Rewriting> file_;
  bool busy_ = true;
};

}  // namespace usher::log
