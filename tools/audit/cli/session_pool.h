// Sessions for whoever reads on several threads: each is one thread's at a time, and is given back
// when its lease goes.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "client/cli/session.h"

namespace usher::audit {

class SessionPool {
 public:
  // `first` outlives it and is the first to be lent; others are made beside it as they are needed.
  explicit SessionPool(cli::Session& first) : first_(first), idle_{&first} {}

  class Lease {
   public:
    explicit Lease(SessionPool& pool) : pool_(pool), session_(pool.take()) {}
    ~Lease() { pool_.give_back(session_); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    cli::Session* operator->() const { return &session_; }

   private:
    SessionPool& pool_;
    cli::Session& session_;
  };

 private:
  cli::Session& take();
  void give_back(cli::Session& session);

  cli::Session& first_;
  std::mutex lock_;
  std::vector<std::unique_ptr<cli::Session>> others_;
  std::vector<cli::Session*> idle_;
};

}  // namespace usher::audit
