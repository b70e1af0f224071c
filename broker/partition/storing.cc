// What is committed goes to the segments; what is safe there the journal need not keep, and the
// tail may let go of.
#include "broker/partition/partition.h"

namespace usher::partition {

// The next committed batch, which the commit state has not passed yet.
void Partition::store(const wire::Batch& batch) {
  if (!segments_) return;
  segments_->append(batch, [this] {
    Offset end = at_commit_.end();
    return encode_snapshot(
        {.state = at_commit_, .terms = node_.log(), .membership = node_.memberships().before(end)});
  });
}

void Partition::on_written(Offset end) { tail_.may_let_go(end); }

void Partition::on_stored(Offset end) { journal_.checkpoint(options_.key, end); }

// Nothing is lost: the journal keeps what the segments lack. It will fill up, and then it refuses
// clients; a restart tries again.
void Partition::on_segments_failed(const Error&) {}

std::shared_ptr<log::Restoring> Partition::begin_fold() const {
  return std::make_shared<StoredLog>(options_.founded_with);
}

}  // namespace usher::partition
