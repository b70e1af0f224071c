#include "broker/io/answers.h"

#include <memory>
#include <optional>
#include <string>

#include "tests/doctest.h"

namespace usher::io {
namespace {

TEST_CASE("an answer is given once to whoever waits") {
  Answers answers;
  std::string heard;
  Answer<int> first =
      answers.owe<int>(Answers::kDisk, [&](Result<int> n) { heard += std::to_string(*n); });
  Answer<int> second =
      answers.owe<int>(Answers::kDisk, [&](Result<int> n) { heard += std::to_string(*n); });
  second(2);
  first(1);
  first(1);
  EXPECT(heard == "21");
}

TEST_CASE("a file that goes takes its answers along, and nobody else's") {
  Answers answers;
  auto a = answers.add_file();
  auto b = answers.add_file();
  auto held = std::make_shared<int>(7);
  std::string heard;
  Answer<void> of_a = answers.owe<void>(a, [&, held](Result<void>) { heard += 'a'; });
  Answer<void> of_b = answers.owe<void>(b, [&, held](Result<void>) { heard += 'b'; });
  Answer<void> of_disk =
      answers.owe<void>(Answers::kDisk, [&, held](Result<void>) { heard += 'd'; });
  answers.remove_file(a);
  EXPECT(held.use_count() == 3);
  of_a({});
  of_b({});
  of_disk({});
  EXPECT(heard == "bd");
  answers.remove_file(b);
}

TEST_CASE("an answer outlives what it was owed by, and does nothing then") {
  std::string heard;
  std::optional<Answer<void>> late;
  {
    Answers answers;
    late = answers.owe<void>(Answers::kDisk, [&](Result<void>) { heard += 'x'; });
  }
  (*late)({});
  EXPECT(heard.empty());
}

TEST_CASE("an answer may destroy its file, and what it held may ask once more while it goes") {
  struct AsksAgain {
    Answers& answers;
    ~AsksAgain() {
      answers.owe<void>(Answers::kDisk, [](Result<void>) {});
    }
  };
  Answers answers;
  auto file = answers.add_file();
  Answer<void> answer = answers.owe<void>(file, [&](Result<void>) { answers.remove_file(file); });
  answers.owe<void>(file, [again = std::make_unique<AsksAgain>(answers)](Result<void>) {});
  answer({});
  answers.owe<void>(Answers::kDisk,
                    [again = std::make_unique<AsksAgain>(answers)](Result<void>) {});
  answers.drop_all();
}

}  // namespace
}  // namespace usher::io
