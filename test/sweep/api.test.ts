/**
 * Fuzzing of every public function, method and constructor with arguments of all kinds, mostly wrong ones. Each call returns, or throws an error of the library that
 * names the function, and changes neither modes nor operands. FUZZ_ROUNDS and FUZZ_SEED set the number of calls and the seed.
 */
import * as tapelab from "tapelab";
import { expect, test } from "vitest";

const { tensor, nn, Generator, autograd, isGradEnabled, isInferenceModeEnabled } = tapelab;

const rounds = Number(process.env["FUZZ_ROUNDS"] ?? 40);
const random = new Generator(Number(process.env["FUZZ_SEED"] ?? 1));
const pick = <T>(list: readonly T[]): T => list[random.integer(0, list.length)];

/** Errors that the library may throw. */
const refusals = [
  tapelab.ArgumentError,
  tapelab.DTypeError,
  tapelab.GradError,
  tapelab.IndexError,
  tapelab.LinAlgError,
  tapelab.MemoryError,
  tapelab.ShapeError,
  autograd.AnomalyError,
  autograd.CheckpointError,
  autograd.GradcheckError,
  tapelab.inspect.Stopped,
];

/** An error that callbacks of the program throw, and that the library must pass on unchanged. */
class OwnError extends Error {}

const tensors = (): tapelab.Tensor[] => [
  tensor(2),
  tensor([1, -2, 3]),
  tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]),
  tensor(
    [
      [1, 2],
      [3, 4],
    ],
    { dtype: "float64", requiresGrad: true },
  ),
  tensor([1, 0, 2], { dtype: "int32" }),
  tensor([
    [true, false, true],
    [false, false, true],
  ]),
  tapelab.zeros([0]),
  tapelab.zeros([2, 3, 4, 5]),
  tapelab.ones([24], { requiresGrad: true }),
  tapelab.ones([4], { requiresGrad: true }).mul(2),
];

const others = (): unknown[] => [
  undefined,
  null,
  true,
  false,
  0,
  1,
  -1,
  2,
  3,
  2.5,
  Number.NaN,
  Infinity,
  -Infinity,
  1e10,
  -1e10,
  2 ** 31,
  2 ** 53,
  1e-320,
  "",
  "a",
  "float32",
  "float16",
  "mean",
  "...",
  "same",
  "__proto__",
  "constructor",
  [],
  [1],
  [2, 3],
  [-1],
  [2.5],
  [Number.NaN],
  [1e10],
  [1e5, 1e5, 1e5],
  ["a"],
  [null],
  [true, false],
  [[1, 2], [3]],
  [[]],
  new Array(3),
  [10n],
  [Symbol("x")],
  {},
  { dim: 1 },
  { dim: [0, 0] },
  { dim: "1" },
  { a: 1 },
  { keep_dim: true },
  { dtype: "float16" },
  { dtype: "float64" },
  { requiresGrad: true },
  { dim: null, keepdim: true },
  { requiresGrad: "yes" },
  { generator: 5 },
  { lr: "a" },
  { p: Number.NaN },
  { reduction: "none" },
  { weight: [1] },
  { stride: 0 },
  { padding: -1 },
  { training: true },
  { eps: null },
  { size: [2], stride: [1] },
  { length: 3, batch: () => [] },
  Object.create(null),
  { __proto__: null, dim: 0 },
  {
    get dim() {
      throw new OwnError("getter");
    },
  },
  () => 5,
  () => tensor(1),
  (x: unknown) => x,
  (x: tapelab.Tensor) => (x as { mul?: (n: number) => unknown })?.mul?.(2),
  (x: tapelab.Tensor) => (x as { sum?: () => unknown })?.sum?.(),
  () => {
    throw new OwnError("callback");
  },
  async () => tensor(1),
  function* () {
    yield 1;
  },
  // oxlint-disable-next-line typescript/no-extraneous-class -- a class where a function is expected
  class A {},
  nn.Linear,
  tapelab.Tensor,
  Symbol("s"),
  10n,
  new Date(0),
  new Map(),
  new Set([1]),
  /x/,
  new Error("e"),
  Promise.resolve(1),
  new Int8Array(2),
  new Float32Array([1, 2]),
  new Float64Array(3),
  new Uint8Array(2),
  new Uint8ClampedArray(2),
  new Uint16Array(1),
  new Uint32Array(2),
  new BigInt64Array(2),
  new Int32Array([0, 1]),
  new ArrayBuffer(8),
  new DataView(new ArrayBuffer(8)),
  new Generator(3),
  new nn.Linear(3, 2),
  new nn.Sequential(new nn.Linear(3, 2), new nn.ReLU()),
  new tapelab.data.TensorDataset(tapelab.ones([4, 2])),
  new autograd.GradientTape(),
  tensor([1], { requiresGrad: true }).mul(2).gradFn,
  globalThis,
  Math,
  JSON,
];

