// A list of words as a tree: a path from the root spells a word, letter by letter, and below each
// node lie neighbours of the list. Twenty-four bytes a node, some three nodes a word.
//
// Whatever the words hold, building ends and nothing is read outside of them; words in a wrong
// order are only not found. A byte that is no UTF-8 is a letter of its own that nobody types.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "host/word_list.h"

namespace karussell {

class WordTrie {
 public:
  static constexpr std::uint32_t kNoLetter = 0x7fffffff;

  struct Node {
    std::uint32_t first, last;  // the words that begin with what the path spells
    std::uint32_t child;        // the first child; the last one lies before the next node's first
    std::uint32_t letter : 31;  // the last one of the path, by its place among the letters
    std::uint32_t ends : 1;     // whether `first` is what the path spells
  };

  explicit WordTrie(const WordList& words);

  // What tells it from all others, those that are no more among them.
  std::uint64_t number() const { return number_; }

  std::size_t words() const { return nodes_[0].last; }
  // The root is node 0.
  const Node& operator[](std::size_t node) const { return nodes_[node]; }
  std::uint32_t children_end(std::size_t node) const { return nodes_[node + 1].child; }

  // A bit for each letter on the paths below a node; with many letters several share one.
  std::uint64_t below(std::size_t node) const { return below_[node]; }
  static std::uint64_t bit(std::uint32_t letter) { return std::uint64_t{1} << (letter & 63); }

  // How many different letters there are, and the place of a code point among them, or kNoLetter.
  std::size_t letters() const { return letters_.size(); }
  std::uint32_t letter_of(std::uint32_t code_point) const;

 private:
  static std::uint64_t next_number();
  void split(std::uint32_t node, const WordList& words, std::vector<std::uint32_t>& offsets);
  void number_letters();
  std::uint32_t place_of(std::uint32_t code_point) const;
  void collect_below();

  std::uint64_t number_ = next_number();
  std::vector<Node> nodes_;               // one level after the other, and one behind the last
  std::vector<std::uint64_t> below_;      // of each node
  std::vector<std::uint32_t> letters_;    // code points, sorted
  std::array<std::uint32_t, 128> ascii_;  // the place of each of the first ones among them
};

}  // namespace karussell
