/** Tokenizers: functions of a text to a list of tokens. */
import { ArgumentError } from "../../tensor/errors.ts";

/** A function of a text to its tokens. A program may use any other than those here. */
export type Tokenizer = (text: string) => string[];

/** Options of `words` and `whitespace`. */
export interface WordOptions {
  /** Whether letters become lower case; false by default. */
  readonly lowerCase?: boolean;
  /** A token that is put at the end of each line, such as `<eos>` in corpora with a sentence on each line; none by default. */
  readonly lineEnd?: string;
}

/** Splits each line of a text by `split`. */
function linesOf(text: string, { lowerCase = false, lineEnd }: WordOptions, split: Tokenizer): string[] {
  const body = lowerCase ? text.toLowerCase() : text;
  if (lineEnd === undefined) return split(body);
  // a line break at the end of a text ends its last line, and begins no other
  const lines = body.replace(/\r?\n$/, "").split(/\r?\n/);
  return lines.flatMap((line) => [...split(line), lineEnd]);
}

/**
 * Returns the characters of a text: its Unicode code points, so that a character outside of the basic plane is one token.
 * @example data.text.characters("añ😀"); // ["a", "ñ", "😀"]
 */
export const characters = (text: string): string[] => Array.from(text);

/**
 * Returns the parts of a text between white space, as in the Penn Treebank, where punctuation is set apart already.
 * @example data.text.whitespace("no it was n't\nblack monday\n", { lineEnd: "<eos>" }); // ["no", "it", "was", "n't", "<eos>", "black", "monday", "<eos>"]
 */
export const whitespace = (text: string, options: WordOptions = {}): string[] =>
  linesOf(text, options, (line) => line.split(/\s+/).filter((token) => token !== ""));

/** A word with its inner apostrophes, or a single character that is neither a letter, a digit nor white space. */
const wordOrMark = /[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}\p{N}]+)*|[^\p{L}\p{M}\p{N}\s]/gu;

/**
 * Returns the words of a text and its punctuation marks, each a token. Letters of all scripts belong to words, and so does an apostrophe inside of one.
 * @example data.text.words("Don't panic, Alice!", { lowerCase: true }); // ["don't", "panic", ",", "alice", "!"]
 */
export const words = (text: string, options: WordOptions = {}): string[] =>
  linesOf(text, options, (line) => line.match(wordOrMark) ?? []);

/** Names of the 256 bytes. */
const byteNames: readonly string[] = Array.from(
  { length: 256 },
  (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`,
);

/**
 * Returns the bytes of a text in UTF-8 as tokens `<0x00>` to `<0xFF>`, of which there are 256 for all texts.
 * @example data.text.bytes("é"); // ["<0xC3>", "<0xA9>"]
 */
export const bytes = (text: string): string[] => Array.from(new TextEncoder().encode(text), (byte) => byteNames[byte]);

/** Returns all 256 tokens of `bytes`, in order. @example data.text.byteTokens().length; // 256 */
export const byteTokens = (): string[] => [...byteNames];

/**
 * Returns the text of tokens of `bytes`. Bytes that are no UTF-8 become U+FFFD.
 * @throws ArgumentError for a token that is no byte.
 * @example data.text.joinBytes(["<0xC3>", "<0xA9>"]); // "é"
 */
export function joinBytes(tokens: readonly string[]): string {
  const list = tokens.map((token) => {
    const [, hex] = /^<0x([0-9A-F]{2})>$/.exec(token) ?? [];
    if (hex === undefined)
      throw new ArgumentError("joinBytes", `expected tokens <0x00> to <0xFF>, but got ${JSON.stringify(token)}`);
    return Number.parseInt(hex, 16);
  });
  return new TextDecoder().decode(Uint8Array.from(list));
}
