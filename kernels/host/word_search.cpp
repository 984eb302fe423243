#include "host/word_search.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "host/score_tops.h"

namespace karussell {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNever = -kInfinity;

// The sums along a path and the bounds they are held against are rounded in another order. So what
// may still be reached is taken this much better than it was computed, and nothing is lost.
constexpr float kRounding = 1 - 1e-5f;

// The best words so far of those that read up to one gap: highest value first, then lowest word.
class Best {
 public:
  Best(const Wish& wish, float rest)
      : limit_(wish.limit),
        floor_(std::nextafter(wish.floor, kInfinity)),
        within_(wish.within),
        rest_(rest),
        least_(floor_) {}

  // Less than this is not wanted.
  float least() const { return least_; }

  void offer(std::uint32_t word, float log_prob, float score) {
    const Hit hit = {word, log_prob, log_prob + rest_ + score};
    if (!(hit.value >= least_)) return;
    const auto comes_first = [](const Hit& a, const Hit& b) {
      return a.value > b.value || (a.value == b.value && a.word < b.word);
    };
    hits_.insert(std::upper_bound(hits_.begin(), hits_.end(), hit, comes_first), hit);
    if (hits_.size() > limit_) hits_.pop_back();
    least_ = std::max(floor_, hits_.front().value - within_);
    if (hits_.size() == limit_) least_ = std::max(least_, hits_.back().value);
  }

  std::vector<Hit> take() {
    while (!hits_.empty() && hits_.back().value < least_) hits_.pop_back();
    return std::move(hits_);
  }

 private:
  std::size_t limit_;
  float floor_, within_, rest_, least_;
  std::vector<Hit> hits_;
};

// A path through the tree.
struct Path {
  std::uint32_t node;
  std::uint32_t before;  // the path without the last letter; the root's own is itself
  std::size_t row;       // where its row begins; paths that cost the same share one
  float reach;           // the best ln P of all that was typed that it or a longer one can come to
  float so_far;          // of all that was typed as a prefix, whatever letters follow
  float top;             // the highest score of the words below
};

// What waits to go on, the most promising first, then what was found first.
struct Waiting {
  float bound;
  std::uint32_t path;
  bool operator<(const Waiting& other) const {
    return bound < other.bound || (bound == other.bound && path > other.path);
  }
};

// Memory that a thread keeps from search to search.
struct Workspace {
  Steps steps;
  ScoreTops tops;
  std::vector<float> rows;
  std::vector<Path> paths;
  std::vector<Waiting> queue;
};

class Search {
 public:
  Search(const WordTrie& trie, const float* scores, const Lattice& lattice, const Wish& wish,
         Workspace& memory)
      : trie_(trie), lattice_(lattice), wish_(wish), width_(lattice.length + 1), memory_(memory) {
    memory.steps.take(lattice, trie);
    memory.tops.take(scores, trie.words());
    memory.rows.clear();
    memory.paths.clear();
    memory.queue.clear();
    rest_ = memory.steps.rest().data();
    const bool heads = wish.extent == Extent::kHeads;
    for (std::size_t gap = heads ? wish.begin + 1 : lattice.length; gap < width_; ++gap)
      ends_.emplace_back(wish, rest_[gap]);
    set_least();
  }

  Found run() {
    start();
    std::vector<Waiting>& queue = memory_.queue;
    while (!queue.empty() && nodes_ < wish_.budget) {
      const Waiting next = queue.front();
      if (next.bound < least_) break;
      std::pop_heap(queue.begin(), queue.end());
      queue.pop_back();
      go_on(next.path);
    }
    Found found{{}, nodes_};
    for (Best& end : ends_) found.ends.push_back(end.take());
    return found;
  }

 private:
  float* row(std::size_t start) { return memory_.rows.data() + start; }

  std::size_t new_row() {
    const std::size_t start = memory_.rows.size();
    memory_.rows.resize(start + width_);
    return start;
  }

  void set_least() {
    least_ = kInfinity;
    for (const Best& end : ends_) least_ = std::min(least_, end.least());
  }

  void start() {
    const std::size_t here = new_row();
    std::fill_n(row(here), width_, kNever);
    row(here)[wish_.begin] = 0;
    skip(row(here));
    const float top = memory_.tops.top(0, trie_.words());
    ++nodes_;
    enter({0, 0, here, reach(row(here)), kNever, top});
  }

  // Letters typed that mean nothing.
  void skip(float* row) const {
    for (const Step& step : memory_.steps.skips())
      row[step.end] = std::max(row[step.end], row[step.begin] + step.log_prob);
  }

