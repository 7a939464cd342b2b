/**
 * Compares every op of the registry with PyTorch on one thread, forward and with gradients, alternately and in one run; the slowest ratio comes first.
 * Usage: node compare.mjs [--torch python] [--write] [--json] [--transposed] [--seconds s] [--minutes m] [op …]. Results are compared with
 * PyTorch's before the timing. Cases for which no time is left are listed as not measured.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { filesIn, isTensor } from "./data.mjs";
import { inputs } from "./inputs/index.mjs";
import { registered, sampleSource } from "./registry.mjs";
import { report, show, summaryOf, writeOps } from "./report.mjs";
import { isPlain, scaled } from "./scaled.mjs";
import { Pair } from "./sides.mjs";

const rounds = 2;
/** Seconds after which a library's answer is no longer waited for. */
const patience = 6;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    torch: { type: "string", default: "python3" },
    seconds: { type: "string", default: "0.02" },
    minutes: { type: "string", default: "4" },
    json: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    transposed: { type: "boolean", default: false },
  },
});
const seconds = Number(options.seconds);
const say = (text) => options.json || process.stdout.write(`${text}\n`);

/** Returns the cases of an op: those of the table, or its largest sample, scaled. */
function casesOf(op) {
  const listed = inputs[op.name];
  if (listed !== undefined)
    return listed.map(({ title = op.name, compares = true, ...args }) => ({ title, compares, args }));
  const { args, reason } = scaled(op.info.samples(sampleSource(7)));
  if (args !== undefined && Object.values(args).every(isPlain)) return [{ title: op.name, compares: true, args }];
  return [{ title: op.name, reason: reason ?? "its samples have arguments that are no tensors or numbers" }];
}

const put = (value, change) =>
  Array.isArray(value) ? value.map((v) => put(v, change)) : isTensor(value) ? { ...value, ...change } : value;

/** Describes the shapes of the tensors of arguments. */
function sizesOf(args) {
  const shapes = (value) =>
    Array.isArray(value) ? value.flatMap(shapes) : isTensor(value) ? [value.shape.join(" x ")] : [];
  const list = Object.values(args).flatMap(shapes);
  return [...new Set(list)].slice(0, 3).join(", ");
}

/** Returns the first difference between the results of both libraries, or null. */
function difference(ours, theirs) {
  if (JSON.stringify(ours.shapes) !== JSON.stringify(theirs.shapes))
    return `shapes ${JSON.stringify(ours.shapes).slice(0, 80)}, PyTorch has ${JSON.stringify(theirs.shapes).slice(0, 80)}`;
  const off = (a, b) => Math.abs(a - b) > 2e-3 * Math.max(Math.abs(a), Math.abs(b), 1e-3);
  const compare = (what, a, b) => {
    const at = b.findIndex((v, i) => off(a[i], v));
    return at < 0 ? null : `${what} ${at}: mean magnitude ${a[at]}, PyTorch has ${b[at]}`;
  };
  return compare("result", ours.magnitudes, theirs.magnitudes) ?? compare("gradient", ours.gradients, theirs.gradients);
}

/** Whether an op takes so little time that it can be measured again. */
const isShort = (times) => times.tapelab[0] + times.pytorch[0] < 0.1;

/** Measures one case; returns a row, or the reason why it is not measured. */
async function measure(op, { title, compares, args: described }, pair, files) {
  const args = files(
    options.transposed
      ? Object.fromEntries(Object.entries(described).map(([k, v]) => [k, put(v, { isTransposed: true })]))
      : described,
  );
  const theirs = await pair.ask("pytorch", { do: "prepare", torch: op.torch, args }, patience);
  if (theirs.error !== undefined) return { title, reason: theirs.error };
  const ours = await pair.ask("tapelab", { do: "prepare", op: op.name, args, wanted: theirs.wanted }, patience);
  if (ours.error !== undefined) return { title, reason: ours.error };
  const differs = compares ? difference(ours, theirs) : null;
  if (differs !== null) return { title, reason: `differs from PyTorch: ${differs}` };
  const row = { title, op: op.name, sizes: sizesOf(described) };
  for (const what of theirs.wanted.length > 0 ? ["forward", "both"] : ["forward"]) {
    const times = { tapelab: [], pytorch: [] };
    for (let round = 0; round < rounds && (round === 0 || isShort(times)); round++)
      for (const side of ["tapelab", "pytorch"]) {
        const answer = await pair.ask(side, { do: "time", what, seconds }, patience);
        if (answer.error !== undefined) return { title, reason: `${side}: ${answer.error}` };
        times[side].push(...answer.times);
      }
    row[what] = summaryOf(times);
  }
  return row;
}

const folder = mkdtempSync(join(tmpdir(), "tapelab-ops-"));
const pair = new Pair(options.torch);
const rows = [];
const left = [];
try {
  const files = filesIn(folder);
  const ops = [...registered.values()].filter(({ info }) => info.access !== "internal");
  const names = new Set(ops.map(({ name }) => name));
  // methods that are no ops, such as `normal_`, are in the table alone
  const methods = Object.keys(inputs).flatMap((name) => (names.has(name) ? [] : [registered.get(name)]));
  const chosen = [...ops, ...methods].filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  for (const op of chosen)
    for (const one of casesOf(op)) {
      const isLate = performance.now() > 60_000 * Number(options.minutes);
      if (isLate && one.reason === undefined) one.reason = "the time was up";
      const result = one.reason === undefined ? await measure(op, one, pair, files) : one;
      (result.reason === undefined ? rows : left).push(result);
      if (positionals.length > 0 && result.reason === undefined)
        say(
          `${result.title}: ${["forward", "both"]
            .filter((w) => w in result)
            .map((w) => `${show(result[w].tapelab)} against ${show(result[w].pytorch)}`)
            .join(", with gradients ")}`,
        );
    }
} finally {
  pair.end();
  rmSync(folder, { recursive: true });
}
if (options.json) process.stdout.write(`${JSON.stringify({ rows, left })}\n`);
say(report(rows, left));
if (options.write) writeOps(rows, left);
