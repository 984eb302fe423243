// What may have been meant by some letters: arcs between the gaps before, between and behind them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "host/word_trie.h"

namespace karussell {

struct Arc {
  std::uint32_t begin, end;           // gaps between the letters typed
  std::uint32_t length;               // of the text, 0 to 3
  std::array<std::uint32_t, 3> text;  // code points
  float log_prob;                     // 0 or less
};

struct Lattice {
  std::size_t length;          // n, of what was typed
  std::vector<Arc> arcs;       // begin <= end <= n, and begin < end where the text is empty
  std::vector<float> missing;  // (n + 1): any one letter of a word left out here, 0 or less
  std::uint64_t number = 0;    // what tells it from all others; 0 for one that is searched once
};

// An arc as a tree asks for it: by the last letter of its text, or of a beginning of it.
struct Step {
  std::uint32_t begin, end;
  std::uint32_t length;                 // of the text
  std::uint32_t letter;                 // the last one, as the tree numbers them
  std::array<std::uint32_t, 2> before;  // those before it, the nearest first
  float log_prob;
};

// A way to read one letter typed, and which letters it needs.
struct Reading {
  std::uint64_t letters;  // their bits
  float log_prob;         // of an arc, a part for each letter that it reads
};

// Steps by their letter.
class StepTable {
 public:
  void take(const std::vector<Step>& steps, std::size_t letters);
  const Step* begin(std::uint32_t letter) const { return steps_.data() + starts_[letter]; }
  const Step* end(std::uint32_t letter) const { return steps_.data() + starts_[letter + 1]; }

 private:
  std::vector<Step> steps_;
  std::vector<std::uint32_t> starts_;
};

// A lattice made ready for one tree.
class Steps {
 public:
  void take(const Lattice& lattice, const WordTrie& trie);

  // Rows are this long: a number for each gap, minus infinity up to here, so that they are worked
  // through in fours and one more.
  std::size_t width() const { return fours_ + 1; }
  std::size_t fours() const { return fours_; }

  // What most arcs are, a letter typed that was meant as a letter: ln P for the gap before it, or
  // nothing if a letter has none.
  const float* single(std::uint32_t letter) const {
    return slots_[letter] == 0 ? nullptr : singles_.data() + (slots_[letter] - 1) * fours_;
  }
  // The other steps whose text ends with a letter.
  const StepTable& whole() const { return whole_; }
  // Of texts of several letters all beginnings: what a path has said that stands inside of one.
  const StepTable& begun() const { return begun_; }
  // Those without a text, from left to right.
  const std::vector<Step>& skips() const { return skips_; }
  // For each gap the best ln P of reading all that was typed behind it, whatever the words are.
  const std::vector<float>& rest() const { return rest_; }
  // The same where words hold no other letters than these; no less than it is, and often more.
  void rest_of(std::uint64_t letters, float* to) const;

 private:
  void take_rest();
  void take_readings();
  void take_single(const Step& step);

  std::size_t length_ = 0, fours_ = 0;
  std::vector<Step> arcs_;  // all of them, by begin
  std::vector<Step> with_text_, beginnings_, skips_;
  StepTable whole_, begun_;
  std::vector<std::uint32_t> slots_;  // of each letter, from 1
  std::vector<float> singles_;        // for each slot
  std::vector<float> rest_;
  std::vector<float> any_;  // of each letter typed, the best reading that needs none
  std::vector<std::vector<Reading>> readings_;  // of each letter typed, the best first
};

}  // namespace karussell
