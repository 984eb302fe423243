// The words that somebody may have meant who typed something else: best first, exactly, by what
// they cost as a reading of what was typed plus what they are worth in their place.
//
// What was typed is a lattice: arcs between the gaps of its n letters, each a stretch that was
// meant as one to three letters, or as none. A path through the tree of all words is followed with
// a row of n + 1 numbers, the best ln P of having read the first j letters typed; the most
// promising path goes on first, and none that cannot come to the best is followed at all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "host/lattice.h"
#include "host/score_tops.h"
#include "host/word_list.h"
#include "host/word_trie.h"

namespace karussell {

// What the letters typed are to a word.
enum class Extent {
  kWhole,   // all of it
  kPrefix,  // its beginning, or all of it
  kHeads,   // the first j of them all of it, for each j
};

struct Wish {
  Extent extent;
  std::size_t begin;   // the letters before this gap are no part of it
  std::size_t limit;   // how many words, of each length typed if heads are wanted
  float floor;         // values above this only
  float within;        // and at most this far below the best
  std::size_t budget;  // of nodes looked at; with enough of it the words found are the best
};

struct Hit {
  std::uint32_t word;
  float log_prob;  // of what was typed, given the word
  float value;     // with the word's score, and for a head the best that the rest can cost
};

struct Found {
  std::vector<std::vector<Hit>> ends;  // for each number of letters read; the last alone, or heads
  std::size_t nodes;                   // how many were looked at
};

class WordSearch {
 public:
  explicit WordSearch(const WordList& words) : trie_(words) {}

  std::size_t words() const { return trie_.words(); }
  // The scores are one for each word; words with minus infinity, or no number, are not found.
  Found find(const float* scores, const Lattice& lattice, const Wish& wish) const;
  // The same of scores that are looked at once for several searches.
  Found find(const ScoreTops& scores, const Lattice& lattice, const Wish& wish) const;

 private:
  WordTrie trie_;
};

}  // namespace karussell
