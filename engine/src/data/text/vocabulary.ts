/** `Vocabulary`: the numbers of tokens. */
import { readText, writeBytes } from "../../platform/files.ts";
import { checkNew } from "../../tensor/arguments/guard.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { contiguousArray } from "../../tensor/strided.ts";
import { fromArray, type Tensor } from "../../tensor/tensor.ts";

/** Options of `Vocabulary`. */
export interface VocabularyOptions {
  /** The token that stands for all that the vocabulary does not have. Without one, encoding such a token is an error. */
  readonly unknown?: string | null;
}

/** Options of `buildVocabulary`. */
export interface BuildVocabularyOptions extends VocabularyOptions {
  /** Number of times that a token must occur; 1 by default. */
  readonly minFrequency?: number;
  /** The most tokens that the vocabulary has, special ones included; no limit by default. */
  readonly maxSize?: number;
  /** Tokens that come first whether they occur or not, such as `<pad>`; `unknown` is put before them unless it is among them. */
  readonly specials?: readonly string[];
}

/**
 * A list of different tokens, of which each has its position as its number.
 * @throws ArgumentError for tokens that occur twice, and for an unknown token that is not in the list.
 * @example
 * const v = new data.text.Vocabulary(["<unk>", "a", "b"], { unknown: "<unk>" });
 * v.encode(["b", "a", "z"]).toArray(); // [2, 1, 0]
 * v.decode(tensor([1, 2])); // ["a", "b"]
 */
export class Vocabulary {
  /** The tokens in the order of their numbers. */
  readonly tokens: readonly string[];
  /** The token that stands for all others; `null` if there is none. */
  readonly unknown: string | null;
  readonly #indices: ReadonlyMap<string, number>;

  constructor(tokens: readonly string[], options: VocabularyOptions = {}) {
    checkNew(new.target, arguments);
    const { unknown = null } = options;
    const indices = new Map<string, number>();
    tokens.forEach((token, i) => {
      const first = indices.get(token);
      if (first !== undefined)
        throw new ArgumentError(
          "Vocabulary",
          `tokens must differ, but ${JSON.stringify(token)} is at ${first} and at ${i}`,
        );
      indices.set(token, i);
    });
    if (unknown !== null && !indices.has(unknown))
      throw new ArgumentError("Vocabulary", `the unknown token ${JSON.stringify(unknown)} must be among the tokens`);
    this.tokens = [...tokens];
    this.unknown = unknown;
    this.#indices = indices;
  }

  /** Number of tokens. */
  get size(): number {
    return this.tokens.length;
  }

  /** Whether a token has a number of its own. */
  has(token: string): boolean {
    return this.#indices.has(token);
  }

  /**
   * Returns the number of a token, or else that of the unknown token.
   * @throws ArgumentError for a token that is not in the vocabulary, if it has no unknown token.
   */
  index(token: string): number {
    const found = this.#indices.get(token) ?? (this.unknown === null ? undefined : this.#indices.get(this.unknown));
    if (found === undefined)
      throw new ArgumentError(
        "Vocabulary",
        `${JSON.stringify(token)} is not in the vocabulary, which has no unknown token; build it with { unknown: "<unk>" }`,
      );
    return found;
  }

  /** Returns the token of a number. @throws ArgumentError for a number that no token has. */
  token(index: number): string {
    const found = this.tokens[index];
    if (found === undefined)
      throw new ArgumentError("Vocabulary", `there is no token ${index}; numbers go from 0 to ${this.size - 1}`);
    return found;
  }

  /** Returns the numbers of tokens, int64 [n]. @throws ArgumentError for a token that is not in the vocabulary, if it has no unknown token. */
  encode(tokens: readonly string[]): Tensor {
    return fromArray(
      Float64Array.from(tokens, (token) => this.index(token)),
      "int64",
      [tokens.length],
    );
  }

  /** Returns the tokens of numbers, in row-major order. @throws ArgumentError for a number that no token has. */
  decode(indices: Tensor): string[] {
    return Array.from(contiguousArray(indices), (index) => this.token(index));
  }
}

/**
 * Returns the vocabulary of the tokens in a corpus: special tokens first, then the most frequent, and tokens that are as frequent as each other in the order of
 * their code points.
 * @throws ArgumentError for a minimum frequency or a maximum size that is no positive integer, and for a size that the special tokens exceed.
 * @example data.text.buildVocabulary(["b", "a", "b"], { unknown: "<unk>" }).tokens; // ["<unk>", "b", "a"]
 */
export function buildVocabulary(tokens: Iterable<string>, options: BuildVocabularyOptions = {}): Vocabulary {
  const { minFrequency = 1, maxSize = Infinity, specials = [], unknown = null } = options;
  const op = "buildVocabulary";
  if (!Number.isInteger(minFrequency) || minFrequency < 1)
    throw new ArgumentError(op, `minFrequency must be a positive integer, but got ${minFrequency}`);
  const first = unknown === null || specials.includes(unknown) ? [...specials] : [unknown, ...specials];
  if (!(maxSize === Infinity || Number.isInteger(maxSize)) || maxSize < Math.max(1, first.length))
    throw new ArgumentError(
      op,
      `maxSize must be a positive integer and hold the ${first.length} special tokens, but got ${maxSize}`,
    );
  const counts = new Map<string, number>();
  for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
  for (const token of first) counts.delete(token);
  const ranked = [...counts]
    .filter(([, count]) => count >= minFrequency)
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .slice(0, maxSize - first.length);
  return new Vocabulary([...first, ...ranked.map(([token]) => token)], { unknown });
}

/** Returns the vocabulary in the text of a file of `writeVocabulary`. @throws ArgumentError for text that is none. */
function parseVocabulary(path: string, text: string): Vocabulary {
  const wrong = new ArgumentError(
    "readVocabulary",
    `${path} is no vocabulary: expected JSON with "tokens", a list of texts, and "unknown", a text or null`,
  );
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw wrong;
  }
  if (typeof value !== "object" || value === null) throw wrong;
  const { tokens, unknown } = value as { readonly tokens?: unknown; readonly unknown?: unknown };
  if (!Array.isArray(tokens) || !tokens.every((token) => typeof token === "string")) throw wrong;
  if (unknown !== null && typeof unknown !== "string") throw wrong;
  return new Vocabulary(tokens, { unknown });
}

/**
 * Writes a vocabulary to a file of JSON, which is replaced as a whole.
 * @throws Error if the file cannot be written.
 * @example await data.text.writeVocabulary("tokens.json", new data.text.Vocabulary(["a", "b"]));
 */
export const writeVocabulary = (path: string, vocabulary: Vocabulary): Promise<void> =>
  writeBytes(
    path,
    new TextEncoder().encode(JSON.stringify({ unknown: vocabulary.unknown, tokens: vocabulary.tokens })),
  );

/**
 * Returns the vocabulary of a file or URL that `writeVocabulary` wrote.
 * @throws ArgumentError for a file that is no vocabulary; Error if it cannot be read.
 * @example
 * await data.text.writeVocabulary("tokens.json", new data.text.Vocabulary(["a", "b"]));
 * (await data.text.readVocabulary("tokens.json")).size; // 2
 */
export const readVocabulary = async (path: string): Promise<Vocabulary> => parseVocabulary(path, await readText(path));
