// A damaged segment is written again, behind its own head, from what another replica holds of it:
// the chain proves that it is the same. Until the new file has the old one's name nothing changes.
//
//     damaged_ ─→ wanted ─→ (a peer) ─→ mend ─→ BASE.segment.mending ──all──→ BASE.segment, index
#include <algorithm>
#include <cstring>

#include "broker/log/index_file.h"
#include "broker/log/segments.h"
#include "proto/base/check.h"

namespace usher::log {
namespace {

std::string mending_name(Offset base) { return segment_name(base) + ".mending"; }

}  // namespace

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
    return Read{.from = mending_->index->summary().end, .limit = mending_->summary.end};
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

void Segments::begin_mending(const SegmentSummary& summary) {
  mending_.emplace(Mending{.summary = summary});
  auto opened = [this, bytes = summary.bytes](Result<std::unique_ptr<io::File>> file) {
    if (!file) return give_up_mending();
    std::shared_ptr<io::File> kept = std::move(*file);
    uint64_t whole = (bytes + io::kSector - 1) / io::kSector * io::kSector;
    kept->read(0, whole, alive<Buffer>([this, kept](Result<Buffer> old) {
                 if (!old) return give_up_mending();
                 make_mended_file(*old);
               }));
  };
  disk_.open(path(segment_name(summary.base)), {.mode = io::OpenMode::kRead, .direct = true},
             alive<std::unique_ptr<io::File>>(opened));
}

void Segments::make_mended_file(const Buffer& old) {
  auto head = decode_head(old);
  const SegmentSummary& summary = mending_->summary;
  bool ours = head && head->key == options_.key && head->begin.offset == summary.base &&
              head->begin.chain == summary.before;
  if (!ours) {
    beyond_mending_.insert(summary.base);
    return give_up_mending();
  }
  mending_->position = head_bytes(*head);
  mending_->index = std::make_shared<Index>(head->begin, mending_->position);
  std::string name = path(mending_name(summary.base));
  auto written = [this](Result<void> done) {
    if (!done) return give_up_mending();
    mending_->busy = false;
    stop_if_idle();
  };
  auto made = [this, head = encode_head(*head), written](Result<std::unique_ptr<io::File>> file) {
    if (!file) return give_up_mending();
    mending_->file = std::move(*file);
    mending_->file->write(0, head, io::Durability::kCached, alive<void>(written));
  };
  disk_.remove(name, alive<void>([this, name, made](Result<void> gone) {
                 if (!gone) return give_up_mending();
                 disk_.open(name, {.mode = io::OpenMode::kCreateNew, .direct = true},
                            alive<std::unique_ptr<io::File>>(made));
               }));
}

void Segments::mend(const std::vector<wire::Batch>& batches) {
  if (!mending_ || mending_->busy || is_stopped_) return;
  std::vector<wire::Batch> proved;
  Offset next = mending_->index->summary().end;
  wire::Chain chain = mending_->index->summary().after;
  for (const wire::Batch& batch : batches) {
    const wire::BatchHeader& header = batch.header();
    if (header.sealed() && header.end_offset() <= next) continue;
    bool is_next = header.sealed() && header.end_offset() <= mending_->summary.end &&
                   check_continues(header, options_.key, next, chain) && batch.check_crcs();
    if (!is_next) break;
    next = header.end_offset();
    chain = header.chain();
    proved.push_back(batch);
  }
  if (!proved.empty()) write_mended(proved);
}

void Segments::write_mended(const std::vector<wire::Batch>& batches) {
  mending_->busy = true;
  size_t bytes = 0;
  for (const wire::Batch& batch : batches) bytes += batch.header().batch_bytes();
  size_t padded = (bytes + io::kSector - 1) / io::kSector * io::kSector;
  OwnedBytes piece(padded, io::kSector);
  std::byte* to = piece.data();
  uint64_t position = mending_->position;
  for (const wire::Batch& batch : batches) {
    for (Bytes part : {batch.header().bytes().bytes(), batch.body().bytes()}) {
      if (!part.empty()) std::memcpy(to, part.data(), part.size());
      to += part.size();
    }
    mending_->index->note(batch.header(), position);
    position += batch.header().batch_bytes();
  }
  std::memset(to, 0, padded - bytes);
  auto written = [this, padded](Result<void> done) {
    if (!done) return give_up_mending();
    mending_->position += padded;
    mending_->busy = false;
    if (mending_->index->summary().end == mending_->summary.end) return finish_mending();
    stop_if_idle();
  };
  mending_->file->write(mending_->position, Buffer(std::move(piece)), io::Durability::kCached,
                        alive<void>(written));
}

// The old index stays until then: without one, a start that still finds the old file would have to
// read the damage. Beside the new file it is seen to be of another.
void Segments::finish_mending() {
  Offset base = mending_->summary.base;
  if (mending_->index->summary().after != mending_->summary.after) return give_up_mending();
  mending_->busy = true;
  auto named = [this, base](Result<void> done) {
    if (!done) return give_up_mending();
    std::erase_if(loaded_, [&](const Loaded& loaded) { return loaded.base() == base; });
    for (SegmentSummary& sealed : sealed_)
      if (sealed.base == base) sealed = mending_->index->summary();
    damaged_.erase(base);
    ++mended_;
    store_index(disk_, path(index_name(base)), mending_->index->encode(options_.key),
                alive<void>([this](const Result<void>&) {
                  mending_.reset();
                  stop_if_idle();
                }));
  };
  auto renamed = [this, named](Result<void> done) {
    if (!done) return give_up_mending();
    disk_.sync_directory(options_.directory, alive<void>(named));
  };
  mending_->file->sync(alive<void>([this, base, renamed](Result<void> synced) {
    if (!synced) return give_up_mending();
    disk_.rename(path(mending_name(base)), path(segment_name(base)), alive<void>(renamed));
  }));
}

// It is begun again when it is wanted again.
void Segments::give_up_mending() {
  disk_.remove(path(mending_name(mending_->summary.base)), [](const Result<void>&) {});
  mending_.reset();
  stop_if_idle();
}

}  // namespace usher::log
