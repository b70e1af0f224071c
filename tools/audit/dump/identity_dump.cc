#include "tools/audit/dump/identity_dump.h"

#include <fmt/format.h>

#include "proto/base/crc32c.h"
#include "proto/base/limits.h"
#include "tools/audit/log/data_file.h"

namespace usher::audit {

Result<void> dump_identity(DumpSink& sink, const std::string& path) {
  TRY_ASSIGN(DataFile file, DataFile::open(path));
  TRY_ASSIGN(Buffer bytes, file.read(0, std::min<uint64_t>(file.size(), limits::kMiB)));
  std::string_view text = as_text(bytes);
  constexpr std::string_view kLast = "crc32c ";
  size_t crc_at = text.rfind(kLast);
  std::string_view before = text.substr(0, crc_at);
  std::string expected = fmt::format("{}{:08x}\n", kLast, crc32c(as_bytes(before)));
  if (crc_at == std::string_view::npos || text.substr(crc_at) != expected) {
    sink.corrupt(path, crc_at == std::string_view::npos ? 0 : crc_at,
                 "the identity does not match its CRC");
    return {};
  }
  for (size_t at = 0; at < before.size();) {
    size_t end = std::min(before.find('\n', at), before.size());
    std::string_view row = before.substr(at, end - at);
    DumpLine line("identity", path, at);
    line.text("line", row).words("identity: " + std::string(row));
    sink.take(line);
    at = end + 1;
  }
  return {};
}

}  // namespace usher::audit
