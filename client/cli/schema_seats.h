// The fields of the seats app's records, for schema_fields.h.
#pragma once

#include <array>

#include "client/cli/schema_fields.h"
#include "proto/seats/codec.h"

namespace usher::cli {

// --- kinds of their own ---

template <class Enum, size_t kCount>
Result<Enum> enum_of_text(std::string_view text,
                          const std::array<std::string_view, kCount>& names) {
  std::string all;
  for (size_t i = 0; i < kCount; ++i) {
    if (text == names[i]) return static_cast<Enum>(i);
    all += (i > 0 ? ", " : "") + std::string(names[i].empty() ? "\"\"" : names[i]);
  }
  return fail(ErrorCode::INVALID_ARGUMENT, "one of " + all);
}

// An enum by the names of its values, in their order.
template <class Enum, const auto& kNames>
struct EnumText {
  static std::string to(Enum value) { return std::string(kNames[static_cast<size_t>(value)]); }
  static Result<Enum> from(std::string_view text) { return enum_of_text<Enum>(text, kNames); }
};

// An enum that has a name_of(), with so many values.
template <class Enum, size_t kCount>
struct NamedText {
  static std::string to(Enum value) { return std::string(name_of(value)); }
  static Result<Enum> from(std::string_view text) {
    std::array<std::string_view, kCount> names;
    for (size_t i = 0; i < kCount; ++i) names[i] = name_of(static_cast<Enum>(i));
    return enum_of_text<Enum>(text, names);
  }
};

template <>
struct JsonText<seats::Status> : NamedText<seats::Status, 6> {};
template <>
struct JsonText<seats::Reason> : NamedText<seats::Reason, 13> {};
template <>
struct JsonText<seats::EventOutcome> : NamedText<seats::EventOutcome, 8> {};

inline constexpr std::array<std::string_view, 5> kChangeNames = {"CREATE", "ADD_SECTION", "ALTER",
                                                                 "BLOCK", "RELEASE"};
inline constexpr std::array<std::string_view, 4> kCauseNames = {"RESERVE", "PAY", "CANCEL",
                                                                "EXPIRY"};
inline constexpr std::array<std::string_view, 3> kEntryNames = {"WHOLE", "DUPLICATE", "TOMBSTONE"};
template <>
struct JsonText<seats::EventChange> : EnumText<seats::EventChange, kChangeNames> {};
template <>
struct JsonText<seats::Cause> : EnumText<seats::Cause, kCauseNames> {};
template <>
struct JsonText<seats::EntryKind> : EnumText<seats::EntryKind, kEntryNames> {};

template <>
struct JsonText<WallTime> {
  static std::string to(WallTime time) { return to_text(time); }
  static Result<WallTime> from(std::string_view text) { return parse_wall_time(text); }
};

template <>
struct JsonText<seats::ReservationId> {
  static std::string to(const seats::ReservationId& id) { return id.text(); }
  static Result<seats::ReservationId> from(std::string_view text) {
    return seats::parse_reservation_id(text);
  }
};

// 32 hexadecimal digits, the higher half first.
std::string hex_of(uint64_t high, uint64_t low);
Result<std::array<uint64_t, 2>> halves_of_hex(std::string_view text);

template <>
struct JsonText<seats::CommandId> {
  static std::string to(const seats::CommandId& id) { return hex_of(id.high, id.low); }
  static Result<seats::CommandId> from(std::string_view text) {
    TRY_ASSIGN(auto halves, halves_of_hex(text));
    return seats::CommandId{.high = halves[0], .low = halves[1]};
  }
};
template <>
struct JsonText<Digest> {
  static std::string to(const Digest& digest) { return hex_of(digest.high, digest.low); }
  static Result<Digest> from(std::string_view text) {
    TRY_ASSIGN(auto halves, halves_of_hex(text));
    return Digest{.low = halves[1], .high = halves[0]};
  }
};

// --- what several have ---

template <class Way>
void offset_field(Way& way, std::string_view name, Offset& offset) {
  uint64_t number = offset.value();
  way.maybe(name, number);
  offset = Offset(number);
}

// "A-1-2": of the section; "1-2" where the record does not say of which.
template <class Way>
void seat_names(Way& way, std::string_view section, std::vector<seats::Seat>& seats) {
  std::vector<std::string> names;
  bool has_section = !section.empty();
  if constexpr (!Way::kReads)
    for (seats::Seat seat : seats)
      names.push_back(has_section ? seats::seat_name(section, seat)
                                  : seats::seat_name("", seat).substr(1));
  way.maybe("seats", names);
  if constexpr (Way::kReads)
    for (const std::string& name : names) {
      auto seat = seats::parse_seat_name(has_section ? name : "x-" + name);
      bool fits = seat && (!has_section || seat->section == section);
      if (!fits) return way.wrong(way.where() + "seats", "seats of the section, as A-3-12");
      seats.push_back(seat->seat);
    }
}

// The member whose name says which alternative it is.
template <class Way, class Variant, size_t kCount>
void one_of(Way& way, const std::array<std::string_view, kCount>& names, Variant& what) {
  if constexpr (!Way::kReads) {
    std::visit([&](auto& value) { way.set(names[what.index()], Writing::of(value)); }, what);
  } else {
    size_t found = 0;
    auto take = [&]<size_t kIndex>() {
      const json::value* from = way.find(names[kIndex]);
      if (!from) return;
      ++found;
      way.read(way.where() + std::string(names[kIndex]), *from, what.template emplace<kIndex>());
    };
    [&]<size_t... kIndexes>(std::index_sequence<kIndexes...>) {
      (take.template operator()<kIndexes>(), ...);
    }(std::make_index_sequence<kCount>());
    std::string all;
    for (std::string_view name : names) all += (all.empty() ? "" : ", ") + std::string(name);
    if (found != 1) way.wrong(way.where() + std::string(names[0]), "just one of " + all);
  }
}

// Not set, or set to a time, or to none.
template <class Way>
void change_of_time(Way& way, std::string_view name,
                    std::optional<std::optional<WallTime>>& change) {
  if constexpr (!Way::kReads) {
    if (change) way.set(name, *change ? json::value(to_text(**change)) : json::value(nullptr));
  } else if (const json::value* from = way.find(name)) {
    change.emplace();
    if (!from->is_null()) way.read(way.where() + std::string(name), *from, change->emplace());
  }
}

}  // namespace usher::cli
