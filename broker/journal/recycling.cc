// How files become free again: retired when nothing in them is needed, and copied forward when no
// other file can be had.
#include "broker/journal/journal.h"
#include "proto/base/check.h"
#include "proto/base/planted.h"
#include "proto/wire/batch_header.h"

namespace usher::journal {

// Never while a group is being written: what retires is judged by what is synced. Copies may wait
// for the very room that a file gives which was stored meanwhile.
void Journal::recycle() {
  if (writing_ || reading_) return;
  while (files_.in_use() > 1 && !files_.oldest_is_needed(stored_)) files_.retire_oldest();
  if (planted(Bug::kRecycleEarly) && files_.in_use() > 0)
    files_.release(files_.oldest().generation);
  if (!copying_ && files_.in_use() > 1 && files_.free() == 0 && files_.retiring() == 0 &&
      no_more_files())
    copy_forward();
}

// What the oldest file still holds of any log goes to the end of the journal, as copies; once they
// are synced the file is needed no more.
void Journal::copy_forward() {
  copying_ = reading_ = true;
  JournalFile& file = files_.oldest();
  uint64_t used = file.used;
  file.file->read(0, used, [this, alive = alive_, used](Result<Buffer> content) {
    if (!*alive) return;
    reading_ = false;
    if (!content) return fail(content.error());
    if (content->size() != used) return fail(Error{ErrorCode::IO_FAILED, "a journal file shrank"});
    add_copies(*content);
    flush();
  });
}

void Journal::add_copies(const Buffer& content) {
  std::vector<Waiting> copies;
  uint64_t position = 0;
  while (position < content.size()) {
    auto header = decode_group_header(content.bytes().subspan(position));
    CHECK(header && header->generation == files_.oldest().generation, "what was written is there");
    EntryReader reader(content.slice(position + kGroupHeaderBytes, header->body_bytes));
    position += group_bytes(header->body_bytes);
    while (!reader.done()) {
      auto entry = reader.next();
      CHECK(entry.has_value(), "what was written is there");
      if (entry->kind != EntryKind::kBatch && entry->kind != EntryKind::kCopy) continue;
      auto batch = wire::BatchHeader::decode(entry->header);
      CHECK(batch.has_value(), "what was written is there");
      const wire::Place& place = batch->place();
      if (batch->end_offset() <= written_[entry->partition].stored ||
          !owner_.holds(entry->partition, place.base_offset, place.term))
        continue;
      entry->kind = EntryKind::kCopy;
      copies.push_back({std::move(*entry), batch->end_offset()});
    }
  }
  auto done = [this, generation = files_.oldest().generation] {
    copying_ = false;
    if (files_.oldest().generation == generation) files_.oldest().ends.clear();
    recycle();
    flush();
  };
  if (copies.empty()) return done();
  copies.back().synced = std::move(done);
  for (Waiting& copy : copies) add(std::move(copy.entry), copy.end, std::move(copy.synced));
}

}  // namespace usher::journal
