/** Optimizers take PyTorch's steps and have its states, and schedulers set its learning rates. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { type DType, optim, type Tensor, tensor } from "tapelab";
import { describe, expect, test } from "vitest";
import { inRoot } from "../support/paths.ts";

interface StoredState {
  readonly [index: string]: { readonly [name: string]: number | null | { shape: number[]; elements: number[] } };
}
type Options = Readonly<Record<string, unknown>>;
interface Trajectory {
  readonly name: string;
  readonly options: Options;
  readonly dtype: DType;
  readonly values: Readonly<Record<string, readonly number[]>>;
  readonly state: StoredState;
}
interface Reference {
  readonly shapes: number[][];
  readonly optimizers: readonly Trajectory[];
  readonly muon: readonly Trajectory[];
  readonly lbfgs: readonly { options: Options; dtype: DType; values: number[][]; funcEvals: number; nIter: number }[];
  readonly schedulers: readonly {
    optimizer: "sgd" | "adam";
    name: string;
    args: unknown[];
    options: Options;
    values: number[][];
  }[];
  readonly factors: Readonly<Record<"LambdaLR" | "MultiplicativeLR", number[][]>>;
  readonly metrics: readonly number[];
  readonly plateaus: readonly { options: Options; values: number[][] }[];
  readonly composed: Readonly<Record<string, number[][]>>;
}

const reference = JSON.parse(
  gunzipSync(readFileSync(inRoot("test/conformance/optim.json.gz"))).toString(),
) as Reference;

const camelCase = (name: string): string =>
  name
    .replace(/^([A-Z])_/, (_all, c: string) => `${c.toLowerCase()}_`)
    .replace(/_(.)/g, (_all, c: string) => c.toUpperCase());

/** Returns options with names in camel case, and settings that are words likewise. */
const adapted = (options: Options): Options =>
  Object.fromEntries(Object.entries(options).map(([k, v]) => [camelCase(k), typeof v === "string" ? camelCase(v) : v]));

const values = (n: number, seed: number, scale: number): number[] =>
  Array.from({ length: n }, (_, k) => scale * Math.sin(1.7 * seed + 2.3 * k * k + 0.9 * k));

const parameter = (shape: number[], seed: number, scale: number, dtype: DType): Tensor =>
  tensor(
    values(
      shape.reduce((a, b) => a * b, 1),
      seed,
      scale,
    ),
    { dtype: "float64" },
  )
    .reshape(shape)
    .to(dtype)
    .detach()
    .requiresGrad_();

/** A sum of wells with ripples, which every other step weighs less. */
const lossOf = (ps: readonly Tensor[], step: number): Tensor =>
  ps
    .map((p) =>
      p
        .sub(0.4)
        .square()
        .sum()
        .add(p.mul(3).cos().sum().mul(0.3))
        .add(
          p
            .mul(p.flip([-1]))
            .sum()
            .mul(0.2),
        ),
    )
    .reduce((a, b) => a.add(b))
    .mul(step % 2 ? 0.5 : 1);

const elements = (ps: readonly Tensor[]): number[] => ps.flatMap((p) => [...p.toTypedArray()]);

/** Tolerances of trajectories of 100 steps. PyTorch keeps scalars of the states of ASGD and NAdam in float32. */
const tolerances: Readonly<Partial<Record<DType, number>>> = { float64: 1e-6, float32: 2e-4 };

function expectClose(got: readonly number[], expected: readonly number[], tolerance: number, what: string): void {
  expect(got.length, what).toBe(expected.length);
  const worst = got.reduce(
    (most, v, i) => {
      const error = Math.abs(v - expected[i]) / Math.max(1, Math.abs(expected[i]));
      return Number.isNaN(error) || error > most[0] ? ([error, i] as const) : most;
    },
    [0, 0] as readonly [number, number],
  );
  const [error, i] = worst;
  if (!(error <= tolerance)) expect.fail(`${what}: element ${i} is ${got[i]}, PyTorch has ${expected[i]}`);
}

