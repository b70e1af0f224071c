// The seam to storage. Production is io_uring or, where that is forbidden, threads with pwrite; the
// simulator's twin forgets what was not synced, tears, flips, delays, fills up and fails.
// tests/contract/disk_contract.h says what every implementation must do.
//
// Everything is asked and answered on one Scheduler's thread, nothing here blocks it, and no answer
// comes inside the call. Operations in flight run in any order: whoever needs one behind another
// waits for the first. What a crash keeps: what a durable write or a sync made safe before its
// answer, and of the rest any part.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/bytes.h"
#include "proto/base/result.h"

namespace usher::io {

// Offsets, sizes and memory of what goes past the page cache are multiples of it.
constexpr size_t kSector = 4096;

constexpr uint64_t whole_sectors(uint64_t bytes) {
  return (bytes + kSector - 1) / kSector * kSector;
}

template <class T>
using Done = std::move_only_function<void(Result<T>)>;

enum class Durability : uint8_t {
  kCached,   // safe after the next sync
  kDurable,  // safe when answered: the write and its sync in one
};

// An open file. Destroying it abandons the answers of what is in flight, not the operations: they
// keep their memory and the file to their end. What the answers held is gone at once.
class File {
 public:
  virtual ~File() = default;

  // All of the bytes or an error: DISK_FULL, or IO_FAILED, after both of which what stands in the
  // range is unknown; QUEUE_FULL, after which nothing was done. While a range is being written
  // nothing else in flight touches it. Past the end the file grows. The bytes are let go of before
  // the answer.
  virtual void write(uint64_t offset, Buffer bytes, Durability durability, Done<void> done) = 0;
  // `size` bytes, fewer only where the file ends.
  virtual void read(uint64_t offset, size_t size, Done<Buffer> done) = 0;
  // Makes safe all writes to this file that were answered before the call. After a failure nothing
  // of them is known, and a later sync that succeeds says nothing about them: never retry.
  virtual void sync(Done<void> done) = 0;
  // Makes the file exactly so long; what is new reads as zeros.
  virtual void resize(uint64_t size, Done<void> done) = 0;
};

enum class OpenMode : uint8_t {
  kRead,
  kWrite,      // also reads; the file is there
  kCreateNew,  // also reads; the file was not there, and its name is safe after sync_directory
};

struct OpenOptions {
  OpenMode mode;
  // Past the page cache, where the file system has a way: offsets, sizes and memory are whole
  // sectors.
  bool direct;
};

struct FileInfo {
  std::string name;
  uint64_t size;
};

// Paths are relative to the directory the Disk was made for. Errors name the path. Outlives its
// Files; destroyed, it calls nobody, lets go of what the answers held, and waits for what is in
// flight.
class Disk {
 public:
  virtual ~Disk() = default;

  // "io_uring", "pwrite", "simulated": said in the log at start.
  virtual std::string_view name() const = 0;

  virtual void open(std::string path, OpenOptions options, Done<std::unique_ptr<File>> done) = 0;
  // The files of a directory, sorted by name; without directories.
  virtual void list(std::string directory, Done<std::vector<FileInfo>> done) = 0;
  // With all above it; no error where it is there. Safe when answered.
  virtual void make_directory(std::string path, Done<void> done) = 0;
  // No error where it is gone. Safe after sync_directory, as is a rename, which replaces
  // atomically.
  virtual void remove(std::string path, Done<void> done) = 0;
  virtual void rename(std::string from, std::string to, Done<void> done) = 0;
  // "" is the Disk's own directory.
  virtual void sync_directory(std::string path, Done<void> done) = 0;
};

}  // namespace usher::io
