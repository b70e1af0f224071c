#include "broker/io/posix_disk.h"

namespace usher::io {

void PosixDisk::open(std::string path, OpenOptions options, Done<std::unique_ptr<File>> done) {
  // The File is made when it is handed over: until then there is nothing that could outlive this.
  Done<std::shared_ptr<OpenFile>> opened =
      [this, done = std::move(done)](Result<std::shared_ptr<OpenFile>> open_file) mutable {
        if (!open_file) return done(fail(std::move(open_file).error()));
        done(make_file(std::move(*open_file)));
      };
  ask_names<std::shared_ptr<OpenFile>>(
      [directory = directory_, path = std::move(path), options, closers = workers_.queue()] {
        return directory->open_file(path, options, closers);
      },
      std::move(opened));
}

void PosixDisk::list(std::string directory, Done<std::vector<FileInfo>> done) {
  ask_names<std::vector<FileInfo>>(
      [names = directory_, directory = std::move(directory)] { return names->list(directory); },
      std::move(done));
}

void PosixDisk::make_directory(std::string path, Done<void> done) {
  ask_names<void>(
      [names = directory_, path = std::move(path)] { return names->make_directory(path); },
      std::move(done));
}

void PosixDisk::remove(std::string path, Done<void> done) {
  ask_names<void>([names = directory_, path = std::move(path)] { return names->remove(path); },
                  std::move(done));
}

void PosixDisk::rename(std::string from, std::string to, Done<void> done) {
  ask_names<void>([names = directory_, from = std::move(from),
                   to = std::move(to)] { return names->rename(from, to); },
                  std::move(done));
}

void PosixDisk::sync_directory(std::string path, Done<void> done) {
  ask_names<void>(
      [names = directory_, path = std::move(path)] { return names->sync_directory(path); },
      std::move(done));
}

void PosixFile::resize(uint64_t size, Done<void> done) {
  disk_.ask<void>([open_file = open_file_, size] { return open_file->resize(size); },
                  owe(std::move(done)));
}

}  // namespace usher::io
