// A damaged segment is written again (rewriting.h) from what another replica holds of it: the chain
// proves that it is the same. A head that is damaged is folded again from the segment before.
//
//     damaged_ ─→ wanted ─→ (a peer) ─→ mend ─→ BASE.segment.mending ──all──→ BASE.segment, index
#include <algorithm>

#include "broker/log/index_file.h"
#include "broker/log/segment_walk.h"
#include "broker/log/segments.h"
#include "proto/base/check.h"

namespace usher::log {
void Segments::note_damage(const Error& why, Offset base) { damaged_.insert_or_assign(base, why); }

const SegmentSummary* Segments::sealed_at(Offset base) const {
  auto found = std::ranges::lower_bound(sealed_, base, {}, &SegmentSummary::base);
  return found != sealed_.end() && found->base == base ? &*found : nullptr;
}

std::optional<Read> Segments::wanted() {
  std::erase_if(damaged_, [this](const auto& known) { return known.first < start(); });
  if (failure_ || is_stopped_ || stopped_) return std::nullopt;
  if (mending_) {
    if (mending_->busy) return std::nullopt;
    return mending_->file->wanted();
  }
  for (const auto& [base, why] : damaged_) {
    if (beyond_mending_.contains(base)) continue;
    if (const SegmentSummary* sealed = sealed_at(base)) {
      begin_mending(*sealed);
      break;
    }
    // The open one is sealed first, when the next batch comes.
    if (open_ && open_base() == base) segment_bytes_ = options_.segment_bytes;
  }
  return std::nullopt;
}

// Its head stays, if that is whole.
void Segments::begin_mending(const SegmentSummary& summary) {
  mending_.emplace(
      Mending{.summary = summary,
              .file = std::make_shared<Rewriting>(disk_, options_.key, options_.directory,
                                                  summary.base, summary.end)});
  if (summary.bytes == 0) return make_head_again();
  read_whole(summary, alive<Buffer>([this](Result<Buffer> old) {
               if (!old) return give_up_mending();
               const SegmentSummary& was = mending_->summary;
               auto head = decode_head(*old);
               if (head && is_head_of(*head, was)) return rewrite_behind(*head);
               make_head_again();
             }));
}

void Segments::read_whole(const SegmentSummary& summary, io::Done<Buffer> done) {
  auto opened = [bytes = summary.bytes,
                 done = std::move(done)](Result<std::unique_ptr<io::File>> file) mutable {
    if (!file) return done(fail(file.error()));
    std::shared_ptr<io::File> kept = std::move(*file);
    kept->read(0, io::whole_sectors(bytes),
               [kept, done = std::move(done)](Result<Buffer> content) mutable {
                 done(std::move(content));
               });
  };
  disk_.open(path(segment_name(summary.base)), {.mode = io::OpenMode::kRead, .direct = true},
             alive<std::unique_ptr<io::File>>(std::move(opened)));
}

bool Segments::is_head_of(const SegmentHead& head, const SegmentSummary& summary) const {
  return head.key == options_.key && head.begin.offset == summary.base &&
         head.begin.chain == summary.before;
}

// The head says what the log before it comes to: the segment before has it all. Before the first
// batch of all there is nothing; what retention took, nobody here can fold again.
void Segments::make_head_again() {
  const SegmentSummary& summary = mending_->summary;
  std::shared_ptr<Restoring> fold = owner_->begin_fold();
  if (summary.base == Offset(0))
    return rewrite_behind({.key = options_.key, .begin = Boundary(), .snapshot = fold->snapshot()});
  auto at = std::ranges::lower_bound(sealed_, summary.base, {}, &SegmentSummary::base);
  if (at == sealed_.begin()) {
    beyond_mending_.insert(summary.base);
    return give_up_mending();
  }
  const SegmentSummary& before = *std::prev(at);
  read_whole(
      before, alive<Buffer>([this, fold, before](Result<Buffer> content) {
        if (!content) return give_up_mending();
        auto folded = Result<void>();
        auto walk = walk_segment(
            options_.key, before.base, *content,
            [&](const SegmentHead& head) { folded = fold->on_snapshot(head.snapshot); },
            [&](const wire::Batch& batch, uint64_t) {
              if (folded) fold->on_batch(batch);
            });
        // It is damaged itself: it comes first.
        if (!walk || !folded || walk->end.offset != before.end) {
          note_damage({ErrorCode::SEGMENT_CORRUPT,
                       path(segment_name(before.base)) + " at byte 0: it cannot be folded"},
                      before.base);
          return give_up_mending();
        }
        rewrite_behind({.key = options_.key, .begin = walk->end, .snapshot = fold->snapshot()});
      }));
}

void Segments::rewrite_behind(const SegmentHead& head) {
  mending_->file->begin(encode_head(head), Index(head.begin, head_bytes(head)),
                        alive<void>([this](Result<void> begun) { mended_some(begun); }));
}

void Segments::mended_some(const Result<void>& written) {
  if (!written) return give_up_mending();
  mending_->busy = false;
  if (mending_->file->is_whole()) return finish_mending();
  stop_if_idle();
}

void Segments::mend(const std::vector<wire::Batch>& batches) {
  if (!mending_ || mending_->busy || is_stopped_) return;
  mending_->busy = mending_->file->take(
      batches, alive<void>([this](Result<void> written) { mended_some(written); }));
}

// The old index stays until then: without one, a start that still finds the old file would have to
// read the damage. Beside the new file it is seen to be of another.
void Segments::finish_mending() {
  Offset base = mending_->summary.base;
  if (mending_->file->index().summary().after != mending_->summary.after) return give_up_mending();
  mending_->busy = true;
  auto named = [this, base](Result<void> done) {
    if (!done) return give_up_mending();
    const Index& index = mending_->file->index();
    std::erase_if(loaded_, [&](const Loaded& loaded) { return loaded.base() == base; });
    for (SegmentSummary& sealed : sealed_)
      if (sealed.base == base) sealed = index.summary();
    damaged_.erase(base);
    ++mended_;
    store_index(disk_, path(index_name(base)), index.encode(options_.key),
                alive<void>([this](const Result<void>&) {
                  mending_.reset();
                  stop_if_idle();
                }));
  };
  mending_->file->finish(alive<void>(named));
}

// It is begun again when it is wanted again.
void Segments::give_up_mending() {
  mending_->file->give_up();
  mending_.reset();
  stop_if_idle();
}

}  // namespace usher::log
