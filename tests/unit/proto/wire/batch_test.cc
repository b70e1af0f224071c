#include "proto/wire/batch.h"

#include <functional>

#include "proto/base/crc32c.h"
#include "proto/base/little_endian.h"
#include "proto/wire/batch_format.h"

#include "tests/doctest.h"
#include "tests/unit/proto/wire/batch_samples.h"

namespace usher::wire {
namespace {

// The bytes with a change, and the producer's CRC made right again: what a buggy sender could send.
Buffer changed(const Batch& batch, const std::function<void(std::byte*)>& change) {
  Buffer bytes = samples::joined(batch);
  OwnedBytes copy(bytes.size());
  std::copy(bytes.bytes().begin(), bytes.bytes().end(), copy.data());
  change(copy.data());
  size_t producer_bytes =
      batch.header().bytes().size() - format::log_part_bytes(batch.header().topics().size());
  Bytes part(copy.data() + format::kVersionAt, producer_bytes - format::kVersionAt);
  store_le(copy.data() + format::kProducerCrcAt, crc32c(part));
  return Buffer(std::move(copy));
}

ErrorCode refusal(const Buffer& bytes) {
  auto batch = Batch::decode(bytes);
  if (!batch) return batch.error().code;
  auto whole = batch->check_whole();
  REQUIRE_MESSAGE(!whole, "the batch was accepted");
  return whole.error().code;
}

TEST_CASE("a batch under every guard reads back as it was written") {
  for (const Guard& guard : samples::all_guards())
    for (Compression how : {Compression::kNone, Compression::kLz4, Compression::kZstd}) {
      Batch made = samples::two_topics(guard, how);
      auto read = Batch::decode(samples::joined(made));
      REQUIRE(read);
      REQUIRE(read->check_whole());
      EXPECT(read->header().guard() == guard);
      EXPECT(read->header().records() == 4);
      EXPECT(read->header().topics() == made.header().topics());
      EXPECT(equal(read->body(), made.body()));
      EXPECT(!read->header().sealed());
    }
}

TEST_CASE("the order of the records across topics survives the sections") {
  Batch batch = samples::two_topics(NoGuard{}, Compression::kLz4);
  std::vector<Section> sections;
  for (size_t i = 0; i < 2; ++i) {
    auto section = Section::open(batch.header().topics()[i], batch.stored_section(i), 4);
    REQUIRE(section);
    sections.push_back(*section);
  }
  std::vector<TopicId> order;
  uint32_t place = 0;
  for (MergedReader reader(sections); !reader.done();) {
    auto [section, record] = reader.next();
    EXPECT(record.place == place++);
    order.push_back(batch.header().topics()[section].topic);
  }
  EXPECT(order == std::vector{samples::kCommands, samples::kChangelog, samples::kCommands,
                              samples::kChangelog});
}

TEST_CASE("a missing key, a tombstone, an empty value and headers stay what they are") {
  Batch batch = samples::two_topics(NoGuard{});
  auto commands = Section::open(batch.header().topics()[0], batch.stored_section(0), 4);
  auto changelog = Section::open(batch.header().topics()[1], batch.stored_section(1), 4);
  REQUIRE(commands);
  REQUIRE(changelog);
  SectionReader reader = commands->read();
  EXPECT(as_text(*reader.next().key) == "event-1");
  RecordView without_key = reader.next();
  EXPECT(!without_key.key);
  REQUIRE(without_key.headers.size() == 1);
  without_key.headers.for_each([](const Header& header) {
    EXPECT(header.name == "trace");
    EXPECT(as_text(header.value) == "t-1");
  });
  EXPECT(reader.done());
  reader = changelog->read();
  EXPECT(!reader.next().value);
  RecordView empty = reader.next();
  REQUIRE(empty.value);
  EXPECT(empty.value->empty());
}

TEST_CASE("a place given by the leader changes the log part and nothing else") {
  Batch made = samples::two_topics(samples::producer_guard());
  Chain previous = sha256(as_bytes("before"));
  Batch sealed = samples::sealed(made, previous);
  EXPECT(sealed.header().place() == samples::place());
  EXPECT(sealed.header().end_offset() == Offset(1'000'004));
  EXPECT(sealed.header().base_seq(0) == Seq(500));
  EXPECT(sealed.header().base_seq(1) == Seq(600));
  EXPECT(sealed.header().chain() == sealed.header().chain_after(previous));
  size_t producer_bytes = made.header().bytes().size() - format::log_part_bytes(2);
  EXPECT(equal(sealed.header().bytes().bytes().first(producer_bytes),
               made.header().bytes().bytes().first(producer_bytes)));
}

TEST_CASE("the chain depends on what came before and on every field of the header") {
  Batch made = samples::two_topics(samples::producer_guard());
  Chain a = samples::sealed(made, sha256(as_bytes("a"))).header().chain();
  Chain b = samples::sealed(made, sha256(as_bytes("b"))).header().chain();
  Chain other = samples::sealed(samples::two_topics(samples::link_guard()), sha256(as_bytes("a")))
                    .header()
                    .chain();
  EXPECT(a != b);
  EXPECT(a != other);
}

TEST_CASE("a flipped bit anywhere in a sealed batch is refused") {
  Batch batch = samples::sealed(samples::two_topics(samples::step_guard()));
  Buffer bytes = samples::joined(batch);
  for (size_t at = 0; at < bytes.size(); ++at)
    for (int bit : {0, 3, 7}) {
      OwnedBytes copy(bytes.size());
      std::copy(bytes.bytes().begin(), bytes.bytes().end(), copy.data());
      copy.data()[at] ^= std::byte(1 << bit);
      Buffer flipped(std::move(copy));
      auto read = Batch::decode(flipped);
      if (read) {
        CAPTURE(at);
        REQUIRE(!read->check_crcs());
        REQUIRE(!read->check_whole());
      }
    }
}

TEST_CASE("a batch cut off anywhere is refused") {
  Buffer bytes = samples::joined(samples::two_topics(samples::claim_guard()));
  for (size_t size = 0; size < bytes.size(); ++size) {
    // A copy of its own length, so that reading past the end is seen.
    EXPECT(!Batch::decode(Buffer::copy_of(bytes.bytes().first(size))));
  }
}

TEST_CASE("a log part from another batch is refused although its own CRC is right") {
  Batch one = samples::sealed(samples::two_topics(NoGuard{}));
  BatchBuilder builder;
  REQUIRE(builder.add(samples::kCommands, {.key = {}, .value = as_bytes("x"), .headers = {}}));
  REQUIRE(builder.add(samples::kChangelog, {.key = {}, .value = as_bytes("y"), .headers = {}}));
  Batch other = samples::sealed(builder.finish(NoGuard{}));
  size_t log_bytes = format::log_part_bytes(2);
  OwnedBytes mixed(one.header().bytes().size());
  Bytes front = one.header().bytes().bytes().first(mixed.size() - log_bytes);
  Bytes back = other.header().bytes().bytes().last(log_bytes);
  std::copy(back.begin(), back.end(), std::copy(front.begin(), front.end(), mixed.data()));
  EXPECT(BatchHeader::decode(Buffer(std::move(mixed))).error().code == ErrorCode::BATCH_CORRUPT);
}

TEST_CASE("unknown required features and versions are refused by name") {
  Batch batch = samples::two_topics(NoGuard{});
  auto features = Batch::decode(changed(
      batch, [](std::byte* bytes) { store_le(bytes + format::kFeaturesAt, uint32_t{0b100100}); }));
  REQUIRE(!features);
  EXPECT(features.error().code == ErrorCode::FEATURE_UNKNOWN);
  EXPECT(features.error().detail == "batch requires feature bits 2, 5");
  auto version = Batch::decode(
      changed(batch, [](std::byte* bytes) { store_le(bytes + format::kVersionAt, uint16_t{2}); }));
  REQUIRE(!version);
  EXPECT(version.error().code == ErrorCode::VERSION_UNSUPPORTED);
  EXPECT(version.error().detail == "batch format 2, this program knows 1");
}

TEST_CASE("a header whose numbers contradict each other is refused") {
  using namespace format;
  Batch batch = samples::two_topics(NoGuard{});
  auto with = [&](size_t at, auto value) {
    return refusal(changed(batch, [&](std::byte* bytes) { store_le(bytes + at, value); }));
  };
  size_t row = kFixedBytes;
  EXPECT(with(kKindAt, uint16_t{0}) == ErrorCode::BATCH_MALFORMED);
  EXPECT(with(kKindAt, uint16_t{3}) == ErrorCode::BATCH_MALFORMED);
  EXPECT(with(kBatchBytesAt, uint32_t{7}) == ErrorCode::BATCH_MALFORMED);
  EXPECT(with(kHeaderBytesAt, uint32_t{32}) == ErrorCode::BATCH_MALFORMED);
  EXPECT(with(kHeaderBytesAt, ~uint32_t{0}) == ErrorCode::BATCH_MALFORMED);
  EXPECT(with(kRecordsAt, uint32_t{5}) == ErrorCode::BATCH_MALFORMED);
  EXPECT(with(kTopicCountAt, uint16_t{0}) == ErrorCode::BATCH_MALFORMED);
  EXPECT(with(kTopicCountAt, uint16_t{0xffff}) == ErrorCode::BATCH_MALFORMED);
  EXPECT(with(kGuardKindAt, uint16_t{9}) == ErrorCode::BATCH_MALFORMED);
  EXPECT(with(row + kTopicAt, uint32_t{999}) == ErrorCode::BATCH_MALFORMED);
  EXPECT(with(row + kTopicRecordsAt, uint32_t{0}) == ErrorCode::BATCH_MALFORMED);
  EXPECT(with(row + kRawBytesAt, ~uint32_t{0}) == ErrorCode::BATCH_MALFORMED);
  EXPECT(with(row + kCompressionAt, uint8_t{9}) == ErrorCode::BATCH_MALFORMED);
  EXPECT(with(row + kCompressionAt + 1, uint8_t{1}) == ErrorCode::BATCH_MALFORMED);
  EXPECT(with(row + kSectionCrcAt, uint32_t{1}) == ErrorCode::BATCH_CORRUPT);
  EXPECT(with(row + kSectionShaAt, uint32_t{1}) == ErrorCode::BATCH_CORRUPT);
}

TEST_CASE("a control batch with a guard is refused") {
  BatchBuilder builder({.kind = BatchKind::kControl});
  REQUIRE(builder.add(TopicId(1), {.key = {}, .value = as_bytes("new leader"), .headers = {}}));
  Batch control = builder.finish(NoGuard{});
  EXPECT(control.header().kind() == BatchKind::kControl);
  Batch guarded = samples::two_topics(samples::producer_guard());
  EXPECT(refusal(changed(guarded, [](std::byte* bytes) {
           store_le(bytes + format::kKindAt, static_cast<uint16_t>(BatchKind::kControl));
         })) == ErrorCode::BATCH_MALFORMED);
}

TEST_CASE("guards that contradict themselves are refused") {
  auto refused = [](Guard guard) {
    std::byte bytes[64];
    encode_guard(guard, bytes);
    auto kind = kind_of(guard);
    return !decode_guard(kind, Bytes(bytes, *guard_bytes(static_cast<uint16_t>(kind))));
  };
  auto step = std::get<StepGuard>(samples::step_guard());
  step.to = Offset(99);
  EXPECT(refused(step));
  step = std::get<StepGuard>(samples::step_guard());
  step.witness = Offset(100);
  EXPECT(refused(step));
  step.from = step.to = Offset(100);  // takes no input: any record may be the witness
  EXPECT(!refused(step));
  auto link = std::get<LinkGuard>(samples::link_guard());
  link.to = link.from;
  EXPECT(refused(link));
}

TEST_CASE("two records of one place are refused") {
  // Two topics with one record each, both at place 0.
  BatchBuilder builder;
  REQUIRE(builder.add(TopicId(20), {.key = {}, .value = as_bytes("a"), .headers = {}}));
  REQUIRE(builder.add(TopicId(21), {.key = {}, .value = as_bytes("b"), .headers = {}}));
  Batch batch = builder.finish(NoGuard{});
  std::vector<std::byte> section(batch.stored_section(1).bytes().begin(),
                                 batch.stored_section(1).bytes().end());
  section[6] = std::byte{0};  // the place
  ProducerPart part{.kind = BatchKind::kData,
                    .guard = NoGuard{},
                    .records = 2,
                    .topics = batch.header().topics()};
  part.topics[1].crc = crc32c(section);
  part.topics[1].sha256 = sha256(Bytes(section));
  OwnedBytes body(batch.body().size());
  Bytes first = batch.stored_section(0);
  std::copy(section.begin(), section.end(), std::copy(first.begin(), first.end(), body.data()));
  auto header = BatchHeader::decode(encode_header(part));
  REQUIRE(header);
  auto whole = Batch(*header, Buffer(std::move(body))).check_whole();
  REQUIRE(!whole);
  EXPECT(whole.error().code == ErrorCode::BATCH_MALFORMED);
}

TEST_CASE("what packs into nothing smaller is stored as it is") {
  BatchBuilder builder({.kind = BatchKind::kData, .compression = Compression::kZstd});
  REQUIRE(builder.add(TopicId(20), {.key = {}, .value = as_bytes("x"), .headers = {}}));
  Batch batch = builder.finish(NoGuard{});
  EXPECT(batch.header().topics()[0].compression == Compression::kNone);
  EXPECT(batch.check_whole());
}

}  // namespace
}  // namespace usher::wire
