#include "broker/io/remove_files.h"

#include <memory>
#include <utility>
#include <vector>

namespace usher::io {
namespace {

void remove_next(Disk& disk, std::shared_ptr<std::vector<std::string>> paths, Done<void> done) {
  if (paths->empty()) return done({});
  std::string path = std::move(paths->back());
  paths->pop_back();
  disk.remove(std::move(path),
              [&disk, paths = std::move(paths), done = std::move(done)](Result<void> gone) mutable {
                if (!gone) return done(std::move(gone));
                remove_next(disk, std::move(paths), std::move(done));
              });
}

}  // namespace

void remove_files(Disk& disk, std::string directory, Done<void> done) {
  auto listed = [&disk, directory,
                 done = std::move(done)](Result<std::vector<FileInfo>> files) mutable {
    if (!files) return done(fail(files.error()));
    auto paths = std::make_shared<std::vector<std::string>>();
    for (const FileInfo& file : *files) paths->push_back(directory + "/" + file.name);
    remove_next(disk, std::move(paths), std::move(done));
  };
  disk.list(directory, std::move(listed));
}

}  // namespace usher::io
