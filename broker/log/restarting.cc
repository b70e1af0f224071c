// The log begins anew behind a snapshot that another replica sent: its segment's head is kept at
// hand first; when the journal says that the log begins there, a start (opening.cc) puts it in the
// place of all that stood before. A crash at any moment finds the one log or the other.
//
//     head ─→ the file `incoming`, safe ─→ journal: restart ─→ old segments removed ─→ renamed
#include "broker/log/segments.h"
#include "proto/base/check.h"

namespace usher::log {

void Segments::keep_head(const Buffer& head, io::Done<void> done) {
  std::string name = path(std::string(kIncomingName));
  auto shared = std::make_shared<io::Done<void>>(alive<void>(std::move(done)));
  auto write = [this, head, name, shared](Result<std::unique_ptr<io::File>> opened) {
    if (!opened) return (*shared)(fail(opened.error()));
    std::shared_ptr<io::File> file = std::move(*opened);
    file->write(0, head, io::Durability::kDurable,
                alive<void>([this, file, shared](Result<void> written) {
                  if (!written) return (*shared)(std::move(written));
                  disk_.sync_directory(options_.directory, std::move(*shared));
                }));
  };
  disk_.remove(name, alive<void>([this, name, write, shared](Result<void> gone) {
                 if (!gone) return (*shared)(std::move(gone));
                 disk_.open(name, {.mode = io::OpenMode::kCreateNew, .direct = true},
                            alive<std::unique_ptr<io::File>>(write));
               }));
}

void Segments::drop_head() {
  disk_.remove(path(std::string(kIncomingName)), [](const Result<void>&) {});
}

void Segments::stop(Callback stopped) {
  stopped_ = std::move(stopped);
  stop_if_idle();
}

void Segments::go_on_again() {
  stopped_ = {};
  is_stopped_ = false;
  pump();
}

// Told once, when nothing of this is changing any file.
void Segments::stop_if_idle() {
  if (!stopped_ || (busy_ && !failure_) || is_removing_ || (mending_ && mending_->busy)) return;
  is_stopped_ = true;
  scheduler_.post([alive = alive_, stopped = std::exchange(stopped_, {})]() mutable {
    if (*alive) stopped();
  });
}

void Segments::read_head(io::Done<Buffer> done) {
  auto found = [this, done = std::move(done)](Result<Loaded> segment) mutable {
    if (!segment) return done(fail(segment.error()));
    // Behind the head stands the first batch.
    uint64_t bytes = segment->index->begins_at();
    auto file = segment->file;
    auto read = [this, file, base = segment->base(),
                 done = std::move(done)](Result<Buffer> head) mutable {
      if (!head) return done(fail(head.error()));
      auto decoded = decode_head(*head);
      if (!decoded || decoded->key != options_.key || decoded->begin.offset != base)
        return done(fail(ErrorCode::SEGMENT_CORRUPT, path(segment_name(base)) + " at byte 0"));
      done(std::move(head));
    };
    file->read(0, bytes, alive<Buffer>(std::move(read)));
  };
  if (sealed_.empty() && !open_) {
    scheduler_.post([done = alive<Loaded>(std::move(found))]() mutable {
      done(fail(ErrorCode::NOT_FOUND, "no segment"));
    });
    return;
  }
  with_segment(start(), std::move(found));
}

}  // namespace usher::log
