#include "tests/unit/tools/audit/sale.h"

#include <cstring>
#include <fstream>

#include <fmt/format.h>

#include "broker/journal/group.h"
#include "broker/log/segment_head.h"
#include "processors/apps/seats/app/app.h"
#include "proto/base/check.h"
#include "proto/base/random.h"
#include "proto/wire/batch_builder.h"
#include "proto/wire/step_record.h"

namespace usher::audit {
namespace {

constexpr uint32_t kFirstTopic = 20;
constexpr size_t kSector = 4096;

processors::SpaceInfo space_of_sale() {
  processors::SpaceInfo space{.name = std::string(seats::kSpace), .topics = {}};
  const wire::Metadata metadata = sale_metadata();
  for (const wire::TopicInfo& topic : metadata.spaces[0].topics)
    space.topics.push_back(
        {.name = topic.name,
         .id = topic.id,
         .written_by = topic.writer == wire::WriterKind::kApp ? std::string(seats::kAppName) : ""});
  return space;
}

void append(std::string& to, Bytes bytes) { to.append(as_text(bytes)); }
void fill_sector(std::string& file) {
  file.resize((file.size() + kSector - 1) / kSector * kSector);
}

void write_file(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

// A journal of one file: a group of states, then a group a batch.
void write_journal(const std::string& path, const Log& log, size_t from,
                   std::vector<Written>& written) {
  std::string file;
  std::string name = path + "/0001.journal";
  uint64_t number = 0;
  Digest previous;
  auto add_group = [&](const journal::Entry& entry) {
    std::string body(journal::entry_bytes(entry), '\0');
    journal::encode_entry(entry, reinterpret_cast<std::byte*>(body.data()));
    journal::GroupHeader header{.journal = journal::JournalId(7),
                                .generation = journal::Generation(1),
                                .number = journal::GroupNumber(number + 1),
                                .follows = journal::GroupNumber(number),
                                .attested = journal::GroupNumber(number),
                                .oldest = journal::Generation(1),
                                .previous = previous,
                                .entries = 1,
                                .body_bytes = static_cast<uint32_t>(body.size()),
                                .body = xxh3_128(as_bytes(body))};
    ++number;
    previous = journal::digest_of(header);
    std::byte bytes[journal::kGroupHeaderBytes];
    journal::encode_group_header(header, bytes);
    append(file, bytes);
    uint64_t at = file.size() + 16;
    file += body;
    fill_sector(file);
    return at;
  };
  const journal::PartitionKey key{.space = SpaceId(1), .partition = PartitionId(0)};
  Offset stored =
      from < log.size() ? log[from].header().place().base_offset : log.back().header().end_offset();
  journal::PartitionState state{
      .term = Term(1), .vote = 0, .commit = log.back().header().end_offset(), .stored = stored};
  add_group({.kind = journal::EntryKind::kState, .partition = key, .state = state});
  for (size_t i = from; i < log.size(); ++i)
    written[i] = {name, add_group({.kind = journal::EntryKind::kBatch,
                                   .partition = key,
                                   .header = log[i].header().bytes(),
                                   .body = log[i].body()})};
  write_file(name, file);
}

}  // namespace

wire::Metadata sale_metadata() {
  wire::Metadata metadata;
  wire::SpaceInfo space{.id = SpaceId(1), .name = std::string(seats::kSpace)};
  space.partitions.resize(1);
  space.slots.resize(kSlots);
  uint32_t next = kFirstTopic;
  for (const seats::TopicToMake& topic : seats::topics_to_make()) {
    bool app = topic.writer == seats::WrittenBy::kApp;
    wire::TopicInfo info{.id = TopicId(next++), .name = std::string(topic.name)};
    info.writer = app ? wire::WriterKind::kApp : wire::WriterKind::kProducers;
    if (app) info.app = AppId(1);
    info.changelog = topic.is_changelog;
    space.topics.push_back(std::move(info));
  }
  metadata.spaces.push_back(std::move(space));
  metadata.apps.push_back(
      {.id = AppId(1), .name = std::string(seats::kAppName), .space = SpaceId(1)});
  return metadata;
}

TopicId sale_topic(std::string_view name) {
  return Catalog(sale_metadata()).topic(SpaceId(1), name)->id;
}

Sale::Sale() : driver_(*seats::seats_app(space_of_sale()), space_of_sale()) {}

void Sale::change(std::string_view event, decltype(seats::EventCommand::what) what) {
  seats::EventCommand command;
  command.command = {.high = 1, .low = ++commands_};
  command.what = std::move(what);
  driver_.send(name_of(seats::Topic::kEventCommands), event, seats::encode(command));
}

void Sale::ask(std::string_view event, decltype(seats::ReservationCommand::what) what,
               seats::ReservationId id) {
  seats::ReservationCommand command;
  command.id = id;
  command.what = std::move(what);
  driver_.send(name_of(seats::Topic::kReservationCommands), event, seats::encode(command));
}

void Sale::create(std::string_view event, uint16_t rows, uint16_t seats_per_row,
                  seats::EventSettings settings) {
  seats::CreateEvent create;
  create.settings = settings;
  create.sections = {{"A", rows, seats_per_row}};
  change(event, create);
}

seats::ReservationId Sale::reserve(std::string_view event, std::string_view user, uint32_t count,
                                   std::vector<seats::Seat> named) {
  seats::ReservationId id = seats::make_keyed_id(event, user, fmt::format("key-{}", ++commands_));
  seats::Reserve reserve;
  reserve.section = "A";
  reserve.user = user;
  reserve.count = count;
  reserve.seats = std::move(named);
  ask(event, reserve, id);
  return id;
}

seats::ReservationId Sale::reserve_without_key(std::string_view event, std::string_view user,
                                               uint32_t count) {
  seats::ReservationId id = seats::make_id(event, driver_.now(), ++commands_);
  ask(event, seats::Reserve{.section = "A", .user = std::string(user), .count = count}, id);
  return id;
}

void Sale::pay(std::string_view event, seats::ReservationId id) { ask(event, seats::Pay{}, id); }
void Sale::cancel(std::string_view event, seats::ReservationId id) {
  ask(event, seats::Cancel{}, id);
}
void Sale::block(std::string_view event, std::vector<seats::Seat> seats) {
  change(event, seats::BlockSeats{{{.section = "A", .seats = std::move(seats)}}});
}

void Sale::run() {
  create("jazz", 3, 6, {.limit_per_user = 4, .hold_s = 60});
  create("jazz", 2, 2);
  block("jazz", {{1, 1}});
  auto first = reserve("jazz", "ann", 2);
  auto second = reserve("jazz", "bob", 3);
  reserve("jazz", "ann", 3);
  reserve("jazz", "cid", 1, {{1, 1}});
  pay("jazz", first);
  cancel("jazz", second);
  driver_.send(name_of(seats::Topic::kReservationCommands), "jazz", "garbage");
  auto left = reserve("jazz", "dan", 4);
  driver_.advance(61s);
  pay("jazz", left);
  driver_.fail_over(processors::TestDriver::Disk::kEmpty);
  reserve("jazz", "eve", 20);
  reserve("rock", "eve", 1);
  for (int i = 0; i < 8; ++i) reserve("jazz", fmt::format("user{}", i), 2);
  driver_.advance(61s);
}

void rehash(Log& log, size_t from) {
  wire::Chain chain = from > 0 ? log[from - 1].header().chain() : wire::Chain{};
  std::map<TopicId, Seq> next;
  Offset end;
  for (size_t i = 0; i < log.size(); ++i) {
    const wire::BatchHeader& header = log[i].header();
    wire::Place place = header.place();
    std::vector<Seq> seqs;
    for (const wire::TopicEntry& entry : header.topics()) {
      seqs.push_back(next[entry.topic]);
      next[entry.topic] = seqs.back() + entry.records;
    }
    place.base_offset = end;
    end = end + header.records();
    if (i < from) continue;
    auto sealed = wire::BatchHeader::decode(wire::seal(header, place, seqs, chain));
    CHECK(sealed.has_value());
    chain = sealed->chain();
    log[i] = log[i].with_header(std::move(*sealed));
  }
}

namespace {

// The batch under the place of `like`, with the chain that stood there.
wire::Batch placed_like(const wire::Batch& batch, const wire::BatchHeader& like,
                        const wire::Place& place) {
  std::vector<Seq> seqs;
  for (const wire::TopicEntry& entry : batch.header().topics())
    for (size_t i = 0; i < like.topics().size(); ++i)
      if (like.topics()[i].topic == entry.topic) seqs.push_back(like.base_seq(i));
  seqs.resize(batch.header().topics().size());
  auto sealed = wire::BatchHeader::decode(wire::seal(batch.header(), place, seqs, {}));
  CHECK(sealed.has_value());
  return batch.with_header(std::move(*sealed));
}

}  // namespace

wire::Batch edited(const wire::Batch& batch,
                   const std::function<void(std::vector<Edited>&)>& edit) {
  auto opened = OpenedBatch::open({batch, {}});
  CHECK(opened.has_value());
  std::vector<Edited> records;
  std::vector<std::vector<std::pair<std::string, std::string>>> headers;
  opened->for_each([&](TopicId topic, const wire::RecordView& record) {
    Edited one{topic, {}, {}};
    if (record.key) one.key.emplace(as_text(*record.key));
    if (record.value) one.value.emplace(as_text(*record.value));
    records.push_back(std::move(one));
    auto& of = headers.emplace_back();
    record.headers.for_each(
        [&](const wire::Header& header) { of.emplace_back(header.name, as_text(header.value)); });
  });
  edit(records);
  headers.resize(records.size());
  wire::BatchBuilder builder;
  for (size_t i = 0; i < records.size(); ++i) {
    std::vector<wire::Header> views;
    for (const auto& [name, value] : headers[i]) views.push_back({name, as_bytes(value)});
    wire::Record record{.key = {}, .value = {}, .headers = views};
    if (records[i].key) record.key = as_bytes(*records[i].key);
    if (records[i].value) record.value = as_bytes(*records[i].value);
    CHECK(builder.add(records[i].topic, record).has_value());
  }
  return placed_like(builder.finish(batch.header().guard()), batch.header(),
                     batch.header().place());
}

wire::Batch with_guard(const wire::Batch& batch, const wire::Guard& guard) {
  const wire::BatchHeader& header = batch.header();
  wire::ProducerPart part{.kind = header.kind(),
                          .guard = guard,
                          .records = header.records(),
                          .topics = header.topics()};
  auto made = wire::BatchHeader::decode(wire::encode_header(part));
  CHECK(made.has_value());
  return placed_like(batch.with_header(std::move(*made)), header, header.place());
}

wire::Batch placed(const wire::Batch& batch, const std::function<void(wire::Place&)>& move) {
  wire::Place place = batch.header().place();
  move(place);
  return placed_like(batch, batch.header(), place);
}

size_t find_batch(const Log& log, const std::function<bool(const wire::Batch&)>& is) {
  for (size_t i = 0; i < log.size(); ++i)
    if (is(log[i])) return i;
  CHECK(false, "no such batch");
}

Scratch::Scratch() {
  root_ = std::filesystem::temp_directory_path() /
          fmt::format("usher-audit-{:016x}", seed_from_system());
  std::filesystem::create_directories(root_);
}

Scratch::~Scratch() {
  std::error_code ignored;
  std::filesystem::remove_all(root_, ignored);
}

std::vector<Written> write_directory(const std::string& path, const Log& batches, Layout layout) {
  std::vector<Written> written(batches.size());
  std::string segments = fmt::format("{}/segments/1-{}", path, layout.partition.value());
  std::filesystem::create_directories(segments);
  std::filesystem::create_directories(path + "/journal");
  log::Boundary at;
  std::string file;
  std::string name;
  bool keep = true;
  size_t in_segments = batches.size() - layout.in_journal;
  for (size_t i = 0; i < in_segments; ++i) {
    if (i % layout.batches_per_segment == 0) {
      if (!file.empty() && keep) write_file(name, file);
      file.clear();
      keep = i >= layout.cut_before;
      name = segments + "/" + log::segment_name(at.offset);
      append(file, log::encode_head({.key = {.space = SpaceId(1), .partition = layout.partition},
                                     .begin = at,
                                     .snapshot = {}}));
    }
    written[i] = {name, file.size()};
    append(file, batches[i].header().bytes());
    append(file, batches[i].body());
    if (i % 3 == 0) fill_sector(file);
    at.pass(batches[i].header());
  }
  fill_sector(file);
  if (in_segments > 0) write_file(name, file);
  if (layout.partition == PartitionId(0))
    write_journal(path + "/journal", batches, in_segments, written);
  return written;
}

void flip_bit(const std::string& file, uint64_t position) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekg(static_cast<std::streamoff>(position));
  char byte = static_cast<char>(stream.get());
  stream.seekp(static_cast<std::streamoff>(position));
  stream.put(static_cast<char>(byte ^ 1));
}

}  // namespace usher::audit
