/** BLAKE2b (RFC 7693) of 16 bytes, salted and without a key. Words of 64 bits are two of 32, the lower first. */

const BLOCK = 128; // bytes
const DIGEST = 16;
const IV = new Uint32Array([
  0xf3bcc908, 0x6a09e667, 0x84caa73b, 0xbb67ae85, 0xfe94f82b, 0x3c6ef372, 0x5f1d36f1, 0xa54ff53a, 0xade682d1,
  0x510e527f, 0x2b3e6c1f, 0x9b05688c, 0xfb41bd6b, 0x1f83d9ab, 0x137e2179, 0x5be0cd19,
]);
// Which words of the block each round takes, in hexadecimal.
const ORDERS = [
  "0123456789abcdef",
  "ea489fd61c02b753",
  "b8c052fdae367194",
  "7931dcbe265a40f8",
  "905724afe1bc683d",
  "2c6a0b834d75fe19",
  "c51fed4a0763928b",
  "db7ec13950f4862a",
  "6fe9b308c2d714a5",
  "a2847615fb9e3cd0",
  "0123456789abcdef",
  "ea489fd61c02b753",
].map((order) => Uint8Array.from(order, (digit) => parseInt(digit, 16)));

const state = new Uint32Array(16);
const work = new Uint32Array(32);
const block = new Uint8Array(BLOCK);
const words = new DataView(block.buffer);
const message = new Uint32Array(32);

/**
 * The digest of some bytes, as four numbers of 32 bits; they stand until the next call.
 * @param {Uint8Array} bytes
 * @param {Uint32Array} salt two numbers
 */
export function blake2b(bytes, salt) {
  state.set(IV);
  state[0] ^= 0x01010000 ^ DIGEST;
  state[8] ^= salt[0];
  state[9] ^= salt[1];
  let done = 0;
  do {
    const part = bytes.subarray(done, done + BLOCK);
    block.fill(0).set(part);
    done += part.length;
    compress(done, done >= bytes.length);
  } while (done < bytes.length);
  return state.subarray(0, DIGEST / 4);
}

/**
 * @param {number} read how many bytes were read
 * @param {boolean} last whether the block is the last one
 */
function compress(read, last) {
  for (let i = 0; i < 32; i++) message[i] = words.getUint32(4 * i, true);
  work.set(state);
  work.set(IV, 16);
  work[24] ^= read;
  if (last) {
    work[28] = ~work[28];
    work[29] = ~work[29];
  }
  for (const order of ORDERS) {
    mix(0, 8, 16, 24, order[0], order[1]);
    mix(2, 10, 18, 26, order[2], order[3]);
    mix(4, 12, 20, 28, order[4], order[5]);
    mix(6, 14, 22, 30, order[6], order[7]);
    mix(0, 10, 20, 30, order[8], order[9]);
    mix(2, 12, 22, 24, order[10], order[11]);
    mix(4, 14, 16, 26, order[12], order[13]);
    mix(6, 8, 18, 28, order[14], order[15]);
  }
  for (let i = 0; i < 16; i++) state[i] ^= work[i] ^ work[i + 16];
}

/**
 * @param {number} a places in `work`
 * @param {number} b
 * @param {number} c
 * @param {number} d
 * @param {number} x numbers of words of the block
 * @param {number} y
 */
function mix(a, b, c, d, x, y) {
  add(a, work[b], work[b + 1]);
  add(a, message[2 * x], message[2 * x + 1]);
  let low = work[d] ^ work[a];
  let high = work[d + 1] ^ work[a + 1];
  work[d] = high; // turned by 32
  work[d + 1] = low;
  add(c, work[d], work[d + 1]);
  low = work[b] ^ work[c];
  high = work[b + 1] ^ work[c + 1];
  work[b] = (low >>> 24) | (high << 8);
  work[b + 1] = (high >>> 24) | (low << 8);
  add(a, work[b], work[b + 1]);
  add(a, message[2 * y], message[2 * y + 1]);
  low = work[d] ^ work[a];
  high = work[d + 1] ^ work[a + 1];
  work[d] = (low >>> 16) | (high << 16);
  work[d + 1] = (high >>> 16) | (low << 16);
  add(c, work[d], work[d + 1]);
  low = work[b] ^ work[c];
  high = work[b + 1] ^ work[c + 1];
  work[b] = (high >>> 31) | (low << 1); // turned by 63
  work[b + 1] = (low >>> 31) | (high << 1);
}

/**
 * Add a word to one of `work`.
 * @param {number} to
 * @param {number} low
 * @param {number} high
 */
function add(to, low, high) {
  const sum = work[to] + low;
  work[to] = sum;
  work[to + 1] += high + (sum > 0xffffffff ? 1 : 0);
}
