// What retention lets go: one segment after the other, the oldest first, each gone for good before
// the next, so that a crash never leaves a hole; and its index before it, for an index that stands
// alone says that its segment was lost.
#include "broker/log/segments.h"

namespace usher::log {

void Segments::remove_before(Offset offset) {
  // One always stays, with its snapshot: a start without any would know nothing.
  auto is_mended = [this] { return mending_ && mending_->summary.base == sealed_.front().base; };
  while (sealed_.size() > (open_ ? 0 : 1) && sealed_.front().end <= offset && !is_mended()) {
    Offset base = sealed_.front().base;
    removing_.push_back(base);
    std::erase_if(loaded_, [&](const Loaded& loaded) { return loaded.base() == base; });
    sealed_.pop_front();
  }
  if (!is_removing_ && !removing_.empty()) remove_next();
}

// A file that cannot be removed now is removed before the next one, or after the next start, if
// retention still says so.
void Segments::give_up_removing() {
  is_removing_ = false;
  stop_if_idle();
}

void Segments::remove_next() {
  is_removing_ = true;
  Offset base = removing_.front();
  auto synced = [this](Result<void> gone) {
    if (!gone) return give_up_removing();
    removing_.pop_front();
    if (!removing_.empty()) return remove_next();
    is_removing_ = false;
    stop_if_idle();
  };
  auto removed = [this, synced](Result<void> gone) {
    if (!gone) return give_up_removing();
    disk_.sync_directory(options_.directory, alive<void>(synced));
  };
  auto index_gone = [this, base, removed](Result<void> gone) {
    if (!gone) return give_up_removing();
    disk_.remove(path(segment_name(base)), alive<void>(removed));
  };
  auto index_removed = [this, index_gone](Result<void> gone) {
    if (!gone) return give_up_removing();
    disk_.sync_directory(options_.directory, alive<void>(index_gone));
  };
  disk_.remove(path(index_name(base)), alive<void>(index_removed));
}

}  // namespace usher::log
