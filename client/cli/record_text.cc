#include "client/cli/record_text.h"

#include <fmt/format.h>

#include "client/cli/output.h"
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
  add_bytes(json, "value", record.view.value);
  JsonObject headers;
  record.view.headers.for_each(
      [&](const wire::Header& header) { add_bytes(headers, header.name, header.value); });
  json.raw("headers", headers.done());
  auto encoding = [](const std::optional<Bytes>& bytes) {
    return !bytes || is_utf8(as_text(*bytes)) ? "utf8" : "base64";
  };
  json.text("encoding", encoding(record.view.value));
  json.text("keyEncoding", encoding(record.view.key));
  to += json.done();
  to += '\n';
}

void append_line(std::string& to, const RecordNames& names, const client::ReadRecord& record) {
  to += fmt::format("{}\t{}\t{}\t{}\t{}\n", names.partition.value(), record.offset.value(),
                    to_text(names.time), shown(record.view.key), shown(record.view.value));
}

}  // namespace usher::cli
