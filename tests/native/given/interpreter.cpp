// Carries out the products of bytes and of bfloat16, and what the matrix unit does, on a processor
// that knows AVX2 or AVX-512 but not these. It stops at each of them, and the handler of that
// signal does what the manual says and goes on behind it. So the levels that are made of them run
// as they ship, to the byte; only the time that they take tells nothing.
//
// [Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2: VEX and EVEX encodings,
// VPDPBUSD, VDPBF16PS, and the instructions on tiles]
#include <cpuid.h>
#include <signal.h>
#include <ucontext.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

namespace karussell {

bool interpret();

namespace {

using Byte = std::uint8_t;
using Word = std::uint32_t;

// Words of a register, rows of a tile, and tiles.
constexpr std::size_t kWords = 16, kRows = 16, kTiles = 8;

struct Line {
  Word word[kWords];
};

struct Tile {
  std::size_t rows, bytes;  // 0 without shapes
  Line line[kRows];
};

thread_local Tile tiles[kTiles];

// Numbers too small to be normal are zeros, where they come in and where they come out.
inline float flushed(float value) {
  return std::fabs(value) < std::numeric_limits<float>::min() ? std::copysign(0.f, value) : value;
}

inline float float_of(Word bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

inline Word bits_of(float value) {
  Word bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

inline float first_of(Word pair) { return flushed(float_of(pair << 16)); }
inline float second_of(Word pair) { return flushed(float_of(pair & 0xffff0000u)); }

// VDPBF16PS: the product of the second numbers is added, then that of the first ones.
void add_pairs(const Line& values, const Line& weights, Line& sums) {
  for (std::size_t i = 0; i < kWords; ++i) {
    const float half = flushed(std::fma(second_of(values.word[i]), second_of(weights.word[i]),
                                        flushed(float_of(sums.word[i]))));
    sums.word[i] =
        bits_of(flushed(std::fma(first_of(values.word[i]), first_of(weights.word[i]), half)));
  }
}

// TDPBF16PS, a row: products of all first numbers are added up, those of all second ones, then both
// to what was there.
void add_row_of_pairs(const Line& values, std::size_t depth, const Line* weights, Line& sums) {
  float first[kWords] = {}, second[kWords] = {};
  for (std::size_t k = 0; k < depth; ++k)
    for (std::size_t i = 0; i < kWords; ++i) {
      const Word weight = weights[k].word[i];
      first[i] = flushed(std::fma(first_of(values.word[k]), first_of(weight), first[i]));
      second[i] = flushed(std::fma(second_of(values.word[k]), second_of(weight), second[i]));
    }
  for (std::size_t i = 0; i < kWords; ++i)
    sums.word[i] =
        bits_of(flushed(flushed(float_of(sums.word[i])) + flushed(first[i] + second[i])));
}

// Four products of bytes, of which those of the weights have signs; what does not fit wraps.
inline Word product(Word values, Word weights) {
  Word sum = 0;
  for (Word byte = 0; byte < 32; byte += 8)
    sum += static_cast<Word>(static_cast<std::int8_t>(weights >> byte) *
                             static_cast<std::uint8_t>(values >> byte));
  return sum;
}

// VPDPBUSD
void add_bytes(const Line& values, const Line& weights, Line& sums) {
  for (std::size_t i = 0; i < kWords; ++i) sums.word[i] += product(values.word[i], weights.word[i]);
}

// TDPBUSD, a row
void add_row_of_bytes(const Line& values, std::size_t depth, const Line* weights, Line& sums) {
  for (std::size_t k = 0; k < depth; ++k)
    for (std::size_t i = 0; i < kWords; ++i)
      sums.word[i] += product(values.word[k], weights[k].word[i]);
}

// Where the parts of the registers are kept. [Volume 1: managing state with XSAVE]
constexpr unsigned kUpperHalves = 2, kUpperQuarters = 6, kUpperSixteen = 7;

struct Component {
  unsigned bytes, place;
} components[kUpperSixteen + 1];

// What was stopped: its registers as the signal keeps them, changed in place.
class Stopped {
 public:
  explicit Stopped(ucontext_t& context)
      : general_(context.uc_mcontext.gregs),
        kept_(reinterpret_cast<Byte*>(context.uc_mcontext.fpregs)) {}

  const Byte* here() const { return reinterpret_cast<const Byte*>(general_[REG_RIP]); }
  void go_on_at(const Byte* next) { general_[REG_RIP] = reinterpret_cast<greg_t>(next); }

  std::size_t general(unsigned number) const {
    constexpr int kPlaces[] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP,
                               REG_RSI, REG_RDI, REG_R8,  REG_R9,  REG_R10, REG_R11,
                               REG_R12, REG_R13, REG_R14, REG_R15};
    return static_cast<std::size_t>(general_[kPlaces[number]]);
  }

  Line vector(unsigned number) {
    Line line = {};
    for (const Part& part : parts_of(number))
      std::memcpy(reinterpret_cast<Byte*>(&line) + part.first, part.kept, part.bytes);
    return line;
  }

  void set_vector(unsigned number, const Line& line) {
    for (const Part& part : parts_of(number))
      std::memcpy(part.kept, reinterpret_cast<const Byte*>(&line) + part.first, part.bytes);
  }

 private:
  struct Part {
    std::size_t first, bytes;
    Byte* kept;
  };
  struct Parts {
    Part part[3];
    std::size_t count;
    const Part* begin() const { return part; }
    const Part* end() const { return part + count; }
  };

  Parts parts_of(unsigned number) {
    if (number >= 16) return {{{0, 64, component(kUpperSixteen) + (number - 16) * 64}}, 1};
    constexpr std::size_t kLowest = 160;
    Parts parts = {
        {{0, 16, kept_ + kLowest + number * 16}, {16, 16, component(kUpperHalves) + number * 16}},
        2};
    if (components[kUpperQuarters].bytes != 0)
      parts.part[parts.count++] = {32, 32, component(kUpperQuarters) + number * 32};
    return parts;
  }

  // A part of all registers that are kept; what was left out since it was all zeros is made so.
  Byte* component(unsigned which) {
    constexpr std::size_t kHeader = 512;
    const auto [bytes, place] = components[which];
    std::uint64_t there;
    std::memcpy(&there, kept_ + kHeader, sizeof there);
    if ((there >> which & 1) == 0) {
      std::memset(kept_ + place, 0, bytes);
      there |= std::uint64_t{1} << which;
      std::memcpy(kept_ + kHeader, &there, sizeof there);
    }
    return kept_ + place;
  }

  greg_t* general_;
  Byte* kept_;
};

// An instruction of the second map of opcodes (0F 38), taken apart.
struct Instruction {
  bool evex, wide, masked, broadcast;
  unsigned length, prefix, opcode;  // 0 for 128 bits, 1 for 256, 2 for 512
  unsigned reg, vvvv, rm;
  bool memory;
  std::size_t address, stride;  // of an operand in memory
  const Byte* next;

  bool is(unsigned its_opcode, unsigned its_prefix) const {
    return opcode == its_opcode && prefix == its_prefix;
  }
};

constexpr unsigned kNone = 0, k66 = 1, kF3 = 2, kF2 = 3;  // prefixes, as VEX and EVEX tell them

std::int32_t displacement_at(const Byte* from) {
  std::int32_t value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

// The operand that `mod` and `rm` name, from the byte on that holds them.
void find_operand(const Stopped& stopped, const Byte* at, unsigned x, unsigned b, Instruction& it) {
  const unsigned mod = *at >> 6, low = *at & 7;
  ++at;
  it.memory = mod != 3;
  it.rm = low | b << 3 | (it.evex ? x << 4 : 0);
  if (it.memory) {
    std::size_t base = 0;
    bool from_next = false, far = mod == 2;
    unsigned number = low;
    if (low == 4) {
      const unsigned scale = *at >> 6, index = (*at >> 3 & 7) | x << 3;
      number = *at++ & 7;
      if (index != 4) it.stride = stopped.general(index) << scale;
    } else if (mod == 0 && low == 5) {
      from_next = true;
    }
    if (mod == 0 && number == 5)
      far = true;
    else
      base = stopped.general(number | b << 3);
    std::size_t away = 0;
    if (far) {
      away = static_cast<std::size_t>(std::int64_t{displacement_at(at)});
      at += 4;
    } else if (mod == 1) {
      const std::size_t unit = !it.evex ? 1 : it.broadcast ? 4 : std::size_t{16} << it.length;
      away = static_cast<std::size_t>(std::int64_t{static_cast<std::int8_t>(*at++)}) * unit;
    }
    it.address = (from_next ? reinterpret_cast<std::size_t>(at) : base) + away;
  }
  it.next = at;
}

// False if it is no instruction of that map.
bool take_apart(const Stopped& stopped, Instruction& it) {
  const Byte* const at = stopped.here();
  const auto bit = [](unsigned byte, unsigned which) { return byte >> which & 1; };
  it = {};
  it.evex = at[0] == 0x62;
  if (!it.evex && at[0] != 0xc4) return false;
  const unsigned first = at[1], second = at[2];
  if ((first & (it.evex ? 0x0f : 0x1f)) != 2) return false;
  it.wide = bit(second, 7);
  it.vvvv = ~second >> 3 & 15;
  it.prefix = second & 3;
  it.reg = (~first >> 7 & 1) << 3;
  if (it.evex) {
    const unsigned third = at[3];
    it.reg |= (~first >> 4 & 1) << 4;
    it.vvvv |= (~third >> 3 & 1) << 4;
    it.length = third >> 5 & 3;
    it.broadcast = bit(third, 4);
    it.masked = (third & 7) != 0 || bit(third, 7);
  } else {
    it.length = bit(second, 2);
  }
  const Byte* const behind = at + (it.evex ? 4 : 3);
  it.opcode = behind[0];
  it.reg |= behind[1] >> 3 & 7;
  find_operand(stopped, behind + 1, ~first >> 6 & 1, ~first >> 5 & 1, it);
  return true;
}

using Add = void (*)(const Line& values, const Line& weights, Line& sums);

// Bytes above those of a shorter register become zeros.
bool add_vectors(Stopped& stopped, const Instruction& it, Add add) {
  if (it.masked || it.wide) return false;
  const std::size_t bytes = std::size_t{16} << it.length;
  Line weights = {};
  if (!it.memory) {
    weights = stopped.vector(it.rm);
  } else {
    const auto* const from = reinterpret_cast<const Byte*>(it.address + it.stride);
    if (it.broadcast)
      for (Word& word : weights.word) std::memcpy(&word, from, sizeof word);
    else
      std::memcpy(&weights, from, bytes);
  }
  Line sums = stopped.vector(it.reg), kept = {};
  add(stopped.vector(it.vvvv), weights, sums);
  std::memcpy(&kept, &sums, bytes);
  stopped.set_vector(it.reg, kept);
  return true;
}

// Shapes for all tiles, 64 bytes: the palette, from byte 16 on two bytes with the bytes of a tile's
// rows, from byte 48 on one with its rows, and zeros.
bool set_shapes(const Byte* from) {
  const Byte palette = from[0];
  if (palette > 1) return false;
  for (std::size_t i = 1; i < sizeof(Line); ++i)
    if (from[i] != 0 && (i < 16 || (i >= 16 + 2 * kTiles && i < 48) || i >= 48 + kTiles))
      return false;
  Tile shaped[kTiles] = {};
  for (std::size_t i = 0; i < kTiles && palette == 1; ++i) {
    shaped[i].bytes = from[16 + 2 * i] + from[17 + 2 * i] * 256u;
    shaped[i].rows = from[48 + i];
    if (shaped[i].bytes > sizeof(Line) || shaped[i].bytes % 4 != 0 || shaped[i].rows > kRows ||
        (shaped[i].rows == 0) != (shaped[i].bytes == 0))
      return false;
  }
  std::memcpy(tiles, shaped, sizeof tiles);
  return true;
}

bool multiply_tiles(const Instruction& it) {
  Tile& sums = tiles[it.reg];
  const Tile &values = tiles[it.rm], &weights = tiles[it.vvvv];
  if (it.reg == it.rm || it.reg == it.vvvv || it.rm == it.vvvv) return false;
  const std::size_t depth = values.bytes / 4;
  if (sums.rows == 0 || values.rows != sums.rows || weights.rows != depth ||
      weights.bytes != sums.bytes)
    return false;
  for (std::size_t row = 0; row < sums.rows; ++row) {
    Line line = {};
    std::memcpy(&line, &sums.line[row], sums.bytes);
    if (it.is(0x5c, kF3))
      add_row_of_pairs(values.line[row], depth, weights.line, line);
    else if (it.is(0x5e, k66))
      add_row_of_bytes(values.line[row], depth, weights.line, line);
    else
      return false;
    std::memcpy(&sums.line[row], &line, sums.bytes);
  }
  return true;
}

bool use_tiles(const Instruction& it) {
  if (it.wide || it.length != 0 || it.reg >= kTiles) return false;
  if (it.is(0x49, kNone)) {
    const Byte none[sizeof(Line)] = {};
    if (it.memory) return set_shapes(reinterpret_cast<const Byte*>(it.address + it.stride));
    return set_shapes(none);
  }
  Tile& tile = tiles[it.reg];
  if (tile.rows == 0) return false;
  if (it.is(0x49, kF2) && !it.memory) {
    std::memset(tile.line, 0, sizeof tile.line);
    return true;
  }
  if (it.opcode == 0x4b && it.memory && (it.prefix == kF2 || it.prefix == kF3)) {
    for (std::size_t row = 0; row < tile.rows; ++row) {
      Byte* const memory = reinterpret_cast<Byte*>(it.address + row * it.stride);
      if (it.prefix == kF3) {
        std::memcpy(memory, &tile.line[row], tile.bytes);
      } else {
        tile.line[row] = {};
        std::memcpy(&tile.line[row], memory, tile.bytes);
      }
    }
    return true;
  }
  return !it.memory && multiply_tiles(it);
}

bool carried_out(Stopped& stopped, const Instruction& it) {
  if (it.is(0x50, k66)) return add_vectors(stopped, it, add_bytes);
  if (it.evex) return it.is(0x52, kF3) && add_vectors(stopped, it, add_pairs);
  return use_tiles(it);
}

void stop_at_unknown(int signal_number, siginfo_t*, void* context) {
  Stopped stopped(*static_cast<ucontext_t*>(context));
  Instruction it;
  bool done = false;  // what follows is carried out as well while it is known, without a signal
  while (take_apart(stopped, it) && carried_out(stopped, it)) {
    stopped.go_on_at(it.next);
    done = true;
  }
  if (!done) signal(signal_number, SIG_DFL);  // it stops there once more, and for good
}

}  // namespace

bool interpret() {
  for (unsigned i = kUpperHalves; i <= kUpperSixteen; ++i) {
    unsigned c = 0, d = 0;
    __get_cpuid_count(0xd, i, &components[i].bytes, &components[i].place, &c, &d);
  }
  struct sigaction action = {};
  action.sa_sigaction = stop_at_unknown;
  action.sa_flags = SA_SIGINFO | SA_NODEFER;
  return sigaction(SIGILL, &action, nullptr) == 0;
}

}  // namespace karussell