type Constructor = new (groups: optim.Params, options: Options) => optim.Optimizer;
const classOf = (name: string): Constructor => (optim as unknown as Record<string, Constructor>)[name];

function optimizerOf(name: string, ps: Tensor[], options: Options): optim.Optimizer {
  return new (classOf(name))([{ params: ps.slice(0, -1) }, { params: ps.slice(-1), lr: 0.02 }], adapted(options));
}

describe.each([
  ["whole", reference.optimizers, reference.shapes, tolerances],
  // Muon works in bfloat16: single roundings there differ by the order of sums
  [
    "of matrices",
    reference.muon.map((r) => ({ ...r, name: "Muon" })),
    [
      [5, 7],
      [6, 3],
      [4, 4],
    ],
    { float64: 0.03, float32: 0.03 },
  ],
] as const)("trajectories of 100 steps, %s", (_what, trajectories, shapes, closeness) => {
  test.each(trajectories.map((t) => [t.name, JSON.stringify(t.options), t.dtype, t] as const))(
    "%s %s takes PyTorch's steps in %s",
    (name, _options, dtype, { options, values: expected, state }) => {
      const ps = shapes.map((shape, i) => parameter([...shape], i + 1, 1.5, dtype));
      const optimizer = optimizerOf(name, ps, options);
      const tolerance = closeness[dtype as "float64" | "float32"] as number;
      for (let step = 1; step <= 100; step++) {
        optimizer.zeroGrad();
        lossOf(ps, step).backward();
        optimizer.step();
        if (step in expected) expectClose(elements(ps), expected[step], tolerance, `step ${step}`);
      }
      const own = optimizer.stateDict().state;
      for (const [index, entries] of Object.entries(state))
        for (const [key, e] of Object.entries(entries)) {
          // PyTorch lists a velocity that is not used as null
          if (e === null) continue;
          const v = own[index]?.[camelCase(key)];
          const what = `${camelCase(key)} of parameter ${index}`;
          const stored = typeof e === "number" ? { shape: [], elements: [e] } : e;
          const got = typeof v === "number" ? [v] : [...(v as Tensor).toTypedArray()];
          expectClose(got, stored.elements, tolerance * 10, what);
          if (typeof v !== "number") expect((v as Tensor).shape, what).toEqual(stored.shape);
        }
    },
  );
});

test.each(reference.lbfgs.map((r) => [JSON.stringify(r.options), r.dtype, r] as const))(
  "LBFGS %s takes PyTorch's steps in %s",
  (_options, dtype, { options, values: expected, funcEvals, nIter }) => {
    const x = tensor([-1.2, 1, 0.7, -0.3], { dtype, requiresGrad: true });
    const y = parameter([20], 3, 1, dtype);
    const optimizer = new optim.LBFGS([x, y], adapted(options));
    expected.forEach((row, step) => {
      const loss = optimizer.step(() => {
        optimizer.zeroGrad();
        const [head, tail] = [x.narrow(0, 0, 3), x.narrow(0, 1, 3)];
        const valley = head.mul(-1).add(1).square().add(tail.sub(head.square()).square().mul(5)).sum();
        const value = valley.add(y.sub(0.5).square().sum()).add(y.pow(4).sum().mul(0.1));
        value.backward();
        return value;
      });
      const got = [loss.item(), ...elements([x, y])];
      expectClose(got, row, dtype === "float64" ? 1e-8 : 2e-3, `step ${step + 1}`);
    });
    const { state } = optimizer.stateDict();
    if (dtype === "float64") expect([state[0]["funcEvals"], state[0]["nIter"]]).toEqual([funcEvals, nIter]);
  },
);

const zeros = (n: number): Tensor => tensor(new Array<number>(n).fill(0), { requiresGrad: true });
const sgd = (): optim.SGD =>
  new optim.SGD([{ params: [zeros(2)] }, { params: [zeros(3)], lr: 0.05 }], { lr: 0.5, momentum: 0.9 });