  // What was read to the end costs what it costs; what is left of the rest was added in another
  // order than it will be.
  float reach(const float* row) const {
    float open = kNever;
    for (std::size_t gap = 0; gap + 1 < width_; ++gap) open = std::max(open, row[gap] + rest_[gap]);
    return std::max(open * kRounding, row[width_ - 1]);
  }

  void enter(Path path) {
    const WordTrie::Node& node = trie_[path.node];
    const bool prefix = wish_.extent == Extent::kPrefix;
    if (prefix) {
      path.so_far = std::max(path.so_far, row(path.row)[width_ - 1]);
      path.reach = std::max(path.reach, path.so_far);
    }
    const bool has_children = node.child < trie_.children_end(path.node);
    if (node.ends && !(has_children && is_closed(path))) offer(path);
    const float bound = path.reach + path.top;
    if (!has_children || !(bound >= least_)) return;
    memory_.queue.push_back({bound, static_cast<std::uint32_t>(memory_.paths.size())});
    std::push_heap(memory_.queue.begin(), memory_.queue.end());
    memory_.paths.push_back(path);
  }

  // Whether no longer path reads what was typed any better, so that all words below cost the same.
  static bool is_closed(const Path& path) { return path.so_far == path.reach; }

  void offer(const Path& path) {
    const std::uint32_t word = trie_[path.node].first;
    if (wish_.extent == Extent::kPrefix) {
      ends_[0].offer(word, path.so_far, memory_.tops[word]);
    } else {
      const float* const last = row(path.row) + width_ - ends_.size();
      for (std::size_t i = 0; i < ends_.size(); ++i)
        ends_[i].offer(word, last[i], memory_.tops[word]);
    }
    set_least();
  }

  void go_on(std::uint32_t from) {
    const Path path = memory_.paths[from];
    const WordTrie::Node& node = trie_[path.node];
    if (is_closed(path)) {
      for (std::uint32_t word = node.first; word < node.last; ++word)
        ends_[0].offer(word, path.so_far, memory_.tops[word]);
      set_least();
      return;
    }
    // What a letter costs that was left out; the row of all letters that nothing typed can mean.
    const std::size_t plain = new_row();
    for (std::size_t gap = 0; gap < width_; ++gap)
      row(plain)[gap] = row(path.row)[gap] + lattice_.missing[gap];
    skip(row(plain));
    const float plain_reach = std::max(reach(row(plain)), path.so_far);
    const bool plain_too = plain_reach + path.top >= least_;
    const std::uint32_t children_end = trie_.children_end(path.node);
    for (std::uint32_t child = node.child; child < children_end; ++child) {
      const std::uint32_t letter = trie_[child].letter;
      const bool is_plain = memory_.steps.begin(letter) == memory_.steps.end(letter);
      if (is_plain && !plain_too) continue;
      const float top = memory_.tops.top(trie_[child].first, trie_[child].last);
      ++nodes_;
      if (!((is_plain ? plain_reach : path.reach) + top >= least_)) continue;
      Path next = {child, from, plain, plain_reach, path.so_far, top};
      if (!is_plain) {
        next.row = new_row();
        std::copy_n(row(plain), width_, row(next.row));
        step(path, letter, row(next.row));
        next.reach = reach(row(next.row));
      }
      enter(next);
    }
  }

  // All that a letter after a path can mean.
  void step(const Path& path, std::uint32_t letter, float* to) {
    const Path& before = memory_.paths[path.before];
    const std::uint32_t letters[] = {trie_[path.node].letter, trie_[before.node].letter};
    const float* const rows[] = {row(path.row), row(before.row),
                                 row(memory_.paths[before.before].row)};
    const Step* const end = memory_.steps.end(letter);
    for (const Step* step = memory_.steps.begin(letter); step < end; ++step) {
      if (step->length > 1 && step->before[0] != letters[0]) continue;
      if (step->length > 2 && step->before[1] != letters[1]) continue;
      const float log_prob = rows[step->length - 1][step->begin] + step->log_prob;
      to[step->end] = std::max(to[step->end], log_prob);
    }
    skip(to);
  }

  const WordTrie& trie_;
  const Lattice& lattice_;
  const Wish& wish_;
  std::size_t width_;
  Workspace& memory_;
  const float* rest_ = nullptr;
  std::vector<Best> ends_;
  float least_ = kNever;
  std::size_t nodes_ = 0;
};

}  // namespace

Found WordSearch::find(const float* scores, const Lattice& lattice, const Wish& wish) const {
  static thread_local Workspace memory;
  if (wish.limit == 0) return {{}, 0};
  return Search(trie_, scores, lattice, wish, memory).run();
}

}  // namespace karussell
