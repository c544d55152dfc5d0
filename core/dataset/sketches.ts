import { BANDS, HASHES, ROWS } from "./minhash.ts";

/** Equal minima of 126, of which 1 in 256 is equal by the short form alone, for an estimate of .65. */
const FILTER_SIMILARITY = 0.65;
const FILTER_EQUAL = Math.ceil(HASHES * (FILTER_SIMILARITY + (1 - FILTER_SIMILARITY) / 256));

/** What is kept of a text: 21 band keys and the low byte of every minimum, 210 bytes. */
export interface Sketches {
  readonly size: number;
  add(minima: Uint32Array): void;
  /**
   * Every pair (a < b) of different groups that shares a band and whose estimate reaches .65, once each. At a true similarity
   * of .8 the estimate is 4 standard errors above that, so the filter costs no recall, and it spares reading most pairs again.
   *
   * @param groupOf texts of one group need not be paired. Groups may be merged between two pairs, but never divided: that
   * way ten thousand variations of one text cost ten thousand comparisons, not fifty million. @default each text alone
   */
  pairs(groupOf?: (text: number) => number): Generator<[a: number, b: number]>;
}

export function createSketches(): Sketches {
  let size = 0;
  let bandKeys = new Uint32Array(1024 * BANDS);
  let bytes = new Uint8Array(1024 * HASHES);

  /** The first band whose keys agree, so that a pair is named once however many bands it shares. */
  function firstSharedBand(a: number, b: number): number {
    for (let band = 0; band < BANDS; band++) {
      if (bandKeys[a * BANDS + band] === bandKeys[b * BANDS + band]) return band;
    }
    return BANDS;
  }

  function similar(a: number, b: number): boolean {
    let equal = 0;
    for (let k = 0; k < HASHES; k++)
      if (bytes[a * HASHES + k] === bytes[b * HASHES + k]) equal += 1;
    return equal >= FILTER_EQUAL;
  }

  return {
    get size() {
      return size;
    },
    add(minima) {
      if ((size + 1) * BANDS > bandKeys.length) {
        bandKeys = grown(bandKeys, new Uint32Array(2 * bandKeys.length));
        bytes = grown(bytes, new Uint8Array(2 * bytes.length));
      }
      for (let band = 0; band < BANDS; band++) {
        let key = band;
        for (let row = 0; row < ROWS; row++) {
          key = Math.imul(key ^ (minima[band * ROWS + row] as number), 0x9e3779b1);
          key ^= key >>> 15;
        }
        bandKeys[size * BANDS + band] = key;
      }
      bytes.set(minima, size * HASHES);
      size += 1;
    },
    *pairs(groupOf = (text) => text) {
      /** The text before in the same bucket; and the nearest one before that was not known to be of the same group. */
      const previous = new Int32Array(size);
      const outside = new Int32Array(size);
      for (let band = 0; band < BANDS; band++) {
        const last = new Map<number, number>();
        for (let b = 0; b < size; b++) {
          const key = bandKeys[b * BANDS + band] as number;
          const before = last.get(key) ?? -1;
          last.set(key, b);
          previous[b] = before;
          for (let a = before; a >= 0; ) {
            if (groupOf(a) === groupOf(b)) {
              a = outside[a] as number;
              continue;
            }
            if (similar(a, b) && firstSharedBand(a, b) === band) yield [a, b];
            if (groupOf(a) !== groupOf(b)) a = previous[a] as number;
          }
          let beyond = before;
          while (beyond >= 0 && groupOf(beyond) === groupOf(b)) beyond = outside[beyond] as number;
          outside[b] = beyond;
        }
      }
    },
  };
}

function grown<T extends Uint8Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
