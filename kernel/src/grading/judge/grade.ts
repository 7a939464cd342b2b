/** Grades one notebook: runs its cells in the sandbox and the tests of the release here. */
import vm from "node:vm";
import * as engine from "tapelab";
import { type Check, type CheckData, createCheck, type PartResult } from "tapelab/check";
import type { Compiled } from "../../shared/compilation.ts";
import { CompileError, type Compiler } from "./compiler.ts";
import { type FindLine, readExamination, readTapeFacts } from "./examination.ts";
import { lineOnStack, sourceLine } from "./lines.ts";
import {
  type CodeStep,
  forbiddenBy,
  hiddenLines,
  type NotebookFile,
  solutionsOf,
  stepsOf,
  type TestStep,
} from "./notebook.ts";
import { errorOutputs, hiddenOutputs, type Output, partOutput, scoreOutput, stream } from "./outputs.ts";
import type { Limits } from "./process.ts";
import { Scope } from "./scope.ts";
import { scoreOf } from "./score.ts";
import { Session, type SessionSettings } from "./session.ts";

/** A notebook to grade. */
export interface Job {
  readonly submission: NotebookFile;
  /** The instructor's notebook, with hidden tests. */
  readonly release: NotebookFile;
  /** The id from which random inputs are made. */
  readonly student: string;
}

/** The result of a test. */
export interface TestResult {
  readonly id: string;
  readonly points: number;
  readonly score: number;
  readonly outputs: readonly Output[];
  /** The checks that ran, and whether each passed. */
  readonly checks: readonly { readonly check: string; readonly passed: boolean; readonly hint: string | null }[];
}

/** The result of a notebook. */
export interface Grading {
  readonly tests: readonly TestResult[];
  /** Outputs of cells of the submission, by their position in it. */
  readonly cells: readonly { readonly index: number; readonly outputs: readonly Output[] }[];
  readonly log: readonly string[];
}

type CellBody = (exports: object, require: unknown) => unknown;

/** Evaluates compiled code of the release in the judge. */
async function evaluate({ output, isAsync }: Compiled, name: string, exports: object): Promise<void> {
  const wrapped = `(${isAsync ? "async " : ""}function (exports, require) {\n${output}\n})`;
  const body = vm.runInThisContext(wrapped, { filename: name, lineOffset: -1 }) as CellBody;
  await body(exports, (globalThis as { require?: unknown }).require);
}

/** Matches a text that ends in a counter, whose value is no score. */
const counts = /(?:(?:\+\+|--)\s*[\w$.]+|[\w$.\]]\s*(?:\+\+|--))\s*;?\s*$/;

/** Waits until promises that nobody awaits have settled, so that their errors are seen. */
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** Grades one notebook. */
export class Grader {
  readonly #job: Job;
  readonly #session: Session;
  readonly #compiler: Compiler;
  readonly #scope: Scope;
  readonly #log: string[] = [];
  readonly #cells: { index: number; outputs: readonly Output[] }[] = [];
  readonly #tests: TestResult[] = [];
  /** Cells of the submission that compiled, by the names of their code. */
  readonly #compiled = new Map<
    string,
    { readonly compiled: Compiled; readonly source: string; readonly count: number }
  >();
  readonly #report: (test: TestResult) => void;
  #check: Check;

  /** `report` receives the result of each test as soon as it is known. */
  constructor(job: Job, compiler: Compiler, settings: SessionSettings, report: (test: TestResult) => void) {
    this.#job = job;
    this.#report = report;
    this.#session = new Session(settings);
    this.#compiler = compiler;
    this.#check = this.#createCheck([], () => {});
    this.#scope = new Scope(this.#session, () => this.#check, solutionsOf(job.release));
    engine.host.setCellSources({
      read: (name) => {
        const found = this.#compiled.get(name);
        return found === undefined ? null : { name, id: null, count: found.count, code: found.source };
      },
      latest: () => [],
    });
  }

