#include "proto/seats/codec.h"
#include "proto/seats/message.h"

namespace usher::seats {
namespace {

constexpr size_t kChanges = static_cast<size_t>(EventChange::kRelease) + 1;
constexpr size_t kOutcomes = static_cast<size_t>(EventOutcome::kInvalid) + 1;

void write(const SectionShape& shape, wire::Shape::Builder to) {
  to.setName(to_kj(shape.name));
  to.setRows(shape.rows);
  to.setSeatsPerRow(shape.seats_per_row);
}
SectionShape read(wire::Shape::Reader from) {
  return {.name = text_of(from.getName()),
          .rows = from.getRows(),
          .seats_per_row = from.getSeatsPerRow()};
}

void write(const std::vector<SectionShape>& shapes, capnp::List<wire::Shape>::Builder to) {
  for (size_t i = 0; i < shapes.size(); ++i) write(shapes[i], to[static_cast<unsigned>(i)]);
}
std::vector<SectionShape> read(capnp::List<wire::Shape>::Reader from) {
  std::vector<SectionShape> shapes;
  for (auto shape : from) shapes.push_back(read(shape));
  return shapes;
}

void write(const std::vector<SectionSeats>& groups, capnp::List<wire::SectionSeats>::Builder to) {
  for (size_t i = 0; i < groups.size(); ++i) {
    auto group = to[static_cast<unsigned>(i)];
    group.setSection(to_kj(groups[i].section));
    set_seats(group.initSeats(static_cast<unsigned>(groups[i].seats.size())), groups[i].seats);
  }
}
std::vector<SectionSeats> read(capnp::List<wire::SectionSeats>::Reader from) {
  std::vector<SectionSeats> groups;
  for (auto group : from)
    groups.push_back({.section = text_of(group.getSection()), .seats = seats_of(group.getSeats())});
  return groups;
}

void write(const EventSettings& settings, wire::Settings::Builder to) {
  to.setHasOpens(settings.opens_at.has_value());
  to.setHasCloses(settings.closes_at.has_value());
  if (settings.opens_at) to.setOpensAt(settings.opens_at->us_since_1970());
  if (settings.closes_at) to.setClosesAt(settings.closes_at->us_since_1970());
  to.setLimitPerUser(settings.limit_per_user);
  to.setHoldSeconds(settings.hold_s);
  to.setDedupSeconds(settings.dedup_s);
}
EventSettings read(wire::Settings::Reader from) {
  EventSettings settings{.opens_at = {},
                         .closes_at = {},
                         .limit_per_user = from.getLimitPerUser(),
                         .hold_s = from.getHoldSeconds(),
                         .dedup_s = from.getDedupSeconds()};
  if (from.getHasOpens()) settings.opens_at = WallTime(from.getOpensAt());
  if (from.getHasCloses()) settings.closes_at = WallTime(from.getClosesAt());
  return settings;
}

void write(const CreateEvent& create, wire::EventCommand::Builder to) {
  auto builder = to.initCreate();
  write(create.settings, builder.initSettings());
  write(create.sections, builder.initSections(static_cast<unsigned>(create.sections.size())));
}
void write(const AddSection& add, wire::EventCommand::Builder to) {
  write(add.shape, to.initAddSection());
}
void write(const AlterEvent& alter, wire::EventCommand::Builder to) {
  auto builder = to.initAlter();
  builder.setSetsOpens(alter.opens_at.has_value());
  builder.setSetsCloses(alter.closes_at.has_value());
  builder.setSetsLimit(alter.limit_per_user.has_value());
  EventSettings settings;
  settings.opens_at = alter.opens_at.value_or(std::nullopt);
  settings.closes_at = alter.closes_at.value_or(std::nullopt);
  settings.limit_per_user = alter.limit_per_user.value_or(0);
  write(settings, builder.initSettings());
}
void write(const BlockSeats& block, wire::EventCommand::Builder to) {
  write(block.seats, to.initBlock(static_cast<unsigned>(block.seats.size())));
}
void write(const ReleaseSeats& release, wire::EventCommand::Builder to) {
  write(release.seats, to.initRelease(static_cast<unsigned>(release.seats.size())));
}

AlterEvent read(wire::Alter::Reader from) {
  EventSettings settings = read(from.getSettings());
  AlterEvent alter;
  if (from.getSetsOpens()) alter.opens_at = settings.opens_at;
  if (from.getSetsCloses()) alter.closes_at = settings.closes_at;
  if (from.getSetsLimit()) alter.limit_per_user = settings.limit_per_user;
  return alter;
}

}  // namespace

std::string encode(const EventCommand& command) {
  return packed<wire::EventCommand>([&](wire::EventCommand::Builder to) {
    to.setCommandHigh(command.command.high);
    to.setCommandLow(command.command.low);
    std::visit([&](const auto& what) { write(what, to); }, command.what);
  });
}
template <>
Result<EventCommand> decode(std::string_view bytes) {
  using Reader = wire::EventCommand::Reader;
  return unpacked<wire::EventCommand>(bytes, [](Reader from) -> Result<EventCommand> {
    EventCommand command{
        .command = {.high = from.getCommandHigh(), .low = from.getCommandLow()},
        .what = CreateEvent{},
    };
    switch (from.which()) {
      case wire::EventCommand::CREATE:
        command.what = CreateEvent{.settings = read(from.getCreate().getSettings()),
                                   .sections = read(from.getCreate().getSections())};
        return command;
      case wire::EventCommand::ADD_SECTION:
        command.what = AddSection{.shape = read(from.getAddSection())};
        return command;
      case wire::EventCommand::ALTER:
        command.what = read(from.getAlter());
        return command;
      case wire::EventCommand::BLOCK:
        command.what = BlockSeats{.seats = read(from.getBlock())};
        return command;
      case wire::EventCommand::RELEASE:
        command.what = ReleaseSeats{.seats = read(from.getRelease())};
        return command;
    }
    return malformed("an event command of a kind that is not known");
  });
}

std::string encode(const SeatEvent& event) {
  return packed<wire::SeatEvent>([&](wire::SeatEvent::Builder to) {
    to.setCommandHigh(event.command.high);
    to.setCommandLow(event.command.low);
    to.setCommandOffset(event.command_offset.value());
    to.setChange(static_cast<uint8_t>(event.change));
    to.setOutcome(static_cast<uint8_t>(event.outcome));
    if (!event.detail.empty()) to.setDetail(to_kj(event.detail));
    if (event.settings) write(*event.settings, to.initSettings());
    if (!event.sections.empty())
      write(event.sections, to.initSections(static_cast<unsigned>(event.sections.size())));
    if (!event.seats.empty())
      write(event.seats, to.initSeats(static_cast<unsigned>(event.seats.size())));
  });
}
template <>
Result<SeatEvent> decode(std::string_view bytes) {
  return unpacked<wire::SeatEvent>(bytes, [](wire::SeatEvent::Reader from) -> Result<SeatEvent> {
    TRY_ASSIGN(EventChange change, enum_of<EventChange>(from.getChange(), kChanges, "a change"));
    TRY_ASSIGN(EventOutcome outcome,
               enum_of<EventOutcome>(from.getOutcome(), kOutcomes, "an outcome"));
    SeatEvent event{.command = {.high = from.getCommandHigh(), .low = from.getCommandLow()},
                    .command_offset = Offset(from.getCommandOffset()),
                    .change = change,
                    .outcome = outcome,
                    .detail = text_of(from.getDetail()),
                    .settings = {},
                    .sections = read(from.getSections()),
                    .seats = read(from.getSeats())};
    if (from.hasSettings()) event.settings = read(from.getSettings());
    return event;
  });
}

std::string encode(const SectionStatus& status) {
  return packed<wire::SectionStatus>([&](wire::SectionStatus::Builder to) {
    to.setSection(to_kj(status.section));
    to.setAvailable(status.available);
    to.setReserved(status.reserved);
    to.setSold(status.sold);
    to.setBlocked(status.blocked);
  });
}
template <>
Result<SectionStatus> decode(std::string_view bytes) {
  using Reader = wire::SectionStatus::Reader;
  return unpacked<wire::SectionStatus>(bytes, [](Reader from) -> Result<SectionStatus> {
    return SectionStatus{.section = text_of(from.getSection()),
                         .available = from.getAvailable(),
                         .reserved = from.getReserved(),
                         .sold = from.getSold(),
                         .blocked = from.getBlocked()};
  });
}

std::string encode(const EventEntry& entry) {
  return packed<wire::Event>([&](wire::Event::Builder to) {
    write(entry.settings, to.initSettings());
    to.setSections(entry.sections);
    to.setSeats(entry.seats);
    to.setBodyHigh(entry.body.high);
    to.setBodyLow(entry.body.low);
    to.setOffset(entry.offset.value());
    to.setMadeAt(entry.made_at.us_since_1970());
    if (entry.sweep_at) to.setSweepAt(entry.sweep_at->us_since_1970());
    if (!entry.sweep_from.empty())
      to.setSweepFrom({reinterpret_cast<const unsigned char*>(entry.sweep_from.data()),
                       entry.sweep_from.size()});
    to.setSweepLeaves(entry.sweep_leaves);
  });
}
template <>
Result<EventEntry> decode(std::string_view bytes) {
  return unpacked<wire::Event>(bytes, [](wire::Event::Reader from) -> Result<EventEntry> {
    EventEntry entry{.settings = read(from.getSettings()),
                     .sections = from.getSections(),
                     .seats = from.getSeats(),
                     .body = {.low = from.getBodyLow(), .high = from.getBodyHigh()},
                     .offset = Offset(from.getOffset()),
                     .made_at = WallTime(from.getMadeAt()),
                     .sweep_at = {},
                     .sweep_from = {},
                     .sweep_leaves = from.getSweepLeaves()};
    if (from.getSweepAt() != 0) entry.sweep_at = WallTime(from.getSweepAt());
    auto cursor = from.getSweepFrom();
    entry.sweep_from.assign(reinterpret_cast<const char*>(cursor.begin()), cursor.size());
    return entry;
  });
}

std::string encode(const SectionMap& map) {
  return packed<wire::Section>([&](wire::Section::Builder to) {
    to.setRows(map.rows());
    to.setSeatsPerRow(map.seats_per_row());
    auto bytes = static_cast<unsigned>(SectionPlanes::bytes(map));
    auto low = to.initLow(bytes), high = to.initHigh(bytes);
    SectionPlanes::write(map, SeatState::kReserved, {low.begin(), low.size()});
    SectionPlanes::write(map, SeatState::kSold, {high.begin(), high.size()});
    to.setReserved(map.count(SeatState::kReserved));
    to.setSold(map.count(SeatState::kSold));
    to.setBlocked(map.count(SeatState::kBlocked));
  });
}
template <>
Result<SectionMap> decode(std::string_view bytes) {
  return unpacked<wire::Section>(bytes, [](wire::Section::Reader from) -> Result<SectionMap> {
    if (from.getRows() < 1 || from.getRows() > limits::kRowsPerSection ||
        from.getSeatsPerRow() < 1 || from.getSeatsPerRow() > limits::kSeatsPerRow)
      return malformed("a section of a size that there is not");
    SectionMap map(from.getRows(), from.getSeatsPerRow());
    auto low = from.getLow(), high = from.getHigh();
    if (low.size() != SectionPlanes::bytes(map) || high.size() != SectionPlanes::bytes(map))
      return malformed("a section whose planes are not its size");
    if (!SectionPlanes::read(map, {low.begin(), low.size()}, {high.begin(), high.size()},
                             {from.getReserved(), from.getSold(), from.getBlocked()}))
      return malformed("a section whose seats are not within it");
    return map;
  });
}

}  // namespace usher::seats
