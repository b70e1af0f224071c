#include "proto/wire/batch.h"

#include <fmt/format.h>

#include "proto/base/check.h"
#include "proto/base/crc32c.h"

namespace usher::wire {
namespace {

std::unexpected<Error> in_topic(ErrorCode code, const TopicEntry& entry, std::string_view what) {
  return fail(code, fmt::format("section of topic {}: {}", entry.topic.value(), what));
}

Result<void> check_crc(const TopicEntry& entry, Bytes stored) {
  if (crc32c(stored) != entry.crc)
    return in_topic(ErrorCode::BATCH_CORRUPT, entry, "does not match its CRC");
  return {};
}

}  // namespace

Batch::Batch(BatchHeader header, Buffer body) : header_(std::move(header)), body_(std::move(body)) {
  CHECK(body_.size() == header_.body_bytes());
}

Result<Batch> Batch::decode(const Buffer& bytes) {
  TRY_ASSIGN(BatchHeader header, BatchHeader::decode(bytes));
  if (bytes.size() < header.batch_bytes())
    return fail(ErrorCode::BATCH_MALFORMED,
                fmt::format("{} of a batch's {} bytes", bytes.size(), header.batch_bytes()));
  Buffer body = bytes.slice(header.bytes().size(), header.body_bytes());
  return Batch(std::move(header), std::move(body));
}

Buffer Batch::stored_section(size_t topic_index) const {
  const auto& topics = header_.topics();
  CHECK(topic_index < topics.size());
  size_t at = 0;
  for (size_t i = 0; i < topic_index; ++i) at += topics[i].stored_bytes;
  return body_.slice(at, topics[topic_index].stored_bytes);
}

Result<void> Batch::check_crcs() const {
  Bytes rest = body_;
  for (const TopicEntry& entry : header_.topics()) {
    TRY(check_crc(entry, rest.first(entry.stored_bytes)));
    rest = rest.subspan(entry.stored_bytes);
  }
  return {};
}

Result<void> Batch::check_whole() const {
  // One section has every place if its places rise; of several each place must be taken once.
  bool several = header_.topics().size() > 1;
  std::vector<bool> taken(several ? header_.records() : 0);
  for (size_t i = 0; i < header_.topics().size(); ++i) {
    const TopicEntry& entry = header_.topics()[i];
    Buffer stored = stored_section(i);
    TRY_ASSIGN(Section section, Section::open(entry, stored, header_.records()));
    if (sha256(stored) != entry.sha256)
      return in_topic(ErrorCode::BATCH_CORRUPT, entry, "does not match its SHA-256");
    if (!several) continue;
    for (SectionReader reader = section.read(); !reader.done(); reader.next()) {
      if (taken[reader.next_place()])
        return in_topic(ErrorCode::BATCH_MALFORMED, entry, "a place that another record has");
      taken[reader.next_place()] = true;
    }
  }
  return {};
}

Batch Batch::with_header(BatchHeader sealed) const { return Batch(std::move(sealed), body_); }

Result<Section> Section::open(const TopicEntry& entry, const Buffer& stored, uint32_t places) {
  if (stored.size() != entry.stored_bytes)
    return in_topic(ErrorCode::BATCH_MALFORMED, entry,
                    fmt::format("{} bytes, the table says {}", stored.size(), entry.stored_bytes));
  TRY(check_crc(entry, stored));
  Section section;
  section.raw_ = stored;
  if (entry.compression != Compression::kNone) {
    TRY_ASSIGN(section.raw_, unpack(entry.compression, stored, entry.raw_bytes));
  }
  if (auto checked = check_section(section.raw_, entry.records, places); !checked)
    return in_topic(checked.error().code, entry, checked.error().detail);
  return section;
}

MergedReader::MergedReader(const std::vector<Section>& sections) {
  readers_.reserve(sections.size());
  for (const Section& section : sections) readers_.push_back(section.read());
}

bool MergedReader::done() const {
  for (const SectionReader& reader : readers_)
    if (!reader.done()) return false;
  return true;
}

MergedReader::Item MergedReader::next() {
  size_t first = readers_.size();
  for (size_t i = 0; i < readers_.size(); ++i)
    if (!readers_[i].done() &&
        (first == readers_.size() || readers_[i].next_place() < readers_[first].next_place()))
      first = i;
  CHECK(first < readers_.size(), "next() behind the end");
  return {first, readers_[first].next()};
}

}  // namespace usher::wire
