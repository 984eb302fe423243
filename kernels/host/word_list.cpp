#include "host/word_list.h"

#include <utility>

namespace karussell {
namespace {

bool is_control(std::uint32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c || c == 0x180e ||
         (c >= 0x2000 && c <= 0x206f) ||  // spaces, directions, invisible signs, punctuation
         c == 0xfeff || (c >= 0xfff0 && c <= 0xfffd) || (c >= 0xe0000 && c <= 0xe0fff);
}

// The character at the start of some bytes and how many of them it takes; none if they are no
// UTF-8.
std::size_t decode(std::string_view bytes, std::uint32_t& c) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) {
    c = first;
    return 1;
  }
  const std::size_t count = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || bytes.size() < count) return 0;
  c = first & (0x7fu >> count);
  for (std::size_t i = 1; i < count; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
    c = c << 6 | (byte(i) & 0x3fu);
  }
  constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = c >= 0xd800 && c < 0xe000;
  return c < kLeast[count] || c > 0x10ffff || surrogate ? 0 : count;
}

// Whether a byte is a printable character of ASCII, or ends a line.
bool is_plain(char byte) {
  const unsigned char c = static_cast<unsigned char>(byte);
  return ((c >= 0x20) & (c < 0x7f)) | (c == '\n');
}

// As many bytes at once as compilers make vectors of.
constexpr std::size_t kAtOnce = 64;

bool all_plain(const char* bytes) {
  bool plain = true;
  for (std::size_t i = 0; i < kAtOnce; ++i) plain &= is_plain(bytes[i]);
  return plain;
}

}  // namespace

Unprintable find_unprintable(std::string_view lines) {
  for (std::size_t i = 0; i < lines.size();) {
    while (i + kAtOnce <= lines.size() && all_plain(lines.data() + i)) i += kAtOnce;
    while (i < lines.size() && is_plain(lines[i])) ++i;
    if (i == lines.size()) break;
    std::uint32_t c = 0;
    const std::size_t count = decode(lines.substr(i), c);
    if (count == 0) return {i, 0, Unprintable::kNotUtf8};
    if (is_control(c)) return {i, c, Unprintable::kControl};
    i += count;
  }
  return {};
}

WordList::WordList(std::string lines) : text_(std::move(lines)) {
  starts_.push_back(0);
  for (std::size_t end = text_.find('\n'); end != std::string::npos;
       end = text_.find('\n', end + 1))
    starts_.push_back(static_cast<std::uint32_t>(end + 1));
  starts_.push_back(static_cast<std::uint32_t>(text_.size() + 1));
}

WordList::WordList(const std::vector<std::string_view>& words) {
  starts_.reserve(words.size() + 1);
  starts_.push_back(0);
  for (const std::string_view word : words) {
    text_ += word;
    text_ += '\n';
    starts_.push_back(static_cast<std::uint32_t>(text_.size()));
  }
}

std::size_t WordList::lower_bound(std::string_view word) const {
  std::size_t first = 0;
  for (std::size_t count = size(); count > 0;) {
    const std::size_t half = count / 2;
    if ((*this)[first + half] < word) {
      first += half + 1;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  return first;
}

std::size_t WordList::find(std::string_view word) const {
  const std::size_t place = lower_bound(word);
  return place < size() && (*this)[place] == word ? place : size();
}

WordList::Span WordList::prefix(std::string_view prefix) const {
  const std::size_t first = lower_bound(prefix);
  std::size_t last = first;
  for (std::size_t count = size() - first; count > 0;) {
    const std::size_t half = count / 2;
    if ((*this)[last + half].substr(0, prefix.size()) <= prefix) {
      last += half + 1;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  return {first, last};
}

std::size_t WordList::first_unsorted() const {
  std::string_view before;
  for (std::size_t i = 0; i < size(); ++i) {
    const std::string_view word = (*this)[i];
    if (word <= before) return i;
    before = word;
  }
  return size();
}

}  // namespace karussell
