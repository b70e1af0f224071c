// A whole batch in memory: header and body, each a shared read-only slice, so that the leader can
// change the one without touching the other. What comes from outside is decoded and then checked,
// as deeply as the reader's part demands:
//
//     decode        magic, CRCs of the header, lengths                          everybody
//     check_crcs    the sections' CRCs                                          followers,
//     consumers check_whole   CRC and SHA-256 of every section, every record, every place leaders,
//     the audit
#pragma once

#include <vector>

#include "proto/base/bytes.h"
#include "proto/base/result.h"
#include "proto/wire/batch_header.h"
#include "proto/wire/record.h"

namespace usher::wire {

class Batch {
 public:
  // The body is as long as the header says.
  Batch(BatchHeader header, Buffer body);
  // `bytes` begins with a batch and may go on behind it. Errors as BatchHeader::decode;
  // BATCH_MALFORMED where the body is cut off.
  static Result<Batch> decode(const Buffer& bytes);

  const BatchHeader& header() const { return header_; }
  const Buffer& body() const { return body_; }
  // As stored: packed or not.
  Buffer stored_section(size_t topic_index) const;

  // The errors name the topic. BATCH_CORRUPT: a checksum or hash; BATCH_MALFORMED: what it covers.
  Result<void> check_crcs() const;
  Result<void> check_whole() const;

  // The same body under a header with a place (seal).
  Batch with_header(BatchHeader sealed) const;

 private:
  BatchHeader header_;
  Buffer body_;
};

// One topic's records, ready to be read: checked, unpacked where packed. It keeps its memory.
class Section {
 public:
  // Checks the CRC, unpacks, walks the records. Works on a section alone, without the rest of the
  // body. `places`: the batch's record count.
  static Result<Section> open(const TopicEntry& entry, const Buffer& stored, uint32_t places);
  SectionReader read() const { return SectionReader(raw_); }
  Bytes raw() const { return raw_; }

 private:
  Buffer raw_;
};

// The records of several sections in the order of the log. The sections outlive it.
class MergedReader {
 public:
  struct Item {
    size_t section;
    RecordView record;
  };
  explicit MergedReader(const std::vector<Section>& sections);
  bool done() const;
  Item next();

 private:
  std::vector<SectionReader> readers_;
};

}  // namespace usher::wire
