#include "host/word_search.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

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

// A path through the tree. Its row, and behind it that of any letter that nothing typed can mean,
// are made when it goes on, for most never do.
struct Path {
  std::uint32_t node;
  std::uint32_t before;  // the path without the last letter; the root's own is itself
  std::size_t rows;
  float so_far;  // the best ln P of all that was typed as a prefix of it
  float top;     // the highest score of the words below
};

// What a step from a path is tried on: its letters and rows, the last first.
struct Past {
  std::uint32_t letters[2];
  const float* rows[3];

  // The row of any letter that nothing typed can mean.
  const float* plain(std::size_t width) const { return rows[0] + width; }

  // The best ln P before a step, if its text goes on from these letters.
  float before(const Step& step) const {
    if (step.length > 1 && step.before[0] != letters[0]) return kNever;
    if (step.length > 2 && step.before[1] != letters[1]) return kNever;
    return rows[step.length - 1][step.begin];
  }
};

// What waits to go on, the most promising first, then what was found first.
struct Waiting {
  float bound;
  std::uint32_t path;
  bool operator<(const Waiting& other) const {
    return bound < other.bound || (bound == other.bound && path > other.path);
  }
};

// The steps that some lattices were made into for some trees: a key searches with one lattice for
// the beginnings of words, for whole ones and for two.
class LatelyMade {
 public:
  const Steps& of(const Lattice& lattice, const WordTrie& trie) {
    Made* oldest = made_;
    for (Made& each : made_) {
      if (lattice.number != 0 && each.lattice == lattice.number && each.trie == trie.number()) {
        each.asked = ++asked_;
        return each.steps;
      }
      if (each.asked < oldest->asked) oldest = &each;
    }
    oldest->lattice = 0;  // should there be no memory for the new ones
    oldest->steps.take(lattice, trie);
    oldest->lattice = lattice.number;
    oldest->trie = trie.number();
    oldest->asked = ++asked_;
    return oldest->steps;
  }

 private:
  struct Made {
    std::uint64_t lattice = 0, trie = 0, asked = 0;
    Steps steps;
  };
  Made made_[4];
  std::uint64_t asked_ = 0;
};

// Memory that a thread keeps from search to search.
struct Workspace {
  LatelyMade made;
  std::vector<float> rows;
  std::vector<float> row, rest, child_rest;
  std::vector<Path> paths;
  std::vector<Waiting> queue;
};

