#include "host/lattice.h"

#include <algorithm>
#include <limits>

namespace karussell {
namespace {

constexpr float kNever = -std::numeric_limits<float>::infinity();

// Whether any word can take the arc.
bool make_step(const Arc& arc, const WordTrie& trie, Step& step) {
  step = {arc.begin, arc.end, arc.length, WordTrie::kNoLetter, {}, arc.log_prob};
  if (!(arc.log_prob > kNever)) return false;
  std::uint32_t* const places[] = {&step.letter, &step.before[0], &step.before[1]};
  for (std::uint32_t i = 0; i < arc.length; ++i) {
    *places[i] = trie.letter_of(arc.text[arc.length - 1 - i]);
    if (*places[i] == WordTrie::kNoLetter) return false;
  }
  return true;
}

// What of an arc falls to each letter typed that it reads.
float part_of(const Step& arc) { return arc.log_prob / static_cast<float>(arc.end - arc.begin); }

}  // namespace

void StepTable::take(const std::vector<Step>& steps, std::size_t letters) {
  starts_.assign(letters + 2, 0);
  for (const Step& step : steps) ++starts_[step.letter + 2];
  for (std::size_t i = 2; i < starts_.size(); ++i) starts_[i] += starts_[i - 1];
  steps_.resize(steps.size());
  for (const Step& step : steps) steps_[starts_[step.letter + 1]++] = step;
}

void Steps::take_rest() {
  rest_.assign(width(), kNever);
  rest_[length_] = 0;
  for (auto arc = arcs_.rbegin(); arc != arcs_.rend(); ++arc)
    if (arc->begin < arc->end)  // what reads nothing is no help
      rest_[arc->begin] = std::max(rest_[arc->begin], arc->log_prob + rest_[arc->end]);
}

void Steps::take_single(const Step& step) {
  std::uint32_t& slot = slots_[step.letter];
  if (slot == 0) {
    singles_.resize(singles_.size() + fours_, kNever);
    slot = static_cast<std::uint32_t>(singles_.size() / fours_);
  }
  float& log_prob = singles_[(slot - 1) * fours_ + step.begin];
  log_prob = std::max(log_prob, step.log_prob);
}

void Steps::take_readings() {
  if (readings_.size() < length_) readings_.resize(length_);
  // Nothing behind what any word allows is ever asked for.
  any_.assign(length_, kNever);
  for (const Step& arc : arcs_)
    if (arc.length == 0)
      for (std::uint32_t typed = arc.begin; typed < arc.end; ++typed)
        any_[typed] = std::max(any_[typed], part_of(arc));
  for (std::size_t typed = 0; typed < length_; ++typed) readings_[typed].clear();
  for (const Step& arc : arcs_) {
    Reading reading = {0, part_of(arc)};
    if (arc.length > 0) reading.letters |= WordTrie::bit(arc.letter);
    for (std::uint32_t i = 1; i < arc.length; ++i)
      reading.letters |= WordTrie::bit(arc.before[i - 1]);
    for (std::uint32_t typed = arc.begin; typed < arc.end; ++typed)
      if (reading.log_prob > any_[typed]) readings_[typed].push_back(reading);
  }
  for (std::size_t typed = 0; typed < length_; ++typed) {
    std::vector<Reading>& of = readings_[typed];
    std::sort(of.begin(), of.end(),
              [](const Reading& a, const Reading& b) { return a.log_prob > b.log_prob; });
    of.push_back({0, any_[typed]});
  }
}

void Steps::rest_of(std::uint64_t letters, float* to) const {
  to[length_] = 0;
  for (std::size_t typed = length_; typed-- > 0;) {
    const Reading* reading = readings_[typed].data();
    while ((reading->letters & ~letters) != 0) ++reading;
    to[typed] = to[typed + 1] + reading->log_prob;
  }
}

void Steps::take(const Lattice& lattice, const WordTrie& trie) {
  length_ = lattice.length;
  fours_ = (length_ + 3) / 4 * 4;
  for (std::vector<Step>* steps : {&arcs_, &with_text_, &beginnings_, &skips_}) steps->clear();
  Step step;
  for (const Arc& arc : lattice.arcs)
    if (make_step(arc, trie, step)) arcs_.push_back(step);
  const auto earlier = [](const Step& a, const Step& b) { return a.begin < b.begin; };
  if (!std::is_sorted(arcs_.begin(), arcs_.end(), earlier))
    std::sort(arcs_.begin(), arcs_.end(), earlier);
  take_rest();
  take_readings();

  slots_.assign(trie.letters(), 0);
  singles_.clear();
  for (const Step& arc : arcs_) {
    if (arc.length == 1 && arc.end == arc.begin + 1)
      take_single(arc);
    else
      (arc.length > 0 ? with_text_ : skips_).push_back(arc);
    for (Step begun = arc; begun.length > 1;) {
      begun.letter = begun.before[0];
      begun.before[0] = begun.before[1];
      --begun.length;
      beginnings_.push_back(begun);
    }
  }
  whole_.take(with_text_, trie.letters());
  begun_.take(beginnings_, trie.letters());
}

}  // namespace karussell
