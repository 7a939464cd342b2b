/**
 * Breakpoints on the tape. The main thread stops where the engine says so: it asks the wire worker, which answers when V8's debugger is ready or no front end is
 * there, and then runs into a `debugger` statement. The wire worker serves the pause, and calls the functions of `services` through the inspector.
 */
import { randomUUID } from "node:crypto";
import vm from "node:vm";
import type { host } from "tapelab";
import type { BreakpointSpec, StopData, StopOutcome, StopVerb } from "tapelab/view";
import { stopOutput } from "tapelab/view";
import type { MainToWire } from "../../shared/messages.ts";
import { mayStop, stopScript } from "../../shared/tape-stops.ts";
import { active } from "../execution/cancel-scope.ts";
import { currentExecution, type Execution } from "../execution/execution.ts";
import { publish } from "../output/streams.ts";

type Engine = typeof host;
type Stop = Parameters<host.StopHandler>[0];

/** Pauses in V8's debugger, if that is enabled. A script of its own, as code of the kernel is skipped by the debugger. */
const pause = vm.runInThisContext("(function () { debugger; })", { filename: stopScript }) as () => void;

/** The display of an execution that keeps its last stop. */
interface Record {
  readonly display: string;
  /** Whether the display is in the output. */
  isShown: boolean;
  count: number;
  /** Breakpoints that a note was written of, as no front end was there. */
  readonly passed: Set<string>;
}

/** Dependencies of the breakpoints. */
export interface BreakpointsContext {
  readonly host: Engine;
  readonly send: (message: MainToWire) => void;
  /** Answers whether to stop: `mayStop` or `mayPass`, with a notification. */
  readonly answer: Int32Array;
  /** Returns the front end's id of the cell that runs; `null` where there is none. */
  readonly runningCell: () => string | null;
}

/** Names of globals for expressions at a stop. */
const names = ["$result", "$results", "$inputs", "$gradients"] as const;

/** The breakpoints of the kernel. */
export class TapeBreakpoints {
  readonly #context: BreakpointsContext;
  readonly #records = new WeakMap<Execution, Record>();
  #stop: Stop | null = null;
  #verb: StopVerb | null = null;
  #isExpired = false;
  #count = 0;

  constructor(context: BreakpointsContext) {
    this.#context = context;
    const { host, send } = context;
    host.setStopHandler((stop) => this.#at(stop));
    host.observeBreakpoints(() => send({ kind: "breakpoints", breakpoints: host.listBreakpoints() }));
  }

  /** Prepares for a cell: a step does not end in it, and the breakpoints that it has set before are removed. */
  beforeCell(id: string | null): void {
    this.#context.host.endStep();
    if (id !== null) this.#context.host.removeBreakpointsOf(id);
  }

  /** Functions that the wire worker calls through the inspector, while the main thread is stopped or runs. */
  readonly services: {
    readonly set: (specs: readonly BreakpointSpec[]) => void;
    readonly enable: (id: string, enabled: boolean) => void;
    readonly remove: (id: string) => void;
    readonly go: (verb: StopVerb, isExpired: boolean) => void;
    readonly replace: (index: number, value: unknown) => unknown;
  } = {
    set: (specs) => this.#context.host.setFrontEndBreakpoints(specs),
    enable: (id, enabled) => {
      const breakpoint = this.#context.host.allBreakpoints().find((b) => b.id === id);
      if (enabled) breakpoint?.enable();
      else breakpoint?.disable();
    },
    remove: (id) =>
      this.#context.host
        .allBreakpoints()
        .find((b) => b.id === id)
        ?.remove(),
    go: (verb, isExpired) => {
      [this.#verb, this.#isExpired] = [verb, isExpired];
    },
    replace: (index, value) => {
      const stop = this.#stop;
      if (stop === null) throw new Error("the program is not stopped");
      this.#context.host.replaceValue(stop, index, value);
      return stop.values[index];
    },
  };

  /** Stops at an event; returns how to go on, or `null` where the program does not stop: in code of the kernel. */
  #at(stop: Stop): host.StopCommand | null {
    const execution = currentExecution();
    const { event, breakpoints } = stop;
    if (execution === undefined || (event.phase === "forward" && isForeign(event.callSite))) return null;
    // `finally` blocks after an interrupt
    if (execution.scope.phase !== active) return "continue";
    const record = this.#recordOf(execution);
    if (this.#mayStop(stop, execution, record)) return this.#stopped(stop, execution, record);
    const isNew = breakpoints.some(({ id }) => !record.passed.has(id));
    for (const { id } of breakpoints) record.passed.add(id);
    if (isNew) this.#leave(stop, execution, record, "passed");
    return "continue";
  }

  #recordOf(execution: Execution): Record {
    const known = this.#records.get(execution);
    if (known !== undefined) return known;
    const record: Record = { display: randomUUID(), isShown: false, count: 0, passed: new Set() };
    this.#records.set(execution, record);
    return record;
  }

  /** Asks the wire worker whether to stop, and waits for the answer. */
  #mayStop(stop: Stop, execution: Execution, record: Record): boolean {
    const { host, send, answer, runningCell } = this.#context;
    const data = this.#encode(stop, record.count + 1, "stopped");
    Atomics.store(answer, 0, 0);
    send({
      kind: "stop",
      parent: execution.parent,
      cellId: runningCell() ?? cellOf(stop),
      data,
      timeout: host.breakTimeout(),
    });
    while (Atomics.load(answer, 0) === 0) Atomics.wait(answer, 0, 0);
    return Atomics.load(answer, 0) === mayStop;
  }