class Search {
 public:
  Search(const WordTrie& trie, const ScoreTops& tops, const Lattice& lattice, const Wish& wish,
         Workspace& memory)
      : trie_(trie),
        tops_(tops),
        lattice_(lattice),
        wish_(wish),
        steps_(memory.made.of(lattice, trie)),
        width_(steps_.width()),
        memory_(memory) {
    memory.rows.clear();
    memory.paths.clear();
    memory.queue.clear();
    for (std::vector<float>* row : {&memory.row, &memory.rest, &memory.child_rest})
      row->assign(width_, kNever);
    const bool heads = wish.extent == Extent::kHeads;
    for (std::size_t gap = heads ? wish.begin + 1 : lattice.length; gap <= lattice.length; ++gap)
      ends_.emplace_back(wish, steps_.rest()[gap]);
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
  void set_least() {
    least_ = kInfinity;
    for (const Best& end : ends_) least_ = std::min(least_, end.least());
  }

  void start() {
    ++nodes_;
    if (trie_[0].ends) {
      read_nothing(memory_.row.data());
      offer(0, memory_.row.data(), kNever);
    }
    wait({0, 0, 0, kNever, tops_.top(0, trie_.words())}, 0);
  }

  void wait(const Path& path, float reach) {
    const float bound = reach + path.top;
    if (!(bound >= least_)) return;
    memory_.queue.push_back({bound, static_cast<std::uint32_t>(memory_.paths.size())});
    std::push_heap(memory_.queue.begin(), memory_.queue.end());
    memory_.paths.push_back(path);
  }

  Past past_of(const Path& path) const {
    const Path& before = memory_.paths[path.before];
    const float* const rows = memory_.rows.data();
    return {{trie_[path.node].letter, trie_[before.node].letter},
            {rows + path.rows, rows + before.rows, rows + memory_.paths[before.before].rows}};
  }

  void read_nothing(float* to) const {
    std::fill_n(to, width_, kNever);
    to[wish_.begin] = 0;
    skip(to);
  }

  // The row of a path and one letter more, which was left out or is what a step means.
  void read(const Past& past, std::uint32_t letter, float* to) const {
    std::copy_n(past.plain(width_), width_, to);
    if (const float* const single = steps_.single(letter))
      for (std::size_t gap = 0; gap + 1 < width_; ++gap)
        to[gap + 1] = std::max(to[gap + 1], past.rows[0][gap] + single[gap]);
    const StepTable& steps = steps_.whole();
    for (const Step* step = steps.begin(letter); step < steps.end(letter); ++step)
      to[step->end] = std::max(to[step->end], past.before(*step) + step->log_prob);
    skip(to);
  }

  // Letters typed that mean nothing.
  void skip(float* row) const {
    for (const Step& step : steps_.skips())
      row[step.end] = std::max(row[step.end], row[step.begin] + step.log_prob);
  }

  // What it costs at least to read the rest of what was typed with the letters below a node; after
  // a head any word may read it.
  const float* rest_below(std::uint32_t node, std::vector<float>& to) const {
    if (wish_.extent == Extent::kHeads) return steps_.rest().data();
    steps_.rest_of(trie_.below(node), to.data());
    return to.data();
  }

  // The best ln P of all that was typed that a row can come to.
  float reach(const float* row, const float* rest) const {
    return std::max(best_sum(row, rest), row[width_ - 1] + rest[width_ - 1]);
  }

  // The highest sum of numbers that stand at one place, in a form that becomes vectors.
  template <class... Rows>
  float best_sum(const Rows*... rows) const {
    float best[4] = {kNever, kNever, kNever, kNever};
    for (std::size_t i = 0; i + 1 < width_; i += 4)
      for (std::size_t lane = 0; lane < 4; ++lane) {
        const float sum = (rows[i + lane] + ...);
        best[lane] = sum > best[lane] ? sum : best[lane];
      }
    return std::max(std::max(best[0], best[1]), std::max(best[2], best[3]));
  }

  // The same of one letter more, where it is what a step means or stands inside of one.
  float reach(const Past& past, std::uint32_t letter, const float* rest) const {
    const float* const single = steps_.single(letter);
    return std::max({single == nullptr ? kNever : best_sum(past.rows[0], single, rest + 1),
                     reach(steps_.whole(), past, letter, rest),
                     reach(steps_.begun(), past, letter, rest)});
  }

  static float reach(const StepTable& steps, const Past& past, std::uint32_t letter,
                     const float* rest) {
    float reach = kNever;
    for (const Step* step = steps.begin(letter); step < steps.end(letter); ++step)
      reach = std::max(reach, past.before(*step) + step->log_prob + rest[step->end]);
    return reach;
  }

  void offer(std::uint32_t word, const float* row, float so_far) {
    const float score = tops_[word];
    if (wish_.extent == Extent::kPrefix) {
      ends_[0].offer(word, std::max(so_far, row[lattice_.length]), score);
    } else {
      const float* const last = row + lattice_.length + 1 - ends_.size();
      for (std::size_t i = 0; i < ends_.size(); ++i) ends_[i].offer(word, last[i], score);
    }
    set_least();
  }

  void go_on(std::uint32_t from) {
    make_rows(memory_.paths[from]);
    const Path path = memory_.paths[from];
    const WordTrie::Node& node = trie_[path.node];
    const float* const rest = rest_below(path.node, memory_.rest);
    if (wish_.extent == Extent::kPrefix && is_closed(path, rest)) {
      for (std::uint32_t word = node.first + node.ends; word < node.last; ++word)
        ends_[0].offer(word, path.so_far, tops_[word]);
      set_least();
      return;
    }
    const Past past = past_of(path);
    const float plain = reach(past.plain(width_), rest);
    const std::uint32_t children_end = trie_.children_end(path.node);
    for (std::uint32_t child = node.child; child < children_end; ++child) {
      const float most = std::max(plain, reach(past, trie_[child].letter, rest));
      ++nodes_;
      const float bound = std::max(most * kRounding, path.so_far);
      if (!(bound + path.top >= least_)) continue;
      const float top = tops_.top(trie_[child].first, trie_[child].last);
      if (bound + top >= least_) enter({child, from, 0, path.so_far, top}, past);
    }
  }

  void enter(const Path& path, const Past& past) {
    const WordTrie::Node& node = trie_[path.node];
    const float* const rest = rest_below(path.node, memory_.child_rest);
    const float most = std::max(reach(past.plain(width_), rest), reach(past, node.letter, rest));
    const float bound = std::max(most * kRounding, path.so_far);
    if (!(bound + path.top >= least_)) return;
    if (node.ends) {
      read(past, node.letter, memory_.row.data());
      offer(node.first, memory_.row.data(), path.so_far);
    }
    if (node.child < trie_.children_end(path.node)) wait(path, bound);
  }

  void make_rows(Path& path) {
    path.rows = memory_.rows.size();
    memory_.rows.resize(path.rows + 2 * width_, kNever);
    float* const row = memory_.rows.data() + path.rows;
    if (path.node == 0)
      read_nothing(row);
    else
      read(past_of(memory_.paths[path.before]), trie_[path.node].letter, row);
    float* const plain = row + width_;
    for (std::size_t gap = 0; gap <= lattice_.length; ++gap)
      plain[gap] = row[gap] + lattice_.missing[gap];
    skip(plain);
    path.so_far = std::max(path.so_far, row[lattice_.length]);
  }

  // Whether no longer path reads what was typed any better, so that all words below cost the same.
  bool is_closed(const Path& path, const float* rest) const {
    const float* const row = memory_.rows.data() + path.rows;
    float open = kNever;
    for (std::size_t gap = 0; gap < lattice_.length; ++gap)
      open = std::max(open, row[gap] + rest[gap]);
    if (path.node > 0)
      open = std::max(open, reach(steps_.begun(), past_of(memory_.paths[path.before]),
                                  trie_[path.node].letter, rest));
    return path.so_far >= open * kRounding;
  }

  const WordTrie& trie_;
  const ScoreTops& tops_;
  const Lattice& lattice_;
  const Wish& wish_;
  const Steps& steps_;
  const std::size_t width_;
  Workspace& memory_;
  std::vector<Best> ends_;
  float least_ = kNever;
  std::size_t nodes_ = 0;
};

}  // namespace

Found WordSearch::find(const float* scores, const Lattice& lattice, const Wish& wish) const {
  static thread_local ScoreTops tops;
  tops.take(scores, trie_.words());
  return find(tops, lattice, wish);
}

Found WordSearch::find(const ScoreTops& scores, const Lattice& lattice, const Wish& wish) const {
  static thread_local Workspace memory;
  if (wish.limit == 0) return {{}, 0};
  const bool heads = wish.extent == Extent::kHeads;
  // Reading costs something or nothing, so that no word is worth more than its score.
  if (!(scores.top(0, trie_.words()) > wish.floor))
    return {std::vector<std::vector<Hit>>(heads ? lattice.length - wish.begin : 1), 1};
  return Search(trie_, scores, lattice, wish, memory).run();
}

}  // namespace karussell
