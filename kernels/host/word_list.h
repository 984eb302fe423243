// A sorted list of words as one text of UTF-8 and where each begins: some ten bytes a word, where
// Python's strings, a tuple and a dictionary take a hundred and fifty.
//
// The order of code points is the order of UTF-8's bytes, so all searching compares bytes. Whatever
// the text holds, nothing here reads outside it or runs for ever: words in a wrong order are only
// not found.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace karussell {

// What must not stand in words that are shown: bytes that are no UTF-8, and characters that a
// terminal obeys or that turn the direction of writing.
struct Unprintable {
  std::size_t byte = 0;          // where
  std::uint32_t code_point = 0;  // which character, if it is UTF-8
  enum { kNone, kNotUtf8, kControl } kind = kNone;
};

Unprintable find_unprintable(std::string_view lines);

class WordList {
 public:
  // With a newline behind each; of more, the caller makes no list.
  static constexpr std::size_t kMostBytes = std::numeric_limits<std::uint32_t>::max() - 1;

  // Words joined by newlines.
  explicit WordList(std::string lines);
  // Words of any content.
  explicit WordList(const std::vector<std::string_view>& words);

  std::size_t size() const { return starts_.size() - 1; }
  std::string_view operator[](std::size_t i) const {
    return {text_.data() + starts_[i], starts_[i + 1] - starts_[i] - 1};
  }
  // Where a word stands, size() if it does not.
  std::size_t find(std::string_view word) const;
  // The words [first, last) that start with a prefix.
  struct Span {
    std::size_t first, last;
  };
  Span prefix(std::string_view prefix) const;
  // The first word that does not come after the one before it (or is empty), size() if all do.
  std::size_t first_unsorted() const;

 private:
  std::size_t lower_bound(std::string_view word) const;
  std::string text_;                   // a byte lies between each word and the next
  std::vector<std::uint32_t> starts_;  // of each word, and of one more
};

}  // namespace karussell
