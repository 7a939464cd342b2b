/** Tokenizers, vocabularies and batches of texts. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { arange, data, type Tensor, tensor } from "tapelab";
import { describe, expect, test } from "vitest";
import { inRoot } from "../../support/paths.ts";
import { fc } from "../../support/random.ts";

const { text } = data;
const alice = readFileSync(inRoot("notebooks/data/alice.txt"), "utf8");

describe("tokenizers", () => {
  test("characters and bytes of any text are joined to it again", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (s) => {
        expect(text.characters(s).join("")).toBe(s);
        expect(text.joinBytes(text.bytes(s))).toBe(s);
      }),
      { numRuns: 300, seed: 1 },
    );
    expect(new Set(text.bytes(alice)).size).toBeLessThan(text.byteTokens().length);
    expect(() => text.joinBytes(["a"])).toThrow('joinBytes: expected tokens <0x00> to <0xFF>, but got "a"');
  });
  test("words keep inner apostrophes, and marks are tokens", () => {
    expect(text.words("Она сказала: «naïve café's» 3.14!")).toEqual([
      "Она",
      "сказала",
      ":",
      "«",
      "naïve",
      "café's",
      "»",
      "3",
      ".",
      "14",
      "!",
    ]);
    expect(text.words("")).toEqual([]);
  });
  test("each line has its end, with all breaks, and a break at the end begins no other line", () => {
    expect(text.whitespace("a b\r\n\nc\n", { lineEnd: "<eos>" })).toEqual(["a", "b", "<eos>", "<eos>", "c", "<eos>"]);
    expect(text.whitespace("A  B", { lowerCase: true })).toEqual(["a", "b"]);
  });
});

describe("Vocabulary", () => {
  const tokens = text.words("b b b a a c c d", {});
  test("special tokens come first, then the most frequent, and equally frequent ones by code points", () => {
    expect(text.buildVocabulary(["c", "a", "b", "b"]).tokens).toEqual(["b", "a", "c"]);
    const v = text.buildVocabulary(tokens, { minFrequency: 2, maxSize: 4, specials: ["<pad>"], unknown: "<unk>" });
    expect(v.tokens).toEqual(["<unk>", "<pad>", "b", "a"]);
    expect(v.encode(["a", "zebra", "<pad>"]).toArray()).toEqual([3, 0, 1]);
    expect(v.encode(["a"]).dtype).toBe("int64");
    expect(
      v.decode(
        tensor([
          [2, 3],
          [0, 1],
        ]),
      ),
    ).toEqual(["b", "a", "<unk>", "<pad>"]);
    expect([v.size, v.has("b"), v.has("c")]).toEqual([4, true, false]);
  });
  test("what is not in it is an error without an unknown token", () => {
    const v = text.buildVocabulary(tokens);
    expect(() => v.encode(["z"])).toThrow(
      'Vocabulary: "z" is not in the vocabulary, which has no unknown token; build it with { unknown: "<unk>" }',
    );
    expect(() => v.decode(tensor([9]))).toThrow("there is no token 9; numbers go from 0 to 3");
    expect(() => new text.Vocabulary(["a", "b", "a"])).toThrow('tokens must differ, but "a" is at 0 and at 2');
    expect(() => text.buildVocabulary([], { maxSize: 1, specials: ["x", "y"] })).toThrow(
      "hold the 2 special tokens, but got 1",
    );
  });
  test("is written and read again, and other files are errors that name them", async () => {
    const path = join(mkdtempSync(join(tmpdir(), "tapelab-text-")), "tokens.json");
    const v = text.buildVocabulary(text.words(alice), { maxSize: 500, unknown: "<unk>" });
    await text.writeVocabulary(path, v);
    const again = await text.readVocabulary(path);
    expect([again.tokens, again.unknown]).toEqual([v.tokens, v.unknown]);
    const [whole, words] = [readFileSync(path, "utf8"), text.words(alice)];
    expect(again.encode(words).toArray()).toEqual(v.encode(words).toArray());
    for (const wrong of [
      whole.slice(0, -1),
      "[]",
      '{"tokens":[1],"unknown":null}',
      '{"tokens":["a"]}',
      '{"tokens":["a"],"unknown":"b"}',
    ]) {
      writeFileSync(path, wrong);
      await expect(text.readVocabulary(path)).rejects.toThrow(
        /^(readVocabulary: .*tokens\.json is no vocabulary|Vocabulary: the unknown token "b")/,
      );
    }
  });
});

describe("batches", () => {
  const list = (t: Tensor): unknown => t.toArray();
  test("batchify and getBatch are those of the Penn Treebank's examples", () => {
    const batches = text.batchify(arange(26), 4);
    expect(batches.shape).toEqual([6, 4]);
    expect(list(batches.at(0))).toEqual([0, 6, 12, 18]);
    const [x, y] = text.getBatch(batches, 0, 2);
    expect(list(x)).toEqual([
      [0, 6, 12, 18],
      [1, 7, 13, 19],
    ]);
    expect(list(y)).toEqual([1, 7, 13, 19, 2, 8, 14, 20]);
    // the last row has no successor
    expect(text.getBatch(batches, 4, 35).map((t) => t.shape)).toEqual([[1, 4], [4]]);
    expect(() => text.getBatch(batches, 5, 2)).toThrow("start must be an integer from 0 to 4, but got 5");
    expect(() => text.batchify(arange(3), 4)).toThrow("3 tokens cannot be cut into 4 parts");
  });
  test("windows hold tokens and their successors", () => {
    const tokens = text.buildVocabulary(text.characters(alice)).encode(text.characters(alice));
    const windows = new text.WindowDataset(tokens, 32, { stride: 16 });
    expect(windows.length).toBe(Math.floor((tokens.shape[0] - 33) / 16) + 1);
    const [x, y] = windows.batch(Int32Array.of(0, windows.length - 1));
    expect([x.dtype, x.shape, y.shape]).toEqual(["int64", [2, 32], [2, 32]]);
    expect(list(x.narrow(1, 1, 31))).toEqual(list(y.narrow(1, 0, 31)));
    expect(list(x.at(0))).toEqual(list(tokens.narrow(0, 0, 32)));
    expect(new text.WindowDataset(arange(3), 3).length).toBe(0);
    expect(() => windows.batch(Int32Array.of(windows.length))).toThrow("is out of range");
  });
  test("sequences are padded to the longest of a batch, with their lengths", () => {
    const items = [1, 3, 2].map((n) => [arange(n).add(1).to("int64"), tensor(n % 2)]);
    const sequences = new data.ItemDataset(3, (i) => items[i], { collate: text.padCollate({ padding: -1 }) });
    const [x, labels, lengths] = sequences.batch(Int32Array.of(0, 1, 2));
    expect(list(x)).toEqual([
      [1, -1, -1],
      [1, 2, 3],
      [1, 2, -1],
    ]);
    expect([x.dtype, list(labels), list(lengths)]).toEqual(["int64", [1, 1, 0], [1, 3, 2]]);
    expect(text.padCollate({ lengths: false })(items)).toHaveLength(2);
    const vectors = text.padCollate()([
      [tensor([[1, 2]])],
      [
        tensor([
          [3, 4],
          [5, 6],
        ]),
      ],
    ]);
    expect(list(vectors[0])).toEqual([
      [
        [1, 2],
        [0, 0],
      ],
      [
        [3, 4],
        [5, 6],
      ],
    ]);
    expect(() => text.padCollate()([[tensor([[1, 2]])], [tensor([[1]])]])).toThrow(
      "the same shape behind their first dimension",
    );
  });
});
