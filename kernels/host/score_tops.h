// The highest of some numbers that lie together, without looking at all of them: maxima of blocks,
// of blocks of blocks, and so on. Made of an array of scores in a few microseconds.
#pragma once

#include <cstddef>
#include <limits>
#include <vector>

namespace karussell {

class ScoreTops {
 public:
  static constexpr std::size_t kBlock = 16;

  // The scores stay where they are. What is not a number counts as minus infinity.
  void take(const float* scores, std::size_t count) {
    scores_ = scores;
    count_ = count;
    std::size_t levels = 0;
    while (count > kBlock) {
      if (levels == levels_.size()) levels_.emplace_back();
      std::vector<float>& level = levels_[levels++];
      const std::size_t blocks = (count + kBlock - 1) / kBlock;
      level.resize(blocks);
      for (std::size_t b = 0; b + 1 < blocks; ++b) level[b] = top_of_block(scores + b * kBlock);
      level[blocks - 1] = top_of(scores + (blocks - 1) * kBlock, scores + count);
      scores = level.data();
      count = blocks;
    }
  }

  std::size_t size() const { return count_; }

  float operator[](std::size_t word) const { return scores_[word]; }

  // The highest of [first, last).
  float top(std::size_t first, std::size_t last) const {
    const float* level = scores_;
    float top = -std::numeric_limits<float>::infinity();
    for (std::size_t above = 0; last - first > 2 * kBlock; ++above) {
      const std::size_t begin = (first + kBlock - 1) / kBlock, end = last / kBlock;
      top = higher(top, top_of(level + first, level + begin * kBlock));
      top = higher(top, top_of(level + end * kBlock, level + last));
      level = levels_[above].data();
      first = begin;
      last = end;
    }
    return higher(top, top_of(level + first, level + last));
  }

 private:
  static float higher(float a, float b) { return b > a ? b : a; }

  // In a form that becomes vectors.
  static float top_of(const float* from, const float* to) {
    float tops[4];
    for (float& top : tops) top = -std::numeric_limits<float>::infinity();
    for (; to - from >= 4; from += 4)
      for (std::size_t lane = 0; lane < 4; ++lane) tops[lane] = higher(tops[lane], from[lane]);
    for (; from < to; ++from) tops[0] = higher(tops[0], *from);
    return higher(higher(tops[0], tops[1]), higher(tops[2], tops[3]));
  }

  static float top_of_block(const float* from) { return top_of(from, from + kBlock); }

  const float* scores_ = nullptr;
  std::size_t count_ = 0;
  std::vector<std::vector<float>> levels_;
};

}  // namespace karussell
