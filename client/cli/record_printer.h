// What `usher consume` prints of what it reads, and when it is enough.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "client/cli/record_text.h"
#include "client/consumer.h"

namespace usher::cli {

struct Printing {
  enum class Form : uint8_t { kLines, kJson, kRaw };
  Form form = Form::kLines;
  std::string space = {};
  std::string topic = {};
  std::string schema = {};  // of the values; empty: bytes
  std::optional<std::string> key = {};
  std::optional<uint64_t> most = {};
};

class RecordPrinter {
 public:
  explicit RecordPrinter(Printing printing) : printing_(std::move(printing)) {}
  // Answers with the exclusive end of what was printed or passed over.
  Offset print(const client::ReadRecords& records);
  bool is_enough() const { return printing_.most && printed_ >= *printing_.most; }
  uint64_t printed() const { return printed_; }

 private:
  Printing printing_;
  uint64_t printed_ = 0;
};

}  // namespace usher::cli
