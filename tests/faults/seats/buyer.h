// One client of the sale, who does what clients do: asks, asks again with the same key when nothing
// is heard, sends the same twice at once, takes a key for something else by mistake, looks, pays,
// cancels, both, or lets the hold run out; and goes on from the start.
//
//     next ─→ ask ─→ look ─→ settle ─→ look ─→ rest ─→ next
//              ↑ └ nothing heard      └ by chance, as everything
#pragma once

#include <vector>

#include "proto/base/scheduler.h"

#include "tests/faults/seats/history.h"
#include "tests/faults/seats/sale.h"

namespace usher::faults {

// What all buyers share.
struct Stage {
  Scheduler& scheduler;
  History& history;
  Sale& sale;
  std::vector<Way*> ways = {};
  bool is_over = false;  // nothing new is begun
};

class Buyer {
 public:
  // The stage outlives it. The buyer outlives all that he asked.
  Buyer(Stage& stage, uint64_t number, Random random)
      : stage_(stage), number_(number), random_(random) {}
  void start() { rest(); }
  bool is_idle() const { return waiting_ == 0; }

 private:
  void next();
  void ask();
  void asked_all();
  void look();
  void looked(const Answer& answer);
  void settle();
  void pay_or_cancel(booking::Settling what, Way& way);
  void settled();
  void rest();
  void later(Duration from, Duration to, void (Buyer::*act)());
  void send(const Request& request, Way& way);
  // A line of the history is begun; what ends it ends it there too.
  Way::Told noted(cli::JsonObject asked, std::move_only_function<void(const Answer&)> then);
  cli::JsonObject line(std::string_view what, const Way& way) const;
  Way& any_way() { return *stage_.ways[random_.below(stage_.ways.size())]; }

  Stage& stage_;
  uint64_t number_;
  Random random_;
  Request wish_;
  std::vector<Request> old_;  // with a key, to be asked for again
  uint64_t wishes_ = 0;
  uint64_t tries_ = 0;
  size_t waiting_ = 0;
  std::string id_;
  bool unheard_ = false;
  bool is_last_look_ = false;
};

}  // namespace usher::faults
