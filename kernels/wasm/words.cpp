// Lists of words and the search for one that was meant.
#include <string>
#include <string_view>
#include <vector>

#include "host/word_list.h"
#include "host/word_search.h"
#include "wasm/engine.h"

namespace karussell {
namespace {

std::string_view text(std::size_t size) { return {room(Room::kText).as<char>(), size}; }

// As engine.js writes one.
static_assert(sizeof(Arc) == 28 && offsetof(Arc, text) == 12 && offsetof(Arc, log_prob) == 24);

}  // namespace

KARUSSELL_EXPORT(words_of_lines) WordList* words_of_lines(std::size_t size) {
  return new WordList(std::string(text(size)));
}
// Words one behind the other, and how many bytes each has.
KARUSSELL_EXPORT(words_make) WordList* words_make(std::size_t count) {
  const std::uint32_t* const lengths = room(Room::kLengths).as<std::uint32_t>();
  std::vector<std::string_view> words;
  words.reserve(count);
  const char* at = room(Room::kText).as<char>();
  for (std::size_t i = 0; i < count; ++i) {
    words.emplace_back(at, lengths[i]);
    at += lengths[i];
  }
  return new WordList(words);
}
KARUSSELL_EXPORT(words_free) void words_free(WordList* words) { delete words; }
KARUSSELL_EXPORT(words_size) std::size_t words_size(const WordList* words) { return words->size(); }
KARUSSELL_EXPORT(words_at) const char* words_at(const WordList* words, std::size_t i) {
  return (*words)[i].data();
}
KARUSSELL_EXPORT(words_length) std::size_t words_length(const WordList* words, std::size_t i) {
  return (*words)[i].size();
}
KARUSSELL_EXPORT(words_find) std::size_t words_find(const WordList* words, std::size_t size) {
  return words->find(text(size));
}
// The first word; the answer holds the end.
KARUSSELL_EXPORT(words_prefix) std::size_t words_prefix(const WordList* words, std::size_t size) {
  const WordList::Span span = words->prefix(text(size));
  answer().assign(1, static_cast<std::uint32_t>(span.last));
  return span.first;
}
KARUSSELL_EXPORT(words_first_unsorted) std::size_t words_first_unsorted(const WordList* words) {
  return words->first_unsorted();
}

// 0 where nothing is found, else 1 where a character is and 2 where no UTF-8 is; the answer holds
// the byte and the character.
KARUSSELL_EXPORT(unprintable) std::uint32_t unprintable(std::size_t size) {
  const Unprintable found = find_unprintable(text(size));
  answer() = {static_cast<std::uint32_t>(found.byte), found.code_point};
  if (found.kind == Unprintable::kNone) return 0;
  return found.kind == Unprintable::kControl ? 1 : 2;
}

KARUSSELL_EXPORT(search_make) WordSearch* search_make(const WordList* words) {
  return new WordSearch(*words);
}
KARUSSELL_EXPORT(search_free) void search_free(WordSearch* search) { delete search; }

// The answer holds how many words each end has, then all of them as pairs of word and ln P.
KARUSSELL_EXPORT(search_find)
std::size_t search_find(const WordSearch* search, std::size_t length, std::size_t arcs,
                        Extent extent, std::size_t begin, std::size_t limit, float floor,
                        float within, std::size_t budget) {
  const Arc* const arc = room(Room::kArcs).as<Arc>();
  const float* const missing = room(Room::kMissing).as<float>();
  const Lattice lattice = {length, {arc, arc + arcs}, {missing, missing + length + 1}};
  const Found found = search->find(room(Room::kScores).as<float>(), lattice,
                                   {extent, begin, limit, floor, within, budget});
  answer().clear();
  answer().push_back(static_cast<std::uint32_t>(found.nodes));
  for (const std::vector<Hit>& hits : found.ends)
    answer().push_back(static_cast<std::uint32_t>(hits.size()));
  for (const std::vector<Hit>& hits : found.ends)
    for (const Hit& hit : hits) {
      answer().push_back(hit.word);
      put(hit.log_prob);
    }
  return found.ends.size();
}

}  // namespace karussell
