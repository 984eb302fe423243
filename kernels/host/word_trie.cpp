#include "host/word_trie.h"

#include <algorithm>
#include <atomic>
#include <string_view>

namespace karussell {
namespace {

constexpr std::uint32_t kCodePoints = 0x110000;

// The letter at the start of some bytes, and how many of them it takes. Unlike a decoder that
// refuses, it gives each byte of what is no UTF-8 a number beyond all code points.
std::uint32_t letter_at(std::string_view bytes, std::uint32_t& taken) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const std::uint32_t first = byte(0);
  taken = 1;
  if (first < 0x80) return first;
  const std::uint32_t count = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || bytes.size() < count) return kCodePoints + first;
  std::uint32_t letter = first & (0x7fu >> count);
  for (std::uint32_t i = 1; i < count; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return kCodePoints + first;
    letter = letter << 6 | (byte(i) & 0x3fu);
  }
  taken = count;
  return letter;
}

}  // namespace

std::uint64_t WordTrie::next_number() {
  static std::atomic<std::uint64_t> last = 0;
  return ++last;
}

WordTrie::WordTrie(const WordList& words) {
  const auto size = static_cast<std::uint32_t>(words.size());
  std::vector<std::uint32_t> offsets(size, 0);  // what of each word lies above its node
  nodes_.push_back({0, size, 0, kNoLetter, 0});
  for (std::uint32_t node = 0; node < nodes_.size(); ++node) split(node, words, offsets);
  nodes_.push_back({size, size, static_cast<std::uint32_t>(nodes_.size()), kNoLetter, 0});
  nodes_.shrink_to_fit();
  number_letters();
  collect_below();
}

// Neighbours that go on with the same letter share a child.
void WordTrie::split(std::uint32_t node, const WordList& words,
                     std::vector<std::uint32_t>& offsets) {
  const Node parent = nodes_[node];
  nodes_[node].child = static_cast<std::uint32_t>(nodes_.size());
  bool together = false;
  for (std::uint32_t word = parent.first; word < parent.last; ++word) {
    const std::string_view rest = words[word].substr(offsets[word]);
    if (rest.empty()) {
      nodes_[node].ends |= word == parent.first;
      together = false;
      continue;
    }
    std::uint32_t taken = 0;
    const std::uint32_t letter = letter_at(rest, taken);
    offsets[word] += taken;
    if (together && nodes_.back().letter == letter) {
      nodes_.back().last = word + 1;
    } else {
      nodes_.push_back({word, word + 1, 0, letter, 0});
      together = true;
    }
  }
}

void WordTrie::number_letters() {
  // As far as letters go: a few words of a writer's own are made into a tree at some key.
  std::uint32_t last = 0;
  for (std::size_t node = 1; node + 1 < nodes_.size(); ++node)
    last = std::max<std::uint32_t>(last, nodes_[node].letter);
  std::vector<bool> stands(last + 1, false);
  for (std::size_t node = 1; node + 1 < nodes_.size(); ++node) stands[nodes_[node].letter] = true;
  for (std::uint32_t letter = 0; letter < stands.size(); ++letter)
    if (stands[letter]) letters_.push_back(letter);
  for (std::uint32_t letter = 0; letter < ascii_.size(); ++letter)
    ascii_[letter] = place_of(letter);
  for (std::size_t node = 1; node + 1 < nodes_.size(); ++node)
    nodes_[node].letter = letter_of(nodes_[node].letter);
}

void WordTrie::collect_below() {
  below_.assign(nodes_.size(), 0);
  for (std::size_t node = nodes_.size() - 1; node-- > 0;)
    for (std::uint32_t child = nodes_[node].child; child < children_end(node); ++child)
      below_[node] |= below_[child] | bit(nodes_[child].letter);
}

std::uint32_t WordTrie::letter_of(std::uint32_t code_point) const {
  return code_point < ascii_.size() ? ascii_[code_point] : place_of(code_point);
}

std::uint32_t WordTrie::place_of(std::uint32_t code_point) const {
  const auto place = std::lower_bound(letters_.begin(), letters_.end(), code_point);
  if (place == letters_.end() || *place != code_point) return kNoLetter;
  return static_cast<std::uint32_t>(place - letters_.begin());
}

}  // namespace karussell
