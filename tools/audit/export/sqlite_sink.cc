#include "tools/audit/export/sqlite_sink.h"

#include <charconv>

#include <fmt/format.h>

namespace usher::audit {
namespace {

constexpr std::string_view kVersion = "1";

// Times are RFC 3339 in UTC, which sorts as text.
constexpr const char* kTables = R"(
CREATE TABLE IF NOT EXISTS exported(
  space INTEGER, partition INTEGER, next_offset INTEGER NOT NULL, read_from INTEGER NOT NULL,
  chain TEXT NOT NULL, PRIMARY KEY(space, partition)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS history(
  partition INTEGER, "offset" INTEGER, time TEXT NOT NULL, event TEXT NOT NULL, reservation TEXT,
  user TEXT, section TEXT, seats TEXT, actor TEXT NOT NULL, action TEXT NOT NULL,
  outcome TEXT NOT NULL, reason TEXT, detail TEXT, changed INTEGER NOT NULL,
  command_offset INTEGER, command_time TEXT, step INTEGER NOT NULL,
  PRIMARY KEY(partition, "offset")) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS history_by_user ON history(user, time);
CREATE INDEX IF NOT EXISTS history_by_event ON history(event, time);
CREATE INDEX IF NOT EXISTS history_by_reservation ON history(reservation, time);
CREATE TABLE IF NOT EXISTS reservations(
  reservation TEXT PRIMARY KEY, event TEXT NOT NULL, section TEXT, user TEXT, status TEXT NOT NULL,
  seat_count INTEGER NOT NULL, seats TEXT, reason TEXT, detail TEXT, requested_at TEXT,
  decided_at TEXT NOT NULL, held_until TEXT, changed_at TEXT NOT NULL, partition INTEGER NOT NULL,
  "offset" INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS reservations_by_user ON reservations(user, decided_at);
CREATE INDEX IF NOT EXISTS reservations_by_event ON reservations(event, decided_at);
CREATE INDEX IF NOT EXISTS reservations_by_status ON reservations(event, status, reason);
CREATE TABLE IF NOT EXISTS seat_history(
  event TEXT, seat TEXT, partition INTEGER, "offset" INTEGER, time TEXT NOT NULL,
  state TEXT NOT NULL, reservation TEXT, user TEXT,
  PRIMARY KEY(event, seat, "offset")) WITHOUT ROWID;
CREATE VIEW IF NOT EXISTS seats_now AS
  SELECT event, seat, state, reservation, user, max("offset") AS "offset", time
  FROM seat_history GROUP BY event, seat;
)";

std::optional<std::string> some(std::string_view text) {
  if (text.empty()) return std::nullopt;
  return std::string(text);
}

std::optional<uint64_t> number_of(const SqliteFile::Value& value) {
  uint64_t number = 0;
  if (!value ||
      std::from_chars(value->data(), value->data() + value->size(), number).ec != std::errc())
    return std::nullopt;
  return number;
}

std::string text_of(PartitionId id) { return fmt::to_string(id.value()); }

std::optional<std::string> seats_of(const StoryEntry& entry) {
  return some(joined(entry.seats, " "));
}

std::string_view state_after(const StoryEntry& entry) {
  if (entry.action == "block seats") return "blocked";
  if (entry.outcome == "CONFIRMED") return "reserved";
  if (entry.outcome == "PAID") return "sold";
  return "available";
}

bool is_reserve(const StoryEntry& entry) { return entry.action.starts_with("reserve"); }

}  // namespace

Result<std::unique_ptr<SqliteSink>> SqliteSink::open(const std::string& path) {
  TRY_ASSIGN(SqliteFile file, SqliteFile::open(path));
  TRY_ASSIGN(auto version, file.query("PRAGMA user_version"));
  std::string said = version.empty() ? "0" : version[0][0].value_or("0");
  if (said != "0" && said != kVersion)
    return fail(ErrorCode::CONFIG_INVALID,
                fmt::format("to: {} was made by another version of the export ({})", path, said));
  TRY(file.run("BEGIN IMMEDIATE"));
  TRY(file.run(kTables));
  TRY(file.run(fmt::format("PRAGMA user_version = {}; COMMIT", kVersion)));
  return std::unique_ptr<SqliteSink>(new SqliteSink(std::move(file)));
}

Result<std::optional<ExportPosition>> SqliteSink::position(PartitionKey key) {
  TRY_ASSIGN(auto rows, file_.query("SELECT next_offset, read_from, chain FROM exported "
                                    "WHERE space = ? AND partition = ?",
                                    {fmt::to_string(key.space.value()), text_of(key.partition)}));
  if (rows.empty()) return std::nullopt;
  auto next = number_of(rows[0][0]);
  auto read_from = number_of(rows[0][1]);
  std::string chain = rows[0][2].value_or("");
  ExportPosition position;
  if (!next || !read_from || chain.size() != 2 * position.chain.value.size())
    return fail(ErrorCode::CONFIG_INVALID, "to: the table `exported` was changed by hand");
  position.next = Offset(*next);
  position.read_from = Offset(*read_from);
  for (size_t i = 0; i < position.chain.value.size(); ++i) {
    uint8_t byte = 0;
    std::from_chars(chain.data() + 2 * i, chain.data() + 2 * i + 2, byte, 16);
    position.chain.value[i] = static_cast<std::byte>(byte);
  }
  return position;
}

Result<void> SqliteSink::begin() {
  if (in_transaction_) return {};
  TRY(file_.run("BEGIN IMMEDIATE"));
  in_transaction_ = true;
  return {};
}

Result<void> SqliteSink::write(PartitionKey key, const StoryEntry& entry) {
  TRY(begin());
  std::string partition = text_of(key.partition);
  TRY(write_history(partition, entry));
  if (!entry.changed) return {};
  if (entry.reservation) TRY(write_reservation(partition, entry));
  return write_seats(partition, entry);
}

Result<void> SqliteSink::write_history(const std::string& partition, const StoryEntry& entry) {
  std::optional<std::string> id, command, command_time;
  if (entry.reservation) id = entry.reservation->text();
  if (entry.command) command = fmt::to_string(entry.command->value());
  if (entry.command_time) command_time = to_text(*entry.command_time);
  TRY(file_.query(
      "INSERT INTO history VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
      {partition, fmt::to_string(entry.offset.value()), to_text(entry.time), entry.event, id,
       some(entry.user), some(entry.section), seats_of(entry), entry.actor, entry.action,
       entry.outcome, some(entry.reason), some(entry.detail), entry.changed ? "1" : "0", command,
       command_time, fmt::to_string(entry.step.value())}));
  return {};
}

Result<void> SqliteSink::write_reservation(const std::string& partition, const StoryEntry& entry) {
  std::optional<std::string> held_until, requested;
  if (entry.held_until) held_until = to_text(*entry.held_until);
  if (entry.command_time) requested = to_text(*entry.command_time);
  std::string time = to_text(entry.time);
  std::string offset = fmt::to_string(entry.offset.value());
  if (!is_reserve(entry)) {
    TRY(
        file_.query("UPDATE reservations SET status = ?, held_until = ?, changed_at = ?, "
                    "\"offset\" = ? WHERE reservation = ?",
                    {entry.outcome, held_until, time, offset, entry.reservation->text()}));
    return {};
  }
  TRY(file_.query(
      "INSERT OR REPLACE INTO reservations VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
      {entry.reservation->text(), entry.event, some(entry.section), some(entry.user), entry.outcome,
       fmt::to_string(entry.seats.size()), seats_of(entry), some(entry.reason), some(entry.detail),
       requested, time, held_until, time, partition, offset}));
  return {};
}

Result<void> SqliteSink::write_seats(const std::string& partition, const StoryEntry& entry) {
  std::string_view state = state_after(entry);
  bool held = state == "reserved" || state == "sold";
  std::optional<std::string> id;
  if (held && entry.reservation) id = entry.reservation->text();
  for (const std::string& seat : entry.seats)
    TRY(file_.query(
        "INSERT INTO seat_history VALUES(?,?,?,?,?,?,?,?)",
        {entry.event, seat, partition, fmt::to_string(entry.offset.value()), to_text(entry.time),
         std::string(state), id, held ? some(entry.user) : std::nullopt}));
  return {};
}

Result<void> SqliteSink::commit(PartitionKey key, const ExportPosition& position) {
  TRY(begin());
  TRY(file_.query("INSERT OR REPLACE INTO exported VALUES(?,?,?,?,?)",
                  {fmt::to_string(key.space.value()), text_of(key.partition),
                   fmt::to_string(position.next.value()),
                   fmt::to_string(position.read_from.value()), to_hex(position.chain.value)}));
  TRY(file_.run("COMMIT"));
  in_transaction_ = false;
  return {};
}

}  // namespace usher::audit
