/** Threefry-4x32 with 20 rounds: a function of key and counter whose values are as random numbers. Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011. */

/** 128 bits, as four unsigned integers. */
export type Words = readonly [number, number, number, number];

/** Rotations of the two pairs of words, by rounds. */
const rotations: readonly (readonly [number, number])[] = [
  [10, 26],
  [11, 21],
  [13, 27],
  [23, 5],
  [6, 20],
  [17, 11],
  [25, 10],
  [18, 20],
];

const rotate = (x: number, n: number): number => (x << n) | (x >>> (32 - n));

/** Returns the 128 bits of a counter under a key. */
export function threefry(key: Words, counter: Words): Words {
  const keys = [...key, 0x1bd11bda ^ key[0] ^ key[1] ^ key[2] ^ key[3]];
  let [a, b, c, d] = counter.map((x, i) => (x + keys[i]) | 0);
  for (let round = 0; round < 20; round++) {
    const [r, s] = rotations[round % 8];
    // odd rounds mix the other pairs
    if (round % 2 === 0) {
      a = (a + b) | 0;
      b = rotate(b, r) ^ a;
      c = (c + d) | 0;
      d = rotate(d, s) ^ c;
    } else {
      a = (a + d) | 0;
      d = rotate(d, r) ^ a;
      c = (c + b) | 0;
      b = rotate(b, s) ^ c;
    }
    if (round % 4 === 3) {
      const n = (round + 1) / 4;
      a = (a + keys[n % 5]) | 0;
      b = (b + keys[(n + 1) % 5]) | 0;
      c = (c + keys[(n + 2) % 5]) | 0;
      d = (d + keys[(n + 3) % 5] + n) | 0;
    }
  }
  return [a >>> 0, b >>> 0, c >>> 0, d >>> 0];
}
