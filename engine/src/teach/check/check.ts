/** The object `check` with all checks, for a given context. */
import type { CheckData } from "../../protocol/index.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { progressHtml, progressText } from "../../view/check/progress.ts";
import { element, escapeText } from "../../view/shared/markup.ts";
import { isInteger } from "./builtins.ts";
import { type CloseOptions, checkClose, checkShape } from "./close.ts";
import { failureOf, hinted, hintList, type OwnHints } from "./failure.ts";
import { checkBackward, checkGrad } from "./gradients.ts";
import type { CheckHost } from "./host.ts";
import { checkMemory, type MemoryOptions } from "./memory.ts";
import { Parts } from "./parts.ts";
import { wordsOf } from "./plain.ts";
import { Progress } from "./progress.ts";
import { Random, seedOf } from "./random.ts";
import { type ArgumentMaker, checkSame, type SameOptions } from "./same.ts";
import { type Shareable, sharedTensors } from "./shared.ts";
import { checkTapeOf, type TapeOptions } from "./tape.ts";
import { checkThrows, type ExpectedError } from "./throws.ts";
import { checkTrains, type Trainable, type TrainingData, type TrainsOptions } from "./training.ts";

/** Nothing for a function that returns at once, and a promise for an async one. */
export type Settled<R> = [R] extends [never] ? void : R extends PromiseLike<unknown> ? Promise<void> : void;

/** Hints of the instructor, which come before those that are chosen by the failure. */
export interface HintOptions {
  /** A hint, or several from the general to the concrete, which `check.hint(n)` shows one by one. */
  readonly hint?: OwnHints;
}

/** The checks. Each returns `undefined`, or throws a CheckError whose message says what was expected, what came, and a hint. */
export interface Check {
  /**
   * Compares numbers, tensors, lists and plain objects. NaN equals nothing, and an infinite number itself alone.
   * @example check.close(tensor([1, 2]).mul(2), [2, 4]);
   */
  close(actual: unknown, expected: unknown, options?: CloseOptions & HintOptions): void;
  /** Compares the shape of a tensor or of nested lists. @example check.shape(tensor([[1, 2, 3]]), [1, 3]); */
  shape(actual: unknown, shape: readonly number[], options?: HintOptions): void;
  /**
   * Compares the gradients of a function of tensors with central differences, in double precision, and names the op whose gradient is wrong.
   * @example check.grad((x: Tensor) => x.mul(x).sum(), tensor([1, 2]));
   */
  grad(f: (...inputs: Tensor[]) => unknown, ...inputs: readonly Tensor[]): void;
  /**
   * Compares the gradient rule of an op of the program with central differences: of a subclass of `autograd.Function`, of one of needle's ops, or of a function. Without
   * inputs, some are made up.
   */
  backward(op: unknown, ...inputs: readonly Tensor[]): void;
  /**
   * Compares a function with a reference on random arguments, and shows the simplest ones for which they differ. Arguments are copied for each call. Where the reference
   * throws, the function must throw too.
   * @example check.same((a: number) => a + a, (a: number) => 2 * a, (random) => [random.integer(-9, 9)]);
   */
  same(
    f: (...args: never[]) => unknown,
    reference: (...args: never[]) => unknown,
    generator: ArgumentMaker,
    options?: SameOptions & HintOptions,
  ): void;
  /** Checks which ops are on the tape of a tensor, and how many. @example check.tape(tensor([2], { requiresGrad: true }).mul(3), { uses: "mul", nodes: "< 3" }); */
  tape(value: unknown, options: TapeOptions & HintOptions): void;
  /** Trains a module on classes, or runs a function that trains one, and checks the accuracy. */
  trains(
    model: Trainable | ((data: Pick<TrainingData, "x" | "y">) => unknown),
    data: TrainingData,
    options: TrainsOptions & HintOptions,
  ): void;
  /** Checks that a function throws an error of a class. Of an async function, it returns a promise. @example check.throws(() => tensor([1]).reshape(3), ShapeError); */
  throws<R>(f: () => R, expected?: ExpectedError, options?: HintOptions): Settled<R>;
  /** Checks that neither the memory of tensors nor the graph of recorded ops grows from step to step. */
  memory(step: () => unknown, options?: MemoryOptions & HintOptions): void;
  /** Runs a part that is worth points: all of them where the body returns, none where it throws. Of an async body, it returns a promise. Its hints are for all that fails in it. */
  part<R>(name: string, points: number, body: () => R, options?: HintOptions): Settled<R>;
  /** Returns the points of the parts since the last call, as the last value of a cell. */
  points(): number;
  /** Shows the n-th hint for the last check that failed, from 1. */
  hint(n?: number): void;
  /** Begins an exercise, anew if it was begun before: the checks and parts that follow count for it. @example check.exercise("1. Softmax"); */
  exercise(name: string): void;
  /** Shows what has passed in each exercise so far. It stays in this session: nothing is stored or sent. */
  progress(): void;
  /** Returns random values for inputs, which depend on the student's id and the name. @example check.random("task 1").tensor([2, 3]).shape; // [2, 3] */
  random(name: string): Random;
  /** Sets the id from which inputs are made. A grader sets its own, which this does not change. */
  student(id: string): void;
  /**
   * Marks tensors that the program under test is to change in place: those given, and those in lists, records and modules (their parameters and buffers). Returns the first
   * argument. A grader sends their elements and gradients back after each call.
   * @throws ArgumentError for anything else.
   */
  shared<T extends Shareable>(first: T, ...others: readonly Shareable[]): T;
}