  /** Finds a line of the submission for a line of its code. */
  #findLine: FindLine = (name, line, column) => {
    const found = this.#compiled.get(name);
    if (found === undefined || line < 1 || column < 1) return null;
    const at = sourceLine([line - 1, column - 1], found.compiled.maps);
    if (at === null || at < 1 || at > found.source.split("\n").length) return null;
    return { file: name, id: null, count: found.count, line: at, column: 1 };
  };

  #createCheck(ran: TestResult["checks"][number][], part: (result: PartResult) => void): Check {
    const session = this.#session;
    return createCheck({
      host: {
        id: this.#job.student === "" ? "student" : this.#job.student,
        show: () => {},
        tapeOf: (value) => {
          const sent = session.remote.tape(typeof value === "function" ? (value as () => unknown)() : value);
          return sent === null ? null : readTapeFacts(sent, this.#findLine);
        },
        examine: (node) => readExamination(session.examine(node), this.#findLine),
        memoryAfter: (f, steps) => session.remote.memory(f, steps),
        train: (model, x, y, seconds, lr) => session.remote.train(model, x, y, seconds, lr),
        ran: (check: string, failure: CheckData | null) =>
          ran.push({ check, passed: failure === null, hint: failure?.hints[0] ?? null }),
        part,
      },
      share: (tensors: readonly engine.Tensor[]) => session.share(tensors),
    });
  }

  async run(): Promise<Grading> {
    let count = 0;
    try {
      for (const step of stepsOf(this.#job.submission, this.#job.release)) {
        count++;
        if (step.kind === "test") await this.#test(step, `test-${count}`);
        else await this.#code(step, `cell[${count}]`);
      }
    } finally {
      this.#session.close();
    }
    return { tests: this.#tests, cells: this.#cells, log: this.#log };
  }

  /** Runs a cell of the submission in the sandbox; one of the release also here, for the tests. */
  async #code({ source, index, trusted }: CodeStep, name: string): Promise<void> {
    const outputs: Output[] = [];
    const count = this.#countOf(index);
    if (source.trim() !== "") outputs.push(...this.#submitted(source, name, count, trusted !== null));
    if (index >= 0) this.#cells.push({ index, outputs });
    if (trusted === null) return;
    this.#scope.addRelease(trusted);
    try {
      await evaluate(this.#compiler.compile(`${trusted}\n//! types off`), `release ${name}`, this.#scope.exports);
    } catch {
      // it may need a solution that is not there
    }
  }

  /** Returns the number of a cell among the code cells of the submission, as the notebook numbers them when all are run once; 0 for a cell that it lacks. */
  #countOf(index: number): number {
    return this.#job.submission.cells.slice(0, index + 1).filter((cell) => cell.cell_type === "code").length;
  }

  #submitted(source: string, name: string, count: number, isRelease: boolean): Output[] {
    let compiled: Compiled;
    try {
      compiled = this.#compiler.compile(source);
    } catch (error) {
      if (!(error instanceof CompileError)) throw error;
      return errorOutputs(error);
    }
    this.#compiled.set(name, { compiled, source, count });
    if (!isRelease) this.#scope.addSubmission(source, compiled.names);
    const { printed, error } = this.#session.run({ code: compiled.output, name, isAsync: compiled.isAsync });
    return [...stream(printed), ...(error === null ? [] : errorOutputs(error))];
  }

  #graded(test: TestResult): void {
    this.#tests.push(test);
    this.#report(test);
  }

  async #test(step: TestStep, name: string): Promise<void> {
    const { id, source, points } = step;
    const hidden = hiddenLines(source);
    const checks: TestResult["checks"][number][] = [];
    const parts: PartResult[] = [];
    const shown: Output[] = [];
    let compiled: Compiled | null = null;
    const isHidden = (stack: string): boolean => {
      if (hidden.size === 0) return false;
      const line = compiled === null ? null : lineOnStack(stack, name, compiled);
      return line === null || hidden.has(line);
    };
    this.#check = this.#createCheck(checks, (part) => {
      parts.push(part);
      shown.push(partOutput(part, isHidden(new Error().stack ?? "")));
    });
    this.#session.beginTest(forbiddenBy(source));
    let thrown: { readonly error: unknown } | null = null;
    let value: unknown;
    const fail = (error: unknown): void => {
      thrown ??= { error };
    };
    process.on("unhandledRejection", fail);
    try {
      compiled = this.#compiler.compile(`${source}\n//! types off`);
      await evaluate(compiled, name, this.#scope.exports);
      const { lastExpression } = compiled;
      value = lastExpression === null || counts.test(source) ? undefined : Reflect.get(this.#scope.own, lastExpression);
      await settled();
    } catch (error) {
      fail(error);
    } finally {
      process.off("unhandledRejection", fail);
    }
    const { score, log } = scoreOf({ thrown, value, parts }, points);
    if (log !== null) this.#log.push(`${id}: ${log}`);
    const failure = thrown as { readonly error: unknown } | null;
    if (failure?.error instanceof CompileError)
      this.#log.push(`${id}: the test does not compile: ${failure.error.message}`);
    const stack = failure?.error instanceof Error ? String(failure.error.stack) : "";
    const errors = failure === null ? [] : isHidden(stack) ? hiddenOutputs(failure.error) : errorOutputs(failure.error);
    const rounded = Number(score.toFixed(9));
    this.#graded({
      id,
      points,
      score: rounded,
      checks,
      outputs: [...shown, ...errors, ...(failure === null ? [scoreOutput(rounded)] : [])],
    });
  }
}

/** Returns the limits that a release sets in its metadata (`tapelab: { cell, call, test, memory }`), within those given. */
export function limitsOf({ metadata }: NotebookFile, defaults: Limits): Limits {
  const own = (metadata?.["tapelab"] ?? {}) as Readonly<Record<string, unknown>>;
  const read = (name: keyof Limits): number => {
    const value = Number(own[name]);
    return value > 0 && Number.isFinite(value) ? value : defaults[name];
  };
  return { cell: read("cell"), call: read("call"), test: read("test"), memory: read("memory") };
}
