/** A training that is killed again and again goes on from its checkpoints, and ends as one that was not killed, to the bit. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Generator, load } from "tapelab";
import { expect, test } from "vitest";
import { inRoot } from "../../support/paths.ts";

const script = `
const { data, F, fit, manualSeed, nn, optim, randn, Generator } = await import(${JSON.stringify(inRoot("engine", "dist", "index.js"))});
const { createHash } = await import("node:crypto");
manualSeed(11);
const x = randn([150, 4]);
const y = x.select(1, 0).gt(0).to("int64");
const model = new nn.Sequential(new nn.Linear(4, 20), new nn.BatchNorm1d(20), new nn.ReLU(), new nn.Dropout(0.3), new nn.Linear(20, 2));
const optimizer = new optim.Adam(model.parameters(), { lr: 0.02, amsgrad: true });
const sampler = new data.WeightedRandomSampler(y.mul(2).add(1), { generator: new Generator(4) });
const set = new data.TensorDataset(x, y);
const loader = process.argv[2] === "sampler" ? new data.DataLoader(set, { batchSize: 8, sampler }) : new data.DataLoader(set, { batchSize: 8, shuffle: true });
const history = await fit(model, loader, {
  loss: F.crossEntropy,
  optimizer,
  epochs: 10,
  accumulate: 2,
  clipNorm: 1,
  validation: new data.DataLoader(set, { batchSize: 50 }),
  metrics: ["accuracy", "f1", "rocAuc"],
  earlyStopping: 9,
  scheduler: [
    { scheduler: new optim.lrScheduler.ExponentialLR(optimizer, 0.999), every: "step" },
    new optim.lrScheduler.ReduceLROnPlateau(optimizer, { patience: 1 }),
  ],
  checkpoint: { folder: process.argv[1], everyBatches: 3 },
  callbacks: { onStart: (training) => void process.stdout.write("batch " + training.steps + "\\n") },
});
const hash = createHash("sha256");
for (const t of Object.values(model.stateDict())) hash.update(new Uint8Array(t.toTypedArray().slice().buffer));
const epochs = history.epochs.map(({ seconds, ...values }) => values);
console.log(JSON.stringify({ weights: hash.digest("hex"), epochs, best: history.best, state: history.state, next: randn([1]).item() }));
`;

interface Ended {
  /** The number of batches from which the training went on; `null` where it was killed before. */
  readonly from: number | null;
  /** The JSON that it printed at its end; `null` where it was killed. */
  readonly result: string | null;
  readonly errors: string;
}

/** Trains in a process of its own, which is killed at a time after its training has begun, or after its start. */
function train(
  folder: string,
  order: string,
  kill: { readonly after: "begin" | "start"; readonly ms: number } | null,
): Promise<Ended> {
  const child: ChildProcess = spawn(process.execPath, ["--input-type=module", "-e", script, folder, order], {
    cwd: inRoot(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const killLater = (): void => void setTimeout(() => child.kill("SIGKILL"), kill?.ms);
  let [out, errors, hasBegun] = ["", "", false];
  if (kill?.after === "start") killLater();
  child.stdout?.on("data", (text: Buffer) => {
    out += text.toString();
    if (hasBegun || !out.includes("\n")) return;
    hasBegun = true;
    if (kill?.after === "begin") killLater();
  });
  child.stderr?.on("data", (text: Buffer) => (errors += text.toString()));
  return new Promise((resolve) => {
    child.on("close", () => {
      const lines = out.split("\n").filter((line) => line !== "");
      const from = /^batch (\d+)$/.exec(lines[0] ?? "")?.[1];
      const result = lines.find((line) => line.startsWith("{")) ?? null;
      resolve({ from: from === undefined ? null : Number(from), result, errors });
    });
  });
}

test.each([
  ["orders of the default generator", "shuffle", 1],
  ["orders of a sampler with a generator of its own", "sampler", 2],
])("%s", { timeout: 120_000 }, async (_, order, seed) => {
  const [whole, killed] = [1, 2].map(() => mkdtempSync(join(tmpdir(), "tapelab-kill-")));
  const expected = await train(whole, order, null);
  expect(expected.errors).toBe("");
  expect(expected.result).not.toBeNull();
  const random = new Generator(seed);
  const starts: number[] = [];
  let kills = 0;
  let last: Ended = { from: null, result: null, errors: "" };
  while (last.result === null && kills < 40) {
    const kill =
      random.uniform() < 0.2
        ? ({ after: "start", ms: random.integer(50, 500) } as const)
        : ({ after: "begin", ms: random.integer(0, 250) } as const);
    last = await train(killed, order, kills < 6 ? kill : null);
    // a checkpoint that cannot be read would be named here
    expect(last.errors).toBe("");
    if (last.from !== null) starts.push(last.from);
    if (last.result === null) kills++;
  }
  expect(kills).toBeGreaterThanOrEqual(3);
  expect(starts).toEqual(starts.toSorted((a, b) => a - b));
  // it went on from within epochs, not from their ends alone
  expect(starts.some((from) => from % 19 !== 0)).toBe(true);
  expect(JSON.parse(last.result ?? "null")).toEqual(JSON.parse(expected.result ?? "null"));
  const names = readdirSync(killed);
  expect(names.filter((name) => name.endsWith(".part"))).toEqual([]);
  expect(names.filter((name) => name.startsWith("checkpoint-"))).toHaveLength(2);
  const best = await load(join(killed, "best.safetensors"));
  expect(Object.keys(best)).toContain("4.weight");
  for (const folder of [whole, killed]) rmSync(folder, { recursive: true });
});