  /** Waits in the debugger until the wire worker has the program go on. */
  #stopped(stop: Stop, execution: Execution, record: Record): host.StopCommand {
    this.#count++;
    record.count++;
    [this.#stop, this.#verb, this.#isExpired] = [stop, null, false];
    expose(stop);
    pause();
    this.#stop = null;
    for (const name of names) delete (globalThis as { [name: string]: unknown })[name];
    const verb = this.#takeVerb();
    const outcome = this.#isExpired ? "expired" : verb === "abort" ? "aborted" : "continued";
    this.#context.send({ kind: "ranOn", outcome, isStep: verb !== "continue" && verb !== "abort" });
    this.#leave(stop, execution, record, outcome);
    return verb;
  }

  /** Returns the way in which the program is to go on; `continue` after a pause that V8 has skipped, or another debugger has ended. */
  #takeVerb(): StopVerb {
    const verb = this.#verb;
    this.#verb = null;
    return verb ?? "continue";
  }

  #encode(stop: Stop, count: number, outcome: StopOutcome): StopData {
    return this.#context.host.encodeStop(stop, { stop: this.#count + 1, count, outcome });
  }

  /** Leaves the last stop in the output of the execution. */
  #leave(stop: Stop, execution: Execution, record: Record, outcome: StopOutcome): void {
    if (execution.capture !== undefined) return;
    const data = { ...this.#encode(stop, record.count, outcome), stop: this.#count };
    const content = { data: stopOutput.bundle(data), metadata: {}, transient: { display_id: record.display } };
    const isNote = outcome === "passed";
    const isNew = isNote || !record.isShown;
    if (!isNote) record.isShown = true;
    publish(
      this.#context.send,
      execution,
      isNew ? "display_data" : "update_display_data",
      isNote ? { ...content, transient: {} } : content,
    );
  }
}

/** Whether an op was called by no line of the program, as for a display of the kernel. */
const isForeign = (site: Stop["event"]["callSite"]): boolean =>
  site === null || (site.resolve() === null && (site.stack?.() ?? []).length === 0);

/** Returns the cell of the outermost call that led to a stop. */
function cellOf({ event: { callSite } }: Stop): string | null {
  const frames = callSite?.stack?.() ?? [];
  return frames.at(-1)?.cellId ?? callSite?.resolve()?.cellId ?? null;
}

/** Makes the tensors of a stop globals, for expressions. */
function expose(stop: Stop): void {
  const { inputs, gradients } = stop.event;
  const values: Readonly<{ [name in (typeof names)[number]]: () => unknown }> = {
    $result: () => stop.values.find((t) => t !== null),
    $results: () => stop.values,
    $inputs: () => inputs,
    $gradients: () => gradients,
  };
  for (const name of names)
    Object.defineProperty(globalThis, name, { get: values[name], configurable: true, enumerable: false });
}
