// The sender of a link between two simulated partitions: reads a topic of the source's committed
// log and appends it to the destination under the link's guard. After a crash it begins anywhere it
// has been and sends again; two of them may be at work at once, as when an owner is late to die.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/sim/log/client.h"

namespace usher::sim {

class LinkSender {
 public:
  LinkSender(Cluster& source, Cluster& destination, Duration patience, Random random);
  void start();
  // Forgets how far it was.
  void crash();
  // Seqs that the destination has told it to hold.
  Seq sent() const { return sent_; }
  Offset scanned() const { return scanned_; }

 private:
  void read();
  void take(const partition::FetchAnswer& answer);
  void send();
  void answered(uint64_t attempt, Seq to, const Result<partition::Receipt>& result);
  void pause();

  Cluster& source_;
  Cluster& destination_;
  ClientId reads_as_;
  ClientId sends_as_;
  Duration patience_;
  Random random_;
  std::vector<std::string> values_;  // of the source's topic, by seq
  Offset scanned_;
  std::optional<Term> scanned_term_;
  Seq sent_;
  uint64_t read_attempt_ = 0;
  uint64_t send_attempt_ = 0;
};

}  // namespace usher::sim