const argument = (): unknown => {
  const kind = random.uniform();
  if (kind < 0.45) return pick(tensors());
  if (kind < 0.5) return [pick(tensors()), pick(tensors())];
  if (kind < 0.53) return { a: pick(tensors()), b: pick(tensors()) };
  return pick(others());
};

interface Target {
  readonly name: string;
  /** The class of a method. */
  readonly owner: string;
  readonly path: string;
  readonly call: (args: readonly unknown[]) => unknown;
}

type Methods = Record<string, (...args: unknown[]) => unknown>;

const isNamespace = (x: unknown): x is Readonly<Record<string, unknown>> =>
  Object.prototype.toString.call(x) === "[object Module]";
const isClass = (x: unknown): x is new (...args: unknown[]) => object =>
  typeof x === "function" && /^class\b/.test(Function.prototype.toString.call(x));

/** Instances whose methods are called, by class. */
const instances: Readonly<Record<string, () => unknown>> = {
  Tensor: () => pick(tensors()),
  Generator: () => new Generator(1),
  Linear: () => new nn.Linear(3, 2),
  Conv1d: () => new nn.Conv1d(2, 3, 2),
  Conv2d: () => new nn.Conv2d(3, 2, 2),
  MaxPool1d: () => new nn.MaxPool1d(2),
  MaxPool2d: () => new nn.MaxPool2d(2),
  AvgPool1d: () => new nn.AvgPool1d(2),
  AvgPool2d: () => new nn.AvgPool2d(2),
  LayerNorm: () => new nn.LayerNorm(3),
  RMSNorm: () => new nn.RMSNorm(3),
  BatchNorm1d: () => new nn.BatchNorm1d(3),
  BatchNorm2d: () => new nn.BatchNorm2d(3),
  Embedding: () => new nn.Embedding(4, 2),
  LSTM: () => new nn.LSTM(3, 2),
  Dropout: () => new nn.Dropout(0.5),
  Flatten: () => new nn.Flatten(),
  ReLU: () => new nn.ReLU(),
  GELU: () => new nn.GELU(),
  Sequential: () => new nn.Sequential(new nn.Linear(3, 2)),
  SGD: () => new tapelab.optim.SGD(new nn.Linear(3, 2).parameters(), { lr: 0.1 }),
  Adam: () => new tapelab.optim.Adam(new nn.Linear(3, 2).parameters()),
  DataLoader: () => new tapelab.data.DataLoader(new tapelab.data.TensorDataset(tapelab.ones([4, 2]))),
  TensorDataset: () => new tapelab.data.TensorDataset(tapelab.ones([4, 2])),
  Table: () => tapelab.data.parseCSV("a,b\n1,2\n"),
  GradientTape: () => new autograd.GradientTape({ persistent: true }),
  Parameter: () => new nn.Parameter(tensor([1, 2])),
};

/** Not called here: they set something that lasts, end something that others set, read files, or are base classes and errors. */
const skipped =
  /(^|\.)(read[A-Z]\w*|write[A-Z]\w*|recover|enterDualLevel|exitDualLevel|setDetectAnomaly|setNumThreads|setWatch|setVariables|watchGrowth|reportGrowth|onRecord|onGradient|setLazyMode|Node|AccumulateGrad|FunctionContext|ImageFolder|Module|Optimizer|Function|Stopped|\w+Error|Op|TensorOp|TensorTupleOp|Value|ValuesIndices|MantissaExponent|TensorTuple)$/;

/** Methods that only the base class calls. */
const isProtected = /^(constructor|update|updateRows|initialState|groupAt|stateOf|takeStep|closedForm|setLr|run|next)$/;

function targetsOf(space: Readonly<Record<string, unknown>>, path: string): Target[] {
  return Object.entries(space).flatMap(([name, value]): Target[] => {
    const at = path === "" ? name : `${path}.${name}`;
    if (isNamespace(value)) return targetsOf(value, at);
    if (typeof value !== "function" || skipped.test(at)) return [];
    if (!isClass(value))
      return [{ name, owner: name, path: at, call: (args) => (value as (...a: unknown[]) => unknown)(...args) }];
    const made: Target = { name, owner: name, path: `new ${at}`, call: (args) => new value(...args) };
    const make = path.startsWith("needle") ? undefined : instances[name];
    return make === undefined ? [made] : [made, ...methodsOf(name, at, value, make)];
  });
}

