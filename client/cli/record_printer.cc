#include "client/cli/record_printer.h"

#include <cstdio>

namespace usher::cli {

Offset RecordPrinter::print(const client::ReadRecords& records) {
  std::string text;
  Offset dealt_with;
  RecordNames names{printing_.space, printing_.topic, records.at().partition, records.time(),
                    printing_.schema};
  records.for_each([&](const client::ReadRecord& record) {
    if (is_enough()) return;
    dealt_with = record.offset.next();
    bool is_wanted =
        !printing_.key || (record.view.key && as_text(*record.view.key) == *printing_.key);
    if (!is_wanted) return;
    ++printed_;
    if (printing_.form == Printing::Form::kJson)
      append_json(text, names, record);
    else if (printing_.form == Printing::Form::kLines)
      append_line(text, names, record);
    else
      text.append(as_text(record.view.value.value_or(Bytes()))).push_back('\n');
  });
  std::fwrite(text.data(), 1, text.size(), stdout);
  return dealt_with;
}

}  // namespace usher::cli
