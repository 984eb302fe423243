// The search for words that were meant, beside a look at every word.
#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "given/lent.h"
#include "given/values.h"
#include "host/word_search.h"

namespace karussell::test {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

const std::vector<std::string> kLetters = {"a", "b", "c", "\xc3\xa9", "\xf0\x9f\x98\x80"};
const std::vector<std::uint32_t> kCodePoints = {'a', 'b', 'c', 0xe9, 0x1f600};

using Spelled = std::vector<std::uint32_t>;

struct Listed {
  std::vector<std::string> words;
  std::vector<Spelled> spelled;

  WordList list() const {
    return WordList(std::vector<std::string_view>(words.begin(), words.end()));
  }
};

// Different words, sorted: the order of these letters is that of their bytes.
Listed make_words(Random& random, int count) {
  std::vector<std::vector<std::size_t>> drawn;
  for (int i = 0; i < count; ++i) {
    drawn.emplace_back();
    for (int length = random.whole(1, 6); length > 0; --length)
      drawn.back().push_back(static_cast<std::size_t>(random.whole(0, 4)));
  }
  std::sort(drawn.begin(), drawn.end());
  drawn.erase(std::unique(drawn.begin(), drawn.end()), drawn.end());
  Listed listed;
  for (const auto& word : drawn) {
    listed.words.emplace_back();
    listed.spelled.emplace_back();
    for (const std::size_t letter : word) {
      listed.words.back() += kLetters[letter];
      listed.spelled.back().push_back(kCodePoints[letter]);
    }
  }
  return listed;
}

float make_log_prob(Random& random) {
  return random.whole(0, 9) == 0 ? -kInfinity : -static_cast<float>(random.whole(0, 40)) / 4;
}

Lattice make_lattice(Random& random, std::uint32_t length) {
  Lattice lattice = {length, {}, {}};
  for (std::uint32_t gap = 0; gap <= length; ++gap)
    lattice.missing.push_back(make_log_prob(random));
  for (int i = random.whole(0, 60); i > 0; --i) {
    Arc arc = {};
    arc.begin = static_cast<std::uint32_t>(random.whole(0, static_cast<int>(length)));
    arc.end = std::min(length, arc.begin + static_cast<std::uint32_t>(random.whole(0, 2)));
    arc.length = static_cast<std::uint32_t>(random.whole(arc.begin == arc.end, 3));
    for (std::uint32_t letter = 0; letter < arc.length; ++letter)
      arc.text[letter] = kCodePoints[static_cast<std::size_t>(random.whole(0, 4))];
    arc.log_prob = make_log_prob(random);
    lattice.arcs.push_back(arc);
  }
  std::sort(lattice.arcs.begin(), lattice.arcs.end(),
            [](const Arc& a, const Arc& b) { return a.begin < b.begin; });
  return lattice;
}

bool stands(const Arc& arc, const Spelled& word, std::size_t end) {
  return arc.length <= end &&
         std::equal(arc.text.begin(), arc.text.begin() + arc.length,
                    word.begin() + static_cast<std::ptrdiff_t>(end - arc.length));
}

// For each number of letters of a word the best ln P of having read up to each gap.
std::vector<Floats> rows_of(const Spelled& word, const Lattice& lattice) {
  std::vector<Floats> rows;
  for (std::size_t end = 0; end <= word.size(); ++end) {
    Floats row(lattice.length + 1, -kInfinity);
    if (end == 0) row[0] = 0;
    for (std::size_t gap = 0; end > 0 && gap < row.size(); ++gap)
      row[gap] = rows[end - 1][gap] + lattice.missing[gap];
    for (const Arc& arc : lattice.arcs)
      if (arc.length > 0 && stands(arc, word, end))
        row[arc.end] = std::max(row[arc.end], rows[end - arc.length][arc.begin] + arc.log_prob);
    for (const Arc& arc : lattice.arcs)
      if (arc.length == 0) row[arc.end] = std::max(row[arc.end], row[arc.begin] + arc.log_prob);
    rows.push_back(row);
  }
  return rows;
}

std::vector<Hit> look_at_all(const Listed& listed, const Floats& scores, const Lattice& lattice,
                             const Wish& wish) {
  std::vector<Hit> hits;
  for (std::size_t word = 0; word < listed.words.size(); ++word) {
    const std::vector<Floats> rows = rows_of(listed.spelled[word], lattice);
    float best = rows.back().back();
    if (wish.extent == Extent::kPrefix)
      for (const Floats& row : rows) best = std::max(best, row.back());
    const float value = best + scores[word];
    if (value > wish.floor) hits.push_back({static_cast<std::uint32_t>(word), best, value});
  }
  std::sort(hits.begin(), hits.end(), [](const Hit& a, const Hit& b) {
    return a.value > b.value || (a.value == b.value && a.word < b.word);
  });
  if (hits.size() > wish.limit) hits.resize(wish.limit);
  return hits;
}

TEST_CASE("the words that may have been meant are those that a look at every word finds") {
  Random random(1);
  for (int round = 0; round < 400; ++round) {
    const Listed listed = make_words(random, random.whole(1, 200));
    const WordSearch search(listed.list());
    Floats scores;
    for (std::size_t i = 0; i < listed.words.size(); ++i) scores.push_back(make_log_prob(random));
    const Lattice lattice = make_lattice(random, static_cast<std::uint32_t>(random.whole(0, 9)));
    const Extent extent = random.whole(0, 1) == 0 ? Extent::kWhole : Extent::kPrefix;
    const float floor = random.whole(0, 1) == 0 ? -kInfinity : -20;
    const Wish wish = {extent, 0,         static_cast<std::size_t>(random.whole(1, 9)),
                       floor,  kInfinity, 1000000};
    Lent lent;
    const Found found = search.find(lent.in(scores), lattice, wish);
    const std::vector<Hit> right = look_at_all(listed, scores, lattice, wish);
    REQUIRE(found.ends.back().size() == right.size());
    for (std::size_t i = 0; i < right.size(); ++i) {
      REQUIRE(found.ends.back()[i].word == right[i].word);
      REQUIRE(found.ends.back()[i].log_prob == right[i].log_prob);
    }
  }
}

TEST_CASE("a lattice that is known again is read as if it were new, whatever came between") {
  Random random(3);
  const Listed one = make_words(random, 100), other = make_words(random, 100);
  const WordSearch searches[] = {WordSearch(one.list()), WordSearch(other.list())};
  const Wish wish = {Extent::kPrefix, 0, 5, -kInfinity, kInfinity, 1000000};
  std::vector<Lattice> lattices;
  for (std::uint32_t i = 0; i < 6; ++i) lattices.push_back(make_lattice(random, 4 + i % 2));
  for (int round = 0; round < 200; ++round) {
    const auto which = static_cast<std::size_t>(random.whole(0, 5));
    const WordSearch& search = searches[random.whole(0, 1)];
    Lattice lattice = lattices[which];
    Lent lent;
    const float* const scores = lent.in(random.floats(search.words()));
    const std::vector<Hit> right = search.find(scores, lattice, wish).ends.back();
    lattice.number = which + 1;
    const std::vector<Hit> found = search.find(scores, lattice, wish).ends.back();
    REQUIRE(found.size() == right.size());
    for (std::size_t i = 0; i < right.size(); ++i) {
      REQUIRE(found[i].word == right[i].word);
      REQUIRE(found[i].log_prob == right[i].log_prob);
    }
  }
}

TEST_CASE("lists of any bytes in any order are searched inside of them") {
  Random random(2);
  for (int round = 0; round < 300; ++round) {
    std::string lines;
    for (int i = random.whole(0, 300); i > 0; --i) {
      static const std::string kBytes = "ab\n\xc3\xa9\xed\xa0\x80\xff\xf0\x9f\x98";
      lines +=
          kBytes[static_cast<std::size_t>(random.whole(0, static_cast<int>(kBytes.size()) - 1))];
    }
    const WordList list(lines);
    const WordSearch search(list);
    const Lattice lattice = make_lattice(random, static_cast<std::uint32_t>(random.whole(0, 32)));
    Lent lent;
    const Floats scores = random.floats(list.size());
    const float* const lent_scores = lent.in(scores);
    for (const Extent extent : {Extent::kWhole, Extent::kPrefix, Extent::kHeads}) {
      const Found found =
          search.find(lent_scores, lattice, {extent, 0, 5, -kInfinity, kInfinity, 500});
      for (const std::vector<Hit>& hits : found.ends)
        for (const Hit& hit : hits) REQUIRE(hit.word < list.size());
    }
  }
}

}  // namespace
}  // namespace karussell::test
