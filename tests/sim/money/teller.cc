#include "tests/sim/money/teller.h"

#include "tests/sim/money/bank_app.h"

namespace usher::sim {

void Teller::start() {
  bank_.cluster().world().after(random_.between(5ms, 50ms), [this] {
    ask();
    start();
  });
}

void Teller::ask() {
  Daemon& daemon = *bank_.daemons()[random_.below(bank_.daemons().size())];
  if (!daemon.task()) return;
  std::string of = account(static_cast<int64_t>(random_.below(kAccounts)));
  daemon.task()->query({.store = kBalances, .key = of},
                       [this, of](Result<processors::QueryAnswer> answer) {
                         if (!answer || !answer->value) return;
                         told_.push_back({.store = kBalances,
                                          .key = of,
                                          .of = of,
                                          .holds_for = answer->holds_for,
                                          .value = *answer->value});
                       });
}

}  // namespace usher::sim
