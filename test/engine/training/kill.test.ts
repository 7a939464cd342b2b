/** A training that is killed again and again goes on from its checkpoints, and ends as one that was not killed, to the bit. */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Generator, load } from "tapelab";
import { expect, test } from "vitest";
import { inRoot } from "../../support/paths.ts";

const script = `
const { data, F, fit, manualSeed, nn, optim, randn, Generator } = await import(${JSON.stringify(inRoot("engine", "dist", "index.js"))});
const { createHash } = await import("node:crypto");
const [folder, order, batches, turns] = [...process.argv.slice(1, 3), ...process.argv.slice(3).map(Number)];
let first = 0;
const killAfter = (turns) => turns === 0 ? process.kill(process.pid, "SIGKILL") : setImmediate(killAfter, turns - 1);
manualSeed(11);
const x = randn([150, 4]);
const y = x.select(1, 0).gt(0).to("int64");
const model = new nn.Sequential(new nn.Linear(4, 20), new nn.BatchNorm1d(20), new nn.ReLU(), new nn.Dropout(0.3), new nn.Linear(20, 2));
const optimizer = new optim.Adam(model.parameters(), { lr: 0.02, amsgrad: true });
const sampler = new data.WeightedRandomSampler(y.mul(2).add(1), { generator: new Generator(4) });
const set = new data.TensorDataset(x, y);
const loader = order === "sampler" ? new data.DataLoader(set, { batchSize: 8, sampler }) : new data.DataLoader(set, { batchSize: 8, shuffle: true });
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
  checkpoint: { folder, everyBatches: 3 },
  callbacks: {
    onStart: (training) => {
      first = training.steps;
      process.stdout.write("batch " + first + "\\n");
    },
    onBatchEnd: (training) => {
      if (training.steps - first === batches) killAfter(turns);
    },
  },
});
const hash = createHash("sha256");
for (const t of Object.values(model.stateDict())) hash.update(new Uint8Array(t.toTypedArray().slice().buffer));
const epochs = history.epochs.map(({ seconds, ...values }) => values);
console.log(JSON.stringify({ weights: hash.digest("hex"), epochs, best: history.best, state: history.state, next: randn([1]).item() }));
`;

interface Ended {
  /** The number of batches from which the training went on. */
  readonly from: number | null;
  /** The JSON that it printed at its end; `null` where it was killed. */
  readonly result: string | null;
  readonly errors: string;
}

/** The moment of a kill: so many batches after the training went on, and then so many turns of the event loop, in which files may be half written. */
interface Kill {
  readonly batches: number;
  readonly turns: number;
}

/** Trains in a process of its own, which kills itself at the given moment. */
function train(folder: string, order: string, kill: Kill | null): Promise<Ended> {
  const moment = kill === null ? [] : [String(kill.batches), String(kill.turns)];
  const child = spawn(process.execPath, ["--input-type=module", "-e", script, folder, order, ...moment], {
    cwd: inRoot(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [out, errors] = ["", ""];
  child.stdout.on("data", (text: Buffer) => (out += text.toString()));
  child.stderr.on("data", (text: Buffer) => (errors += text.toString()));
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
  let last: Ended = { from: null, result: null, errors: "" };
  for (let run = 0; run <= 6; run++) {
    // 6 times 24 batches, and the batches of some turns, are fewer than the 190 of the whole training
    const kill = { batches: random.integer(4, 24), turns: run % 2 === 0 ? 0 : random.integer(1, 12) };
    last = await train(killed, order, run < 6 ? kill : null);
    // a checkpoint that cannot be read would be named here
    expect(last.errors).toBe("");
    expect(last.from, "the training began").not.toBeNull();
    if (run < 6)
      expect(last.result, `run ${run}, ${kill.batches} batches and ${kill.turns} turns after its start`).toBeNull();
    starts.push(last.from ?? 0);
  }
  expect(starts).toEqual(starts.toSorted((a, b) => a - b));
  expect(
    starts.filter((from) => from % 19 !== 0),
    `starts within epochs of 19 batches, of ${starts.join(", ")}`,
  ).not.toEqual([]);
  expect(JSON.parse(last.result ?? "null")).toEqual(JSON.parse(expected.result ?? "null"));
  const names = readdirSync(killed);
  expect(names.filter((name) => name.endsWith(".part"))).toEqual([]);
  expect(names.filter((name) => name.startsWith("checkpoint-"))).toHaveLength(2);
  const best = await load(join(killed, "best.safetensors"));
  expect(Object.keys(best)).toContain("4.weight");
  for (const folder of [whole, killed]) rmSync(folder, { recursive: true });
});