/** The parts that differ between a program and a grader. */
export interface CheckSettings {
  readonly host: CheckHost;
  /** Marks tensors as shared; nothing where student and check are one program. */
  readonly share?: (tensors: readonly Tensor[]) => void;
}

/** Returns the n-th hint for a failure, from 1. */
function hintText({ check, hints }: CheckData, n: number): string {
  const all = hints.length === 0 ? ["Compare what was expected with what came, element by element."] : hints;
  const hint = all[n - 1];
  return hint === undefined
    ? `${check} has ${all.length === 1 ? "one hint" : `${all.length} hints`}.`
    : `Hint ${n} of ${all.length}: ${hint}`;
}

/** Returns the checks. */
export function createCheck({ host, share }: CheckSettings): Check {
  const progress = new Progress();
  const parts = new Parts({
    ...host,
    part: (result) => {
      progress.part(result);
      host.part(result);
    },
  });
  const note = (name: string, failure: CheckData | null): void => {
    progress.ran(failure);
    host.ran(name, failure);
  };
  let last: CheckData | null = null;
  let id = host.id;
  let draws = 0;
  const ran = <T>(name: string, options: HintOptions | undefined, body: () => T): T => {
    const own = hintList(name, options?.hint);
    const fail = (thrown: unknown): never => {
      const error = hinted(thrown, own);
      if (!(error instanceof ArgumentError)) {
        last = failureOf(name, error);
        note(name, last);
      }
      throw error;
    };
    try {
      const result = body();
      if (result instanceof Promise) return result.then(() => note(name, null), fail) as T;
      note(name, null);
      return result;
    } catch (error) {
      return fail(error);
    }
  };
  const seed = (name: string): number => seedOf(`${id}/${name}`);
  return Object.freeze<Check>({
    close: (actual, expected, options) => ran("check.close", options, () => checkClose(actual, expected, options)),
    shape: (actual, shape, options) => ran("check.shape", options, () => checkShape(actual, shape)),
    grad: (f, ...inputs) => ran("check.grad", {}, () => checkGrad(host, f, inputs)),
    backward: (op, ...inputs) =>
      ran("check.backward", {}, () => checkBackward(host, new Random(seed(`backward ${draws++}`)), op, inputs)),
    same: (f, reference, generator, options) =>
      ran("check.same", options, () => checkSame(seed(`same ${draws++}`), f, reference, generator, options)),
    tape: (value, options) => ran("check.tape", options, () => checkTapeOf(host, value, options)),
    trains: (model, data, options) => ran("check.trains", options, () => checkTrains(host, model, data, options)),
    throws: <R>(f: () => R, expected?: ExpectedError, options?: HintOptions) =>
      ran("check.throws", options, () => checkThrows(f, expected) as Settled<R>),
    memory: (step, options) => ran("check.memory", options, () => checkMemory(host, step, options)),
    part: <R>(name: string, points: number, body: () => R, options?: HintOptions): Settled<R> => {
      const returned = parts.run(name, points, body, options?.hint);
      const keep = (): void => {
        const failure = parts.results.at(-1)?.failure ?? null;
        if (failure !== null) last = failure;
      };
      if (returned instanceof Promise) return returned.then(keep) as Settled<R>;
      keep();
      return undefined as Settled<R>;
    },
    points: () => parts.take(),
    hint: (n = 1) => {
      if (!isInteger(n) || n < 1)
        throw new ArgumentError("check.hint", `n must be an integer from 1, but got ${wordsOf(n)}`);
      const text = last === null ? "No check has failed." : hintText(last, n);
      host.show({ "text/plain": text, "text/html": element("p", {}, escapeText(text)) });
      return undefined;
    },
    exercise: (name) => progress.begin(name),
    progress: () => {
      const exercises = progress.list();
      host.show({ "text/plain": progressText(exercises), "text/html": progressHtml(exercises) });
      return undefined;
    },
    random: (name) => {
      if (typeof name !== "string")
        throw new ArgumentError("check.random", `expected a name, but got ${wordsOf(name)}`);
      return new Random(seed(name));
    },
    student: (given) => {
      if (typeof given !== "string")
        throw new ArgumentError("check.student", `expected an id, but got ${wordsOf(given)}`);
      if (host.id === "") id = given;
    },
    shared: (first, ...others) => {
      const tensors = sharedTensors([first, ...others]);
      share?.(tensors);
      return first;
    },
  });
}
