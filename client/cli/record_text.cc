#include "client/cli/record_text.h"

#include <fmt/format.h>

#include "client/cli/output.h"
#include "client/cli/record_schema.h"
#include "proto/base/quote.h"

namespace usher::cli {
namespace {

void add_bytes(JsonObject& json, std::string_view name, const std::optional<Bytes>& bytes) {
  if (!bytes) {
    json.null(name);
    return;
  }
  std::string_view text = as_text(*bytes);
  json.text(name, is_utf8(text) ? std::string(text) : base64(*bytes));
}

// A plain word stands as it is; what a terminal would act on, or what hides, is quoted.
std::string shown(const std::optional<Bytes>& bytes) {
  if (!bytes) return "-";
  std::string_view text = as_text(*bytes);
  if (!is_utf8(text)) return "base64:" + base64(*bytes);
  std::string quoted = quote(text);
  bool is_plain = !text.empty() && text != "-" && quoted.size() == text.size() + 2;
  return is_plain ? std::string(text) : quoted;
}

// JSON escapes what is below a space; DEL and the second set of controls are for a terminal too.
std::string shown_json(const std::string& json) {
  for (size_t i = 0; i < json.size(); ++i) {
    auto byte = static_cast<unsigned char>(json[i]);
    auto next = static_cast<unsigned char>(i + 1 < json.size() ? json[i + 1] : ' ');
    if (byte == 0x7f || (byte == 0xc2 && next >= 0x80 && next <= 0x9f)) return quote(json);
  }
  return json;
}

// None: without a schema, or no such record; it stands as the bytes that it is.
std::optional<std::string> by_schema(const RecordNames& names, const client::ReadRecord& record) {
  if (names.schema.empty() || !record.view.value) return std::nullopt;
  auto json = json_of_value(names.schema, as_text(*record.view.value));
  return json ? std::optional(std::move(*json)) : std::nullopt;
}

}  // namespace

bool is_utf8(std::string_view text) { return valid_utf8(text) == text; }

void append_json(std::string& to, const RecordNames& names, const client::ReadRecord& record) {
  JsonObject json;
  json.text("space", names.space)
      .text("topic", names.topic)
      .number("partition", names.partition.value())
      .number("offset", record.offset.value())
      .number("seq", record.seq.value())
      .text("time", to_text(names.time));
  add_bytes(json, "key", record.view.key);
  auto value = by_schema(names, record);
  if (value)
    json.raw("value", *value);
  else
    add_bytes(json, "value", record.view.value);
  JsonObject headers;
  record.view.headers.for_each(
      [&](const wire::Header& header) { add_bytes(headers, header.name, header.value); });
  json.raw("headers", headers.done());
  auto encoding = [](const std::optional<Bytes>& bytes) {
    return !bytes || is_utf8(as_text(*bytes)) ? "utf8" : "base64";
  };
  json.text("encoding", value ? "json" : encoding(record.view.value));
  json.text("keyEncoding", encoding(record.view.key));
  to += json.done();
  to += '\n';
}

void append_line(std::string& to, const RecordNames& names, const client::ReadRecord& record) {
  auto value = by_schema(names, record);
  to += fmt::format("{}\t{}\t{}\t{}\t{}\n", names.partition.value(), record.offset.value(),
                    to_text(names.time), shown(record.view.key),
                    value ? shown_json(*value) : shown(record.view.value));
}

}  // namespace usher::cli
