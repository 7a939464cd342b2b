/** The sandbox of one notebook over time: when it ends, it is started again, and the cells that worked run again. */
import type { Tensor } from "tapelab";
import type { Isolation } from "./isolation.ts";
import { type Limits, SandboxEnded, SandboxProcess } from "./process.ts";
import { Remote } from "./remote.ts";
import type { Watchdog } from "./watchdog.ts";

/** A compiled cell. */
interface CompiledCell {
  readonly code: string;
  readonly name: string;
  readonly isAsync: boolean;
}

/** The settings of a session. */
export interface SessionSettings {
  readonly isolation: Isolation;
  readonly watchdog: Watchdog;
  readonly limits: Limits;
  readonly data: string | null;
}

/** The calls of a test took too long together. */
export class TestTimeout extends Error {
  override readonly name: string = "TestTimeout";
}

/** Calls of a notebook that are examined, and the seconds that its cells may have taken for it, as they run again. */
const maxExamined = 8;
const maxCellSeconds = 5;

/** The number of times that a function may end the sandbox before it is not called any more. */
const maxEnds = 2;

/** A session. */
export class Session {
  readonly #settings: SessionSettings;
  readonly #cells: CompiledCell[] = [];
  readonly #ends = new Map<string, { count: number; readonly message: string }>();
  readonly #shared: Map<number, Tensor> = new Map();
  #withheld: readonly string[] = [];
  #running: { readonly process: SandboxProcess; readonly remote: Remote } | null = null;
  #ended = false;
  #testEnds = Infinity;
  #cellSeconds = 0;
  /** Words of the cells. */
  readonly #words = new Set<string>();
  #examined = 0;

  constructor(settings: SessionSettings) {
    this.#settings = settings;
  }

  /** Tensors that tests share with the submission. */
  share(tensors: readonly Tensor[]): void {
    for (const t of tensors) if (![...this.#shared.values()].includes(t)) this.#shared.set(this.#shared.size + 1, t);
  }

  /** Begins a test, whose calls have the time of a test together. `withheld`: ops that the engine of the submission lacks meanwhile. */
  beginTest(withheld: readonly string[]): void {
    this.#withhold(withheld);
    this.#testEnds = performance.now() + 1000 * this.#settings.limits.test;
  }

  /** Returns the seconds that a call may take. @throws if the test took too long, so that a loop of it that asks a wrong answer again and again ends */
  #callSeconds(): number {
    const { call, test } = this.#settings.limits;
    const left = (this.#testEnds - performance.now()) / 1000;
    if (left <= 0) throw new TestTimeout(`the test took longer than ${test} s`);
    return Math.min(call, left);
  }

  #withhold(names: readonly string[]): void {
    if (names.join() === this.#withheld.join()) return;
    this.#withheld = names;
    this.#stop();
  }

  /** Returns a name if it is a word of the cells: the process of the submission may give its functions any other name, such as the arguments of a hidden test. */
  #shownName(name: string): string {
    return this.#words.has(name) ? name : "call";
  }

  #stop(): void {
    this.#running?.process.close();
    this.#running = null;
    this.#ended = false;
  }

  /** The connection to a sandbox in which the cells have run. */
  get remote(): Remote {
    if (this.#ended) this.#stop();
    return this.#running?.remote ?? this.#start();
  }

  #start(): Remote {
    const { isolation, watchdog, limits, data } = this.#settings;
    const process = new SandboxProcess(isolation, watchdog, limits, data, this.#withheld);
    const remote = new Remote({
      process,
      callSeconds: () => this.#callSeconds(),
      shared: this.#shared,
      shownName: (name) => this.#shownName(name),
      watch: {
        before: (name) => {
          const known = this.#ends.get(name);
          if (known !== undefined && known.count >= maxEnds)
            throw new SandboxEnded(null, `${known.message}; it is not called again`);
        },
        ended: (name, message) => {
          this.#ended = true;
          const count = (this.#ends.get(name)?.count ?? 0) + 1;
          this.#ends.set(name, { count, message });
        },
      },
    });
    this.#running = { process, remote };
    for (const cell of this.#cells.slice())
      try {
        remote.cell(cell.code, cell.name, cell.isAsync, limits.cell);
      } catch (error) {
        if (!(error instanceof SandboxEnded)) continue;
        // it ran before, but not now
        this.#cells.splice(this.#cells.indexOf(cell), 1);
        this.#stop();
        return this.#start();
      }
    remote.takePrinted();
    return remote;
  }

  /**
   * Examines the call that a node of the judge's tape is, in a sandbox of its own: one that has seen no argument of another test, and whose end changes nothing. Returns
   * what that sandbox says, and `null` for a node that is no call, or a notebook that takes too long.
   */
  examine(node: object): unknown {
    const running = this.#running?.remote;
    const examination = running === undefined || running.isAnswering ? null : running.examinationOf(node);
    if (examination === null || this.#cellSeconds > maxCellSeconds || this.#examined >= maxExamined) return null;
    this.#examined++;
    const { isolation, watchdog, limits, data } = this.#settings;
    let process: SandboxProcess | null = null;
    try {
      process = new SandboxProcess(isolation, watchdog, limits, data, this.#withheld);
      const watch = { before: () => {}, ended: () => {} };
      const shownName = (name: string): string => this.#shownName(name);
      const other = new Remote({
        process,
        callSeconds: () => this.#callSeconds(),
        shared: new Map(),
        shownName,
        watch,
      });
      for (const { code, name, isAsync } of this.#cells)
        try {
          other.cell(code, name, isAsync, limits.cell);
        } catch (error) {
          if (error instanceof SandboxEnded) throw error;
        }
      return examination(other);
    } catch {
      return null;
    } finally {
      process?.close();
    }
  }

  /** Runs a cell, and returns what it printed and the error that it threw. One that ends the sandbox is left out from then on. */
  run(cell: CompiledCell): { readonly printed: string; readonly error: unknown } {
    this.#testEnds = Infinity;
    for (const [word] of cell.code.matchAll(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu)) this.#words.add(word);
    const { remote } = this;
    remote.takePrinted();
    let error: unknown = null;
    const began = performance.now();
    try {
      remote.cell(cell.code, cell.name, cell.isAsync, this.#settings.limits.cell);
    } catch (thrown) {
      error = thrown;
    }
    this.#cellSeconds += (performance.now() - began) / 1000;
    if (error instanceof SandboxEnded) this.#stop();
    else this.#cells.push(cell);
    return { printed: remote.takePrinted(), error };
  }

  close(): void {
    this.#stop();
  }
}
