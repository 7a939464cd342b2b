/** The breakpoints of a notebook: those that the person has set here, which are kept with the path of the notebook, those of its code, and the stop of its program. */
import type { NotebookPanel } from "@jupyterlab/notebook";
import type { IStateDB } from "@jupyterlab/statedb";
import type { JSONObject, ReadonlyJSONValue } from "@lumino/coreutils";
import { type ISignal, Signal } from "@lumino/signaling";
import {
  type BreakpointData,
  type BreakpointSpec,
  type BreakpointsMessage,
  type BreakpointsRequest,
  breakpointsTarget,
  type StopAnswer,
  type StopOutcome,
  type StopVerb,
  specText,
} from "tapelab/view";
import type { CodeLine } from "./jump.js";
import type { Absence, KernelLink, Link } from "./link.js";

/** A stop of the notebook's program. */
export type StopMessage = Extract<BreakpointsMessage, { readonly kind: "stopped" }>;

/** Milliseconds between signs of life while the program is stopped. */
const aliveMs = 5000;

/** The part that has changed: the list of breakpoints, or the stop. */
export type BreakpointsEvent = "list" | "stop";

/** A row of the list: a breakpoint of this page or of the code. */
export type ListedBreakpoint = Pick<
  BreakpointData,
  "id" | "text" | "phase" | "enabled" | "isFromCode" | "setAt" | "error"
> & {
  /** `null` while no kernel counts. */
  readonly hits: number | null;
  /** The line of a cell that it belongs to; `null` for one without, and for those of the code. */
  readonly line: CodeLine | null;
};

/** The part of a notebook's breakpoints that views use. */
export interface Breakpoints {
  readonly changed: ISignal<Breakpoints, BreakpointsEvent>;
  readonly list: readonly ListedBreakpoint[];
  readonly specs: readonly BreakpointSpec[];
  readonly stop: StopMessage | null;
  /** The last way in which the program went on. */
  readonly outcome: StopOutcome | null;
  add(spec: Omit<BreakpointSpec, "id" | "enabled">): void;
  setEnabled(id: string, enabled: boolean): void;
  remove(id: string): void;
  go(how: StopVerb): void;
  evaluate(frame: number, code: string): Promise<StopAnswer>;
  replace(frame: number, index: number, code: string): Promise<StopAnswer>;
}

/** Returns the line that a breakpoint belongs to. */
function lineOf({ cell, line }: BreakpointSpec): CodeLine | null {
  if (cell === undefined || line === undefined) return null;
  const ref = typeof cell === "string" ? { cellId: cell, count: null } : { cellId: null, count: cell };
  return { ...ref, line, column: 1 };
}

