/**
 * Plain English. Fails for a doc comment that begins with words which lean on the text above it or leave its subject open, and for the phrases that the
 * glossary in CONTRIBUTING.md replaces, and names file and line.
 */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { inRoot } from "../support/paths.ts";

/** Openings of a doc comment. Functions begin with a verb ("Returns"), types with a noun phrase, flags with "Whether", counts with "Number of". */
const opening = /^(The same|Same|What|Who|Whom|Hands?|As above|As `|As in the|How|Ditto)\b/;

/** Phrases, each with the words to use instead. */
const phrases: readonly (readonly [phrase: RegExp, better: string])[] = [
  [/\bchildhood\b/i, "the number of minor sweeps until an object is old"],
  [/\bsurroundings\b/i, "context, environment or dependencies"],
  [
    /\b(what|whatever|who|whom) (hears|arrives|comes|leads to|captures|is told|was made|is held)\b/i,
    "the field's noun",
  ],
  [/\b(is|are|was|were) told\b/i, "is notified, or receives"],
  [/\b(made|born) lately\b/i, "young"],
  [/\blets? go of\b/i, "releases, or frees"],
  [/\b(hands?|handed) in\b/i, "passes, registers or sets"],
  [/\bend of the road\b/i, "terminal node"],
  [/\bbehind the examples?\b/i, "the physical tensor"],
  [/\blooks? after (itself|themselves)\b/i, "automatic"],
];

interface Offence {
  readonly folder: string;
  /** File, line and reason. */
  readonly text: string;
}

const lineOf = (text: string, index: number): number => text.slice(0, index).split("\n").length;

/** Returns the offences in the text of a source file. */
function offencesIn(file: string, text: string): Offence[] {
  const folder = file
    .split("/")
    .slice(0, /^(engine|kernel|extension)\//.test(file) ? 3 : 2)
    .filter((part) => !/\.\w+$/.test(part))
    .join("/");
  const found: Offence[] = [];
  const add = (index: number, reason: string): number =>
    found.push({ folder, text: `${file}:${lineOf(text, index)}: ${reason}` });
  for (const comment of text.matchAll(/\/\*\*(?:\s|\*(?!\/))*([^\n]*)/g)) {
    const match = opening.exec(comment[1] ?? "");
    if (match !== null) add(comment.index, `a doc comment begins with "${match[0]}"`);
  }
  for (const [phrase, better] of phrases)
    for (const match of text.matchAll(new RegExp(phrase, "gi"))) add(match.index, `"${match[0]}": say ${better}`);
  return found;
}

const folders = ["engine/src", "engine/wasm", "kernel/src", "kernel/types", "extension/src", "scripts", "test"];
const offences = folders
  .flatMap((folder) =>
    readdirSync(inRoot(folder), { recursive: true, encoding: "utf8" }).map(
      (f) => `${folder}/${f.replaceAll("\\", "/")}`,
    ),
  )
  .filter((f) => /\.(ts|tsx|mjs)$/.test(f) && !/\/(node_modules|api)\/|wasm\/binary\.ts$|rules\/english/.test(f))
  .flatMap((f) => offencesIn(f, readFileSync(inRoot(f), "utf8")));

describe("plain English", () => {
  test("comments and names use the words of the glossary, and doc comments stand alone", () => {
    expect(offences.map((o) => o.text)).toEqual([]);
  });

  test("the rule finds every kind of offence", () => {
    const text = `/** The same, in place. */\n/**\n * What is kept.\n */\n/** Returns the sum. */\n// lets go of the buffer\nconst surroundings = 1;\n`;
    expect(offencesIn("engine/src/tape/a.ts", text).map((o) => `${o.folder} ${o.text}`)).toEqual([
      'engine/src/tape engine/src/tape/a.ts:1: a doc comment begins with "The same"',
      'engine/src/tape engine/src/tape/a.ts:2: a doc comment begins with "What"',
      'engine/src/tape engine/src/tape/a.ts:7: "surroundings": say context, environment or dependencies',
      'engine/src/tape engine/src/tape/a.ts:6: "lets go of": say releases, or frees',
    ]);
  });
});
