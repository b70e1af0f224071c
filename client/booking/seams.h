// What a booking is made over: the log that takes commands, and the state of the seats app, which
// answers questions about one key. Production is cluster_seats.h; tests have both in memory.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/ids.h"
#include "proto/base/result.h"
#include "proto/base/time.h"
#include "proto/seats/names.h"
#include "proto/seats/reservation_id.h"

namespace usher::booking {

// Who asked: carried in the headers of the command's record, for whoever reads the log.
struct Trace {
  std::string request_id = {};
  std::string traceparent = {};  // W3C; none: ""
};

// Where a command stands in the log, once it is on a majority's disks.
struct Place {
  PartitionId partition;
  Offset offset;
};

class CommandLog {
 public:
  using Written = std::move_only_function<void(Result<Place>)>;
  virtual ~CommandLog() = default;
  // `written` is called once, never inside this call. Its error says whether the command may be in
  // the log all the same (client/attempts.h: outcome_of).
  virtual void write(seats::Topic topic, std::string_view event, std::string value,
                     const Trace& trace, Written written) = 0;
};

struct Question {
  seats::Store store;
  // Of the event: it says whom to ask.
  Slot slot = {};
  std::string key = {};
  // Not before the state holds everything below: a caller's own write.
  Offset at_least = {};
  // How long to wait for something to be there.
  Duration wait = {};
};

struct Answer {
  std::optional<std::string> value;  // none: surely nothing is there
  PartitionId partition;
  Offset holds_for;  // the state after everything that stands below
};

// A user's reservations, as the view by user has them: of another app, in another space.
struct Orders {
  struct Order {
    seats::ReservationId id;
    std::string entry;      // a ReservationEntry
    PartitionId partition;  // of its event
  };
  std::vector<Order> orders;
  bool more = false;
  // Of the view's own partition; it may lag behind the events'.
  PartitionId partition;
  Offset holds_for;
};

class SeatsState {
 public:
  using Answered = std::move_only_function<void(Result<Answer>)>;
  virtual ~SeatsState() = default;
  // `answered` is called once, never inside this call, at the latest some seconds after the wait.
  // TIMED_OUT: the owner has not caught up so far. Any error: nothing is known.
  virtual void ask(Question question, Answered answered) = 0;
  using OrdersTold = std::move_only_function<void(Result<Orders>)>;
  virtual void orders_of(std::string_view user, OrdersTold told) = 0;
};

}  // namespace usher::booking
