#include "tools/audit/cli/session_pool.h"

namespace usher::audit {

cli::Session& SessionPool::take() {
  std::scoped_lock held(lock_);
  if (idle_.empty())
    return *others_.emplace_back(std::make_unique<cli::Session>(cli::Session::Beside{first_}));
  cli::Session& session = *idle_.back();
  idle_.pop_back();
  return session;
}

void SessionPool::give_back(cli::Session& session) {
  std::scoped_lock held(lock_);
  idle_.push_back(&session);
}

}  // namespace usher::audit