/** The breakpoints of the notebook in a panel. */
export class NotebookBreakpoints implements Breakpoints {
  readonly #panel: NotebookPanel;
  readonly #state: IStateDB | null;
  readonly #changed = new Signal<this, BreakpointsEvent>(this);
  readonly #link: Link;
  readonly #answers = new Map<number, (answer: StopAnswer) => void>();
  #specs: readonly BreakpointSpec[] = [];
  /** The kernel's list; `null` while there is none. */
  #listed: readonly BreakpointData[] | null = null;
  #stop: StopMessage | null = null;
  #outcome: StopOutcome | null = null;
  #requests = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(panel: NotebookPanel, link: KernelLink, state: IStateDB | null) {
    this.#panel = panel;
    this.#state = state;
    this.#link = link(
      breakpointsTarget,
      {},
      {
        onMessage: (data) => this.#receive(data as unknown as BreakpointsMessage),
        onAbsent: (why) => this.#lost(why),
      },
    );
    void this.#restore();
    panel.context.pathChanged.connect(() => this.#keep());
    panel.disposed.connect(() => {
      clearInterval(this.#timer);
      this.#link.close();
      Signal.clearData(this);
    });
  }

  get changed(): ISignal<this, BreakpointsEvent> {
    return this.#changed;
  }

  get specs(): readonly BreakpointSpec[] {
    return this.#specs;
  }

  get list(): readonly ListedBreakpoint[] {
    const listed = new Map(this.#listed?.map((b) => [b.id, b]));
    const own = this.#specs.map((spec): ListedBreakpoint => {
      const { hits = null, error = null } = listed.get(spec.id) ?? {};
      const { id, phase, enabled } = spec;
      return {
        id,
        text: specText(spec),
        phase,
        enabled,
        isFromCode: false,
        setAt: "",
        error,
        hits,
        line: lineOf(spec),
      };
    });
    const others = (this.#listed ?? []).filter(({ isFromCode }) => isFromCode);
    return [...own, ...others.map((b) => ({ ...b, line: null }))];
  }

  get stop(): StopMessage | null {
    return this.#stop;
  }

  get outcome(): StopOutcome | null {
    return this.#outcome;
  }

  add(spec: Omit<BreakpointSpec, "id" | "enabled">): void {
    this.#set([...this.#specs, { ...spec, id: `page-${crypto.randomUUID()}`, enabled: true }]);
  }

  setEnabled(id: string, enabled: boolean): void {
    if (this.#specs.some((spec) => spec.id === id))
      this.#set(this.#specs.map((spec) => (spec.id === id ? { ...spec, enabled } : spec)));
    else this.#send({ kind: "enable", id, enabled });
  }

  remove(id: string): void {
    if (this.#specs.some((spec) => spec.id === id)) this.#set(this.#specs.filter((spec) => spec.id !== id));
    else this.#send({ kind: "remove", id });
  }

  go(how: StopVerb): void {
    if (this.#stop !== null) this.#send({ kind: "go", stop: this.#stop.data.stop, how });
  }

  evaluate(frame: number, code: string): Promise<StopAnswer> {
    return this.#ask((request, stop) => ({ kind: "evaluate", request, stop, frame, code }));
  }

  replace(frame: number, index: number, code: string): Promise<StopAnswer> {
    return this.#ask((request, stop) => ({ kind: "replace", request, stop, frame, index, code }));
  }

  #ask(message: (request: number, stop: number) => BreakpointsRequest): Promise<StopAnswer> {
    const { stop } = this.#stop?.data ?? {};
    if (stop === undefined) return Promise.resolve({ status: "error", message: "the program is not stopped" });
    const request = ++this.#requests;
    this.#send(message(request, stop));
    return new Promise((resolve) => this.#answers.set(request, resolve));
  }

  #send(request: BreakpointsRequest): void {
    this.#link.send(request as unknown as JSONObject);
  }

  get #key(): string {
    return `tapelab:breakpoints:${this.#panel.context.path}`;
  }

  /** Reads the breakpoints that were kept. */
  async #restore(): Promise<void> {
    await this.#panel.context.ready;
    const kept = (await this.#state?.fetch(this.#key)) ?? null;
    if (!Array.isArray(kept) || this.#specs.length > 0) return;
    this.#specs = kept;
    this.#sendSpecs();
    this.#changed.emit("list");
  }

  #set(specs: readonly BreakpointSpec[]): void {
    this.#specs = specs;
    this.#keep();
    this.#sendSpecs();
    this.#changed.emit("list");
  }

  /** Keeps the breakpoints with the path of the notebook. */
  #keep(): void {
    void this.#state?.save(this.#key, this.#specs as unknown as ReadonlyJSONValue);
  }

  #sendSpecs(): void {
    this.#send({ kind: "set", breakpoints: this.#specs });
  }

  #receive(message: BreakpointsMessage): void {
    switch (message.kind) {
      case "breakpoints": {
        // the first message of a kernel that this page has just connected to
        const isNew = this.#listed === null;
        this.#listed = message.breakpoints;
        if (isNew && this.#specs.length > 0) this.#sendSpecs();
        this.#changed.emit("list");
        break;
      }
      case "stopped":
        this.#setStop(message);
        break;
      case "running":
        if (this.#stop !== null && (message.stop === -1 || message.stop === this.#stop.data.stop)) {
          this.#outcome = message.outcome;
          this.#setStop(null);
        }
        break;
      case "answer":
        this.#answers.get(message.request)?.(message.answer);
        this.#answers.delete(message.request);
    }
  }

  #setStop(stop: StopMessage | null): void {
    this.#stop = stop;
    clearInterval(this.#timer);
    if (stop !== null) this.#timer = setInterval(() => this.#send({ kind: "alive" }), aliveMs);
    else
      for (const [request, resolve] of this.#answers) {
        resolve({ status: "error", message: "the program runs on" });
        this.#answers.delete(request);
      }
    this.#changed.emit("stop");
  }

  /** Notes that there is no kernel, or that it has been restarted. */
  #lost(_why: Absence): void {
    this.#listed = null;
    if (this.#stop !== null) this.#setStop(null);
    this.#changed.emit("list");
  }
}