const adam = (): optim.Adam => new optim.Adam([zeros(2)], { lr: 0.5 });

/** Returns learning rates and momentum before each of so many epochs. */
function record(optimizer: optim.Optimizer, step: (epoch: number) => void, epochs: number): number[][] {
  return Array.from({ length: epochs }, (_, k) => {
    const group = optimizer.paramGroups[0] as optim.ParamGroup & { betas?: number[]; momentum?: number };
    const row = [...optimizer.paramGroups.map(({ lr }) => lr), group.betas?.[0] ?? group.momentum ?? 0];
    optimizer.step();
    step(k);
    return row;
  });
}

const expectSchedule = (got: number[][], expected: number[][]): void =>
  expected.forEach((row, k) => expectClose(got[k], row, 1e-12, `epoch ${k}`));

type Scheduler = { step(): void };
type SchedulerConstructor = new (optimizer: optim.Optimizer, ...args: unknown[]) => Scheduler;
const { lrScheduler } = optim;
const schedulers = { ...lrScheduler, ...optim.swaUtils } as unknown as Record<string, SchedulerConstructor>;

test.each(reference.schedulers.map((s) => [s.name, JSON.stringify([...s.args, s.options]), s] as const))(
  "%s %s sets PyTorch's learning rates",
  (name, _args, { optimizer: kind, args, options, values: expected }) => {
    const optimizer = { sgd, adam }[kind]();
    const scheduler = new schedulers[name](optimizer, ...args, adapted(options));
    const last = expected.length - 1;
    expectSchedule(
      record(optimizer, (k) => k < last && scheduler.step(), expected.length),
      expected,
    );
  },
);

test("LambdaLR and MultiplicativeLR set PyTorch's learning rates", () => {
  const { LambdaLR, MultiplicativeLR } = reference.factors;
  const first = sgd();
  const decay = new lrScheduler.LambdaLR(first, (epoch) => 0.95 ** epoch);
  expectSchedule(
    record(first, () => decay.step(), 30),
    LambdaLR,
  );
  const second = sgd();
  const factors = new lrScheduler.MultiplicativeLR(second, (epoch) => (epoch % 3 ? 0.9 : 1.1));
  expectSchedule(
    record(second, () => factors.step(), 30),
    MultiplicativeLR,
  );
});

test.each(reference.plateaus.map((p) => [JSON.stringify(p.options), p] as const))(
  "ReduceLROnPlateau %s sets PyTorch's learning rates",
  (_options, { options, values: expected }) => {
    const optimizer = sgd();
    const scheduler = new lrScheduler.ReduceLROnPlateau(optimizer, adapted(options));
    expectSchedule(
      record(optimizer, (k) => scheduler.step(reference.metrics[k]), 60),
      expected,
    );
  },
);

test.each(Object.entries(reference.composed))("%s sets PyTorch's learning rates", (name, expected) => {
  const optimizer = sgd();
  const { ConstantLR, ExponentialLR, StepLR, LinearLR, CosineAnnealingLR, SequentialLR, ChainedScheduler } =
    lrScheduler;
  const constant = (): optim.lrScheduler.LRScheduler => new ConstantLR(optimizer, { factor: 0.1, totalIters: 4 });
  const make: Readonly<Record<string, () => Scheduler>> = {
    SequentialLR: () =>
      new SequentialLR(optimizer, [constant(), new ExponentialLR(optimizer, 0.9), new StepLR(optimizer, 3)], [5, 14]),
    "SequentialLR of warm-up and cosine": () =>
      new SequentialLR(
        optimizer,
        [new LinearLR(optimizer, { startFactor: 0.1, totalIters: 5 }), new CosineAnnealingLR(optimizer, 20)],
        [5],
      ),
    ChainedScheduler: () =>
      new ChainedScheduler([constant(), new ExponentialLR(optimizer, 0.9), new CosineAnnealingLR(optimizer, 12)]),
  };
  const scheduler = make[name]();
  expectSchedule(
    record(optimizer, () => scheduler.step(), 30),
    expected,
  );
});
