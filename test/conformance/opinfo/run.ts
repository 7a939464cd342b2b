/**
 * Checks all samples of a file that `make_opinfo.py` wrote, and prints how many passed and failed by group, and the entries that fail.
 * Usage: node run.ts FILE [--only NAME ...] [--verbose]. `npm run conformance` makes the file and calls this script.
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { check, type Layout, type Precision, precisions, type Sample } from "./check.ts";
import { checkInPlace } from "./in-place.ts";

const [file, ...options] = process.argv.slice(2);
const verbose = options.includes("--verbose");
const only = options.filter((o) => !o.startsWith("--"));

const lines = gunzipSync(readFileSync(file)).toString().trimEnd().split("\n");
const samples = lines.slice(0, -1).map((line) => JSON.parse(line) as Sample);
const { leftOut } = JSON.parse(lines[lines.length - 1]) as {
  readonly leftOut: Readonly<Record<string, Readonly<Record<string, number>>>>;
};

/** The runs of a sample: with its stored layout in both precisions, and once with other strides. */
const runs: readonly (readonly [Precision, Layout])[] = [
  ...precisions.map((p) => [p, "contiguous"] as const),
  [precisions[0], "transposed"],
];

interface Tally {
  passed: number;
  failed: number;
  /** Failures with their counts, most frequent first when printed. */
  readonly messages: Map<string, number>;
}

const tallies = new Map<string, Tally>();
const groups = new Map<string, { entries: number; clean: number; passed: number; failed: number }>();

for (const [i, sample] of samples.entries()) {
  const label = sample.variant === "" ? sample.entry : `${sample.entry}:${sample.variant}`;
  if (only.length > 0 && !only.some((name) => name === label || name === sample.entry || name === sample.op)) continue;
  const tally = tallies.get(label) ?? { passed: 0, failed: 0, messages: new Map<string, number>() };
  tallies.set(label, tally);
  // a view of a tensor with other strides may be impossible
  const possible = ["view", "viewAs", "viewAsComplex"].includes(sample.op) ? runs.slice(0, -1) : runs;
  const failures = possible.flatMap(([precision, layout]) => {
    const message = check(sample, precision, layout);
    return message === null
      ? []
      : [`${sample.refused === undefined ? `${precision.dtype}, ${layout}: ` : ""}${message}`];
  });
  for (const precision of precisions) {
    const message = checkInPlace(sample, precision);
    if (message !== null) failures.push(`${precision.dtype}, ${message}`);
  }
  if (failures.length === 0) tally.passed++;
  else {
    tally.failed++;
    const shown = verbose
      ? `sample ${i}: ${failures.join("; ")} ${JSON.stringify(sample.args).slice(0, 400)}`
      : failures[0];
    tally.messages.set(shown, (tally.messages.get(shown) ?? 0) + 1);
  }
}

for (const [label, { passed, failed }] of tallies) {
  const group = samples.find((s) => (s.variant === "" ? s.entry : `${s.entry}:${s.variant}`) === label)?.group ?? "";
  const sums = groups.get(group) ?? { entries: 0, clean: 0, passed: 0, failed: 0 };
  groups.set(group, sums);
  sums.entries++;
  if (failed === 0) sums.clean++;
  sums.passed += passed;
  sums.failed += failed;
}

for (const [label, { passed, failed, messages }] of tallies) {
  if (failed === 0 && only.length === 0) continue;
  process.stdout.write(`${label}: ${passed} passed, ${failed} failed\n`);
  const sorted = [...messages].sort((a, b) => b[1] - a[1]);
  for (const [message, count] of sorted.slice(0, verbose ? 100 : 4)) process.stdout.write(`    ${count}x ${message}\n`);
}
for (const [label, reasons] of Object.entries(leftOut)) {
  if ("no operator" in reasons) continue;
  process.stdout.write(
    `${label}: left out: ${Object.entries(reasons)
      .map(([why, n]) => `${n} (${why})`)
      .join(", ")}\n`,
  );
}
const missing = Object.entries(leftOut).filter(([, reasons]) => "no operator" in reasons);
process.stdout.write(`\nno operator (${missing.length}): ${missing.map(([label]) => label).join(" ")}\n\n`);
for (const [group, { entries, clean, passed, failed }] of groups)
  process.stdout.write(`${group}: ${clean} of ${entries} entries clean; ${passed} samples passed, ${failed} failed\n`);
const total = [...groups.values()].reduce(
  (sum, g) => ({ passed: sum.passed + g.passed, failed: sum.failed + g.failed }),
  { passed: 0, failed: 0 },
);
process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
process.exitCode = total.failed === 0 ? 0 : 1;
