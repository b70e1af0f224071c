// What both Disks of production have in common: names are handled, and files opened, by threads
// that may wait. How bytes get into a file and out of it is what they differ in.
//
//     asked ─→ Answers (owed) … JobQueue ─→ thread: Directory, OpenFile ─→ Scheduler::post ─→
// answer
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "broker/io/answers.h"
#include "broker/io/directory.h"
#include "broker/io/open_file.h"
#include "broker/io/workers.h"
#include "proto/base/limits.h"
#include "proto/base/scheduler.h"

namespace usher::io {

class PosixDisk : public Disk {
 public:
  void open(std::string path, OpenOptions options, Done<std::unique_ptr<File>> done) override;
  void list(std::string directory, Done<std::vector<FileInfo>> done) override;
  void make_directory(std::string path, Done<void> done) override;
  void remove(std::string path, Done<void> done) override;
  void rename(std::string from, std::string to, Done<void> done) override;
  void sync_directory(std::string path, Done<void> done) override;

  // --- for its Files ---

  Answers& answers() { return answers_; }
  // Has a thread do the job, and posts what it found out.
  template <class T>
  void ask(std::move_only_function<Result<T>()> job, Answer<T> answer) {
    auto carry_out = [&scheduler = scheduler_, job = std::move(job), answer]() mutable {
      Result<T> result = job();
      job = {};  // lets go of what it held before anybody hears of it
      scheduler.post([answer, result = std::move(result)]() mutable { answer(std::move(result)); });
    };
    if (!workers_.queue()->push(std::move(carry_out), limits::kDiskQueue)) refuse(answer);
  }
  // Answers, soon, that too much waits already.
  template <class T>
  void refuse(Answer<T> answer) {
    scheduler_.post([answer]() mutable {
      answer(fail(ErrorCode::QUEUE_FULL, "too many disk operations wait"));
    });
  }

 protected:
  // The scheduler outlives it.
  PosixDisk(Scheduler& scheduler, std::shared_ptr<const Directory> directory, size_t threads)
      : scheduler_(scheduler), directory_(std::move(directory)), workers_(threads) {}
  virtual std::unique_ptr<File> make_file(std::shared_ptr<OpenFile> open_file) = 0;

 private:
  template <class T>
  void ask_names(std::move_only_function<Result<T>()> job, Done<T> done) {
    ask<T>(std::move(job), answers_.owe(Answers::kDisk, std::move(done)));
  }

  Scheduler& scheduler_;
  std::shared_ptr<const Directory> directory_;
  Answers answers_;
  Workers workers_;
};

// A File of a PosixDisk. What is in flight shares the OpenFile, and ends without it.
class PosixFile : public File {
 public:
  ~PosixFile() override { disk_.answers().remove_file(asker_); }
  PosixFile(const PosixFile&) = delete;
  PosixFile& operator=(const PosixFile&) = delete;
  void resize(uint64_t size, Done<void> done) override;

 protected:
  PosixFile(PosixDisk& disk, std::shared_ptr<OpenFile> open_file)
      : disk_(disk), open_file_(std::move(open_file)), asker_(disk.answers().add_file()) {}
  PosixDisk& disk() { return disk_; }
  const std::shared_ptr<OpenFile>& open_file() const { return open_file_; }
  template <class T>
  Answer<T> owe(Done<T> done) {
    return disk_.answers().owe(asker_, std::move(done));
  }

 private:
  PosixDisk& disk_;
  std::shared_ptr<OpenFile> open_file_;
  Answers::Asker asker_;
};

}  // namespace usher::io
