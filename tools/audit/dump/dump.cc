#include "tools/audit/dump/dump.h"

#include <algorithm>
#include <filesystem>
#include <vector>

#include <fmt/format.h>

#include "proto/base/quote.h"
#include "tools/audit/dump/identity_dump.h"
#include "tools/audit/dump/journal_dump.h"
#include "tools/audit/logs.h"

namespace usher::audit {
namespace {

namespace fs = std::filesystem;

enum class FileKind : uint8_t { kSegment, kIndex, kJournal, kIdentity, kOther };

std::vector<std::string> files_in(const std::string& path) {
  std::vector<std::string> files;
  std::error_code problem;
  for (fs::directory_iterator at(path, problem), end; !problem && at != end; at.increment(problem))
    if (!at->is_directory(problem)) files.push_back(at->path().string());
  std::ranges::sort(files);
  return files;
}

// By its first bytes; where those are damaged, by its name.
Result<FileKind> kind_of(const std::string& path) {
  TRY_ASSIGN(DataFile file, DataFile::open(path));
  TRY_ASSIGN(Buffer first, file.read(0, 20));
  std::string_view text = as_text(first);
  if (text.starts_with("UshS")) return FileKind::kSegment;
  if (text.starts_with("UshI")) return FileKind::kIndex;
  if (text.starts_with("UshJ")) return FileKind::kJournal;
  if (text.starts_with("usher-broker-identit")) return FileKind::kIdentity;
  fs::path name(path);
  if (name.extension() == ".segment") return FileKind::kSegment;
  if (name.extension() == ".index") return FileKind::kIndex;
  if (name.extension() == ".journal") return FileKind::kJournal;
  if (name.filename() == "identity") return FileKind::kIdentity;
  return FileKind::kOther;
}

// For itself, without its neighbours.
Result<void> dump_file(const DumpSeams& seams, const std::string& path, FileKind kind) {
  switch (kind) {
    case FileKind::kSegment:
      return SegmentDump(seams, std::nullopt, std::nullopt).take(path, false);
    case FileKind::kIndex:
      return dump_index(seams, path);
    case FileKind::kJournal:
      return dump_journal_file(seams, path, true);
    case FileKind::kIdentity:
      return dump_identity(seams.sink, path);
    case FileKind::kOther:
      break;
  }
  DumpLine line("other", path, std::nullopt);
  line.words("no file of the log");
  seams.sink.take(line);
  return {};
}

Result<void> dump_partition(const DumpSeams& seams, const std::string& folder, PartitionKey key,
                            std::optional<Offset> stored) {
  std::vector<std::string> files = files_in(folder);
  std::vector<std::string> segments;
  for (const std::string& file : files)
    if (file.ends_with(".segment")) segments.push_back(file);
  SegmentDump dump(seams, key, stored);
  for (const std::string& file : files) {
    if (file.ends_with(".segment")) {
      TRY(dump.take(file, file == segments.back()));
      continue;
    }
    TRY_ASSIGN(FileKind kind, kind_of(file));
    TRY(dump_file(seams, file, kind));
  }
  return {};
}

Result<void> dump_directory(const std::string& path, DumpOptions options, DumpSink& sink) {
  Findings findings;
  TRY_ASSIGN(auto directory, DataDirectory::open(path, findings));
  // Names help; without them ids stand.
  OfflineLogs unnamed({directory}, {}, Catalog());
  auto catalog = read_catalog(unnamed);
  DumpSeams seams{.sink = sink, .catalog = catalog ? &*catalog : nullptr, .options = options};
  for (const std::string& file : files_in(path)) {
    TRY_ASSIGN(FileKind kind, kind_of(file));
    TRY(dump_file(seams, file, kind));
  }
  for (const std::string& file : files_in(path + "/journal"))
    TRY(dump_journal_file(seams, file, false));
  // What only all files of the journal together can tell.
  for (const Violation& found : findings.listed())
    sink.corrupt(found.spot.file ? *found.spot.file : path, found.spot.position, found.detail);
  for (PartitionKey key : directory->partitions())
    TRY(dump_partition(
        seams, fmt::format("{}/segments/{}-{}", path, key.space.value(), key.partition.value()),
        key, directory->stored(key)));
  return {};
}

}  // namespace

Result<void> dump(const std::string& path, DumpOptions options, DumpSink& sink) {
  std::error_code problem;
  DumpSeams seams{.sink = sink, .options = options};
  if (fs::is_directory(path, problem)) {
    if (fs::is_directory(path + "/segments", problem) ||
        fs::is_directory(path + "/journal", problem))
      return dump_directory(path, options, sink);
    bool any = false;
    for (const std::string& file : files_in(path)) {
      TRY_ASSIGN(FileKind kind, kind_of(file));
      if (kind == FileKind::kOther) continue;
      any = true;
      TRY(dump_file(seams, file, kind));
    }
    if (any) return {};
    return fail(ErrorCode::INVALID_ARGUMENT,
                fmt::format("{} is no broker's data directory, and no file of a log is in it; a "
                            "broker of `usher cluster start` keeps its own in broker-N/data there",
                            quote(path)));
  }
  if (!fs::exists(path, problem))
    return fail(ErrorCode::INVALID_ARGUMENT,
                fmt::format("there is no file or directory {}", quote(path)));
  TRY_ASSIGN(FileKind kind, kind_of(path));
  if (kind == FileKind::kOther)
    return fail(ErrorCode::INVALID_ARGUMENT,
                fmt::format("{} is no segment, index, journal file or identity", quote(path)));
  return dump_file(seams, path, kind);
}

}  // namespace usher::audit
