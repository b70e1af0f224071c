#include "client/cli/commands.h"

#include <algorithm>

#include <fmt/format.h>

#include "proto/base/quote.h"
#include "proto/service/list_text.h"
#include "proto/service/nearest_name.h"

namespace usher::cli {
namespace {

bool begins_with_words(const std::string& words, const std::string& first) {
  return words == first || words.starts_with(first + " ");
}

std::string first_words(const std::vector<std::string>& arguments, size_t count) {
  return service::join({arguments.begin(), arguments.begin() + static_cast<ptrdiff_t>(count)}, " ");
}

// How many of the arguments may be words of a command.
size_t words_in(const std::vector<std::string>& arguments) {
  auto flag = std::ranges::find_if(arguments, [](const auto& one) { return one.starts_with("-"); });
  return static_cast<size_t>(flag - arguments.begin());
}

std::unexpected<Error> refuse(const CommandRows& rows, const std::vector<std::string>& arguments,
                              size_t words, bool is_group) {
  std::vector<std::string> known;
  for (const CommandRow& row : rows) known.push_back(row.words);
  std::string written = first_words(arguments, std::min<size_t>(words, 2));
  const std::string& nearest = service::nearest_name(written, known);
  if (is_group && words == 1)
    return fail(ErrorCode::INVALID_ARGUMENT,
                fmt::format("{} needs a further word; usher {} --help lists them", quote(written),
                            written));
  return fail(ErrorCode::INVALID_ARGUMENT,
              fmt::format("{} is not a command of usher; the nearest known is {}", quote(written),
                          quote(nearest)));
}

}  // namespace

CommandRows all_commands() {
  CommandRows all;
  for (auto& rows :
       {cluster_commands(), space_commands(), topic_commands(), record_commands(), app_commands(),
        app_repair_commands(), broker_commands(), event_commands(), reservation_commands(),
        bench_commands(), bench_failover_commands(), bench_gateway_commands(),
        bench_idle_commands(), bench_sale_commands(), bench_takeover_commands(), later_commands()})
    all.insert(all.end(), rows.begin(), rows.end());
  return all;
}

Result<Chosen> choose(const CommandRows& rows, const std::vector<std::string>& arguments) {
  size_t words = words_in(arguments);
  for (size_t count = std::min<size_t>(words, 3); count > 0; --count) {
    std::string written = first_words(arguments, count);
    auto row = std::ranges::find(rows, written, &CommandRow::words);
    if (row != rows.end())
      return Chosen{
          &*row, "", {arguments.begin() + static_cast<ptrdiff_t>(count), arguments.end()}};
  }
  std::string group = words == 0 ? "" : arguments[0];
  bool is_group = words == 0 || std::ranges::any_of(rows, [&](const CommandRow& row) {
                    return begins_with_words(row.words, group);
                  });
  bool asks = std::ranges::any_of(
      arguments, [](const std::string& one) { return one == "--help" || one == "-h"; });
  if (group == "help" || (is_group && words < 2 && (asks || arguments.empty())))
    return Chosen{nullptr, group == "help" ? "" : group, {}};
  if (words == 0)
    return fail(
        ErrorCode::INVALID_ARGUMENT,
        fmt::format("{} stands before any command; usher --help lists them", quote(arguments[0])));
  return refuse(rows, arguments, words, is_group);
}

std::string commands_text(const CommandRows& rows, const std::string& group) {
  std::string text = fmt::format(
      "usher {}: sells seats when a million people press the button at once\n\n"
      "Usage: usher COMMAND [ARGUMENTS] [FLAGS]\n\n",
      USHER_VERSION);
  size_t column = 0;
  for (const CommandRow& row : rows) column = std::max(column, row.words.size());
  for (const CommandRow& row : rows)
    if (group.empty() || begins_with_words(row.words, group))
      text += fmt::format("  {:<{}}  {}\n", row.words, column, row.about);
  text +=
      "\nA command finds its cluster by --dir DIR, --brokers LIST or USHER_BROKERS.\n"
      "usher COMMAND --help says more, with an example.\n";
  return text;
}

}  // namespace usher::cli
