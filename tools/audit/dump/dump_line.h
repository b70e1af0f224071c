// One thing that stands on disk, for people and for programs: where it is, what it is in words, and
// the same as the members of a JSON object.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace usher::audit {

class DumpLine {
 public:
  // "segment", "batch", "group", …
  DumpLine(std::string_view what, std::string file, std::optional<uint64_t> position);

  DumpLine& number(std::string_view name, uint64_t value);
  DumpLine& text(std::string_view name, std::string_view value);
  // `json` is JSON already.
  DumpLine& raw(std::string_view name, std::string_view json);
  DumpLine& words(std::string words);

  const std::string& file() const { return file_; }
  std::optional<uint64_t> position() const { return position_; }
  const std::string& in_words() const { return words_; }
  std::string json() const { return "{" + members_ + "}"; }

 private:
  std::string file_;
  std::optional<uint64_t> position_;
  std::string words_;
  std::string members_;
};

// Where the lines go, one at a time, as files are read.
class DumpSink {
 public:
  virtual ~DumpSink() = default;
  virtual void take(const DumpLine& line) = 0;
  // What should stand at the byte does not.
  void corrupt(const std::string& file, uint64_t position, const std::string& detail);
  uint64_t corruptions() const { return corruptions_; }

 private:
  uint64_t corruptions_ = 0;
};

}  // namespace usher::audit