/** Returns the methods and setters of a class and of its base classes. */
function methodsOf(owner: string, path: string, value: new () => object, make: () => unknown): Target[] {
  const found = new Map<string, Target>();
  for (let p: unknown = value.prototype; p !== Object.prototype; p = Object.getPrototypeOf(p))
    for (const [name, d] of Object.entries(Object.getOwnPropertyDescriptors(p as object))) {
      if (isProtected.test(name) || found.has(name)) continue;
      if (typeof d.value === "function")
        found.set(name, { name, owner, path: `${path}.${name}`, call: (args) => (make() as Methods)[name](...args) });
      else if (d.set !== undefined)
        found.set(name, {
          name,
          owner,
          path: `${path}.${name} =`,
          call: ([x]) => Reflect.set(make() as object, name, x),
        });
    }
  return [...found.values()];
}

const targets = targetsOf(tapelab, "");

const show = (x: unknown): string => {
  if (x instanceof tapelab.Tensor) return `tensor${JSON.stringify(x.shape)} ${x.dtype}`;
  if (Array.isArray(x)) return `[${x.map(show).join(", ")}]`;
  if (typeof x === "function") return `function ${x.toString().slice(0, 40)}`;
  if (typeof x === "string") return JSON.stringify(x);
  if (typeof x === "object" && x !== null) {
    try {
      return `${Object.prototype.toString.call(x)} {${Object.keys(x).slice(0, 4).join(", ")}}`;
    } catch {
      return "object";
    }
  }
  return typeof x === "bigint" ? `${x}n` : String(x);
};

/** Whether the message begins with the called function or its class. Errors of sequences, functional calls and `skipInit` name the layer. */
const namesTarget = (error: Error, { name, owner }: Target): boolean =>
  error instanceof tapelab.GradError ||
  error instanceof tapelab.MemoryError ||
  ["Sequential", "functionalCall", "skipInit"].includes(owner) ||
  [name, owner].some((n) => error.message.toLowerCase().startsWith(n.toLowerCase()));

/** Returns the frames of the engine in an error's stack. */
const frames = (error: Error): string =>
  (error.stack ?? "")
    .split("\n")
    .filter((line) => line.includes("engine/src"))
    .slice(0, 3)
    .map((line) => line.replace(/.*engine\/src/, ""))
    .join(" < ");

/** Returns the fault of an error that a call threw, or `null`. */
function faultOf(error: unknown, target: Target): string | null {
  if (error instanceof OwnError) return null;
  if (!(error instanceof Error)) return `threw ${show(error)}`;
  if (!refusals.some((kind) => error instanceof kind)) return `${error.name}: ${error.message} ${frames(error)}`;
  return namesTarget(error, target) ? null : `names another function: ${error.message}`;
}

/** Returns the fault of a call, or `null`. */
async function fault(target: Target, args: readonly unknown[]): Promise<string | null> {
  const given = args.flatMap((x) => (x instanceof tapelab.Tensor ? [x] : []));
  const versions = given.map((t) => t.version);
  let wrong: string | null = null;
  try {
    const result = target.call(args) as { remove?: () => void } | null | undefined;
    // with an async body a mode lasts until its promise is settled
    if (result instanceof Promise) await result;
    if (typeof result?.remove === "function") result.remove();
    if (target.name === "setGradEnabled") tapelab.setGradEnabled(true);
  } catch (error) {
    wrong = faultOf(error, target);
  }
  if (!isGradEnabled() || isInferenceModeEnabled() || autograd.isAnomalyEnabled()) wrong ??= "left a mode on";
  if (!/_$|incrementVersion|clipGrad/.test(target.name) && given.some((t, i) => t.version !== versions[i]))
    wrong ??= "changed an operand";
  return wrong;
}

test("the whole public interface is called", () => {
  expect(targets.length).toBeGreaterThan(400);
});

test("wrong arguments raise errors that name the function, and change neither modes nor operands", async () => {
  const faults = new Map<string, string>();
  for (const target of targets)
    for (let i = 0; i < rounds; i++) {
      const args = Array.from({ length: random.integer(0, 5) }, argument);
      const wrong = await fault(target, args);
      if (wrong === null) continue;
      const kind = `${target.path} ${wrong.slice(0, 30)}`;
      if (!faults.has(kind)) faults.set(kind, `${target.path}(${args.map(show).join(", ")}): ${wrong}`);
    }
  expect(tapelab.randn([2]).shape, "random numbers are refused outside of vmap").toEqual([2]);
  expect([...faults.values()].join("\n")).toBe("");
}, 600_000);
