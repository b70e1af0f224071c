// From one segment to the next: the full one is synced and gets its index, the new one its head.
// The index is only a help, so nothing waits for it to be safe: it is made again where it is not.
#include "broker/log/index_file.h"
#include "broker/log/segments.h"
#include "proto/base/check.h"

namespace usher::log {

void Segments::begin_segment() {
  busy_ = true;
  if (!open_) return make_segment();
  sync([this] { write_index(); });
}

void Segments::write_index() {
  auto sealed = [this](Result<void> written) {
    // Without its index it is sealed all the same.
    if (!written && written.error().code != ErrorCode::DISK_FULL)
      return on_failure(written.error(), {});
    remember({open_->file, open_->index, open_->position});
    sealed_.push_back(open_->index->summary());
    open_.reset();
    make_segment();
  };
  store_index(disk_, path(index_name(open_->index->summary().base)),
              open_->index->encode(options_.key), alive<void>(sealed));
}

// What an attempt left behind that found the disk full, or a crash, makes room first.
void Segments::make_segment() {
  std::string name = path(segment_name(queue_.front().begins->begin.offset));
  auto again = [this] { make_segment(); };
  auto made = [this, again](Result<std::unique_ptr<io::File>> file) {
    if (!file) return on_failure(file.error(), again);
    write_head(std::move(*file));
  };
  disk_.remove(name, alive<void>([this, name, made, again](Result<void> gone) {
                 if (!gone) return on_failure(gone.error(), again);
                 disk_.open(name, {.mode = io::OpenMode::kCreateNew, .direct = true},
                            alive<std::unique_ptr<io::File>>(made));
               }));
}

void Segments::write_head(std::shared_ptr<io::File> file) {
  SegmentHead& head = *queue_.front().begins;
  auto again = [this] { make_segment(); };
  auto named = [this, file, again](Result<void> synced) {
    if (!synced) return on_failure(synced.error(), again);
    SegmentHead& begun = *queue_.front().begins;
    uint64_t position = head_bytes(begun);
    open_.emplace(OpenSegment{file, std::make_shared<Index>(begun.begin, position), position});
    queue_.front().begins.reset();
    go_on();
  };
  file->write(0, encode_head(head), io::Durability::kDurable,
              alive<void>([this, named, again](Result<void> written) {
                if (!written) return on_failure(written.error(), again);
                disk_.sync_directory(options_.directory, alive<void>(named));
              }));
}

}  // namespace usher::log
