/**
 * Serves stops at breakpoints on the tape, while the main thread is paused: tells the front ends where the program is, evaluates what they ask for, and has it go on.
 * Front ends connect by a comm, which this worker answers itself, as the main thread may be busy or stopped.
 */
import type {
  BreakpointData,
  BreakpointsMessage,
  BreakpointsRequest,
  StopAnswer,
  StopFrame,
  StopOutcome,
  StopVerb,
} from "tapelab/view";
import type { CommMessage } from "../../shared/jupyter.ts";
import type { MainToWire } from "../../shared/messages.ts";
import { mayPass, mayStop, stopScript, stopsTarget } from "../../shared/tape-stops.ts";
import type { Frame } from "../debugging/frames.ts";
import type { Inspection } from "../debugging/inspection.ts";
import type { DebugSession, Pause, PauseListener } from "../debugging/session.ts";

/** Time after a stop for which V8's debugger stays enabled, as the next stop may follow soon. */
const lingerMs = 1000;

const checkMs = 500;

/** Frames whose variables are sent, and variables of a scope. */
const [maxFrames, maxVariables] = [12, 100];

type StopRequest = Extract<MainToWire, { readonly kind: "stop" }>;
type MainMessage = StopRequest | Extract<MainToWire, { readonly kind: "breakpoints" | "ranOn" }>;

const log = (error: unknown): boolean => process.stderr.write(`${String(error)}\n`);

/** The stops of the main thread. */
export class TapeStops implements PauseListener {
  readonly user = "tape breakpoints";
  readonly #session: DebugSession;
  readonly #inspection: Inspection;
  /** Resolves when the functions of the main thread can be called. */
  readonly #started: Promise<void>;
  readonly #answer: Int32Array;
  readonly #send: (commId: string, data: object) => void;
  readonly #frontEnds = new Set<string>();
  #list: readonly BreakpointData[] = [];
  /** The stop that the main thread asks for, or is at. */
  #stop: StopRequest | null = null;
  /** The stop at which the main thread is paused. */
  #paused: StopRequest | null = null;
  #frames: readonly Frame[] = [];
  /** The message about the stop that front ends have; `null` while there is none. */
  #shown: BreakpointsMessage | null = null;
  #seen = 0;
  #outcome: StopOutcome = "continued";
  #timer: NodeJS.Timeout | undefined;
  #release: NodeJS.Timeout | undefined;
  #isStepping = false;

  /** @param answer Answers the main thread whether to stop. */
  constructor(
    session: DebugSession,
    inspection: Inspection,
    started: Promise<void>,
    answer: Int32Array,
    send: (commId: string, data: object) => void,
  ) {
    this.#session = session;
    this.#inspection = inspection;
    this.#started = started;
    this.#answer = answer;
    this.#send = send;
    session.listen(this);
  }

  // --- front ends

  /** Handles a message of a comm; returns false for one of another target. A message of an unknown form is ignored. */
  receive({ type, content }: CommMessage, target: string | undefined): boolean {
    if (target !== stopsTarget) return false;
    const { comm_id: commId, data } = content;
    if (type === "comm_close") this.#frontEnds.delete(commId);
    else this.#sign(commId);
    if (type === "comm_open") {
      this.#tell(commId, { kind: "breakpoints", breakpoints: this.#list });
      if (this.#shown !== null) this.#tell(commId, this.#shown);
    } else if (type === "comm_msg") this.#handle(commId, data as BreakpointsRequest).catch(log);
    return true;
  }

  /** Notes that a front end is there. */
  #sign(commId: string): void {
    this.#frontEnds.add(commId);
    this.#seen = performance.now();
  }

  async #handle(commId: string, request: BreakpointsRequest): Promise<void> {
    switch (request.kind) {
      case "set":
        await this.#call("set", request.breakpoints);
        break;
      case "enable":
        await this.#call("enable", request.id, request.enabled);
        break;
      case "remove":
        await this.#call("remove", request.id);
        break;
      case "go":
        if (this.#isAt(request.stop)) await this.#go(request.how, "continued");
        break;
      case "evaluate":
      case "replace": {
        const answer = this.#isAt(request.stop)
          ? await this.#evaluate(request)
          : ({ status: "error", message: "the program is not stopped there any more" } as const);
        this.#tell(commId, { kind: "answer", request: request.request, answer });
        break;
      }
      case "alive":
        // a front end that has missed that the program ran on
        if (this.#shown === null) this.#tell(commId, { kind: "running", stop: -1, outcome: this.#outcome });
    }
  }

  #isAt(stop: number): boolean {
    return this.#shown !== null && this.#paused?.data.stop === stop;
  }

  #tell(commId: string, message: BreakpointsMessage): void {
    this.#send(commId, message);
  }

  #tellAll(message: BreakpointsMessage): void {
    for (const commId of this.#frontEnds) this.#tell(commId, message);
  }

  // --- messages of the main thread

  /** Handles a message of the main thread: its list of breakpoints, its wish to stop, or that it has gone on. */
  note(message: MainMessage): void {
    if (message.kind === "stop") void this.#prepare(message);
    else if (message.kind === "ranOn") this.#ranOn(message.isStep);
    else {
      this.#list = message.breakpoints;
      this.#tellAll(message);
    }
  }

  /** Prepares V8's debugger for a stop, if a front end is there that shows it, and answers the main thread. */
  async #prepare(request: StopRequest): Promise<void> {
    clearTimeout(this.#release);
    if (this.#frontEnds.size === 0) return this.#reply(mayPass);
    this.#stop = request;
    try {
      await this.#session.acquire(this.user);
      this.#reply(mayStop);
    } catch {
      this.#stop = null;
      this.#reply(mayPass);
    }
  }

  #reply(answer: number): void {
    Atomics.store(this.#answer, 0, answer);
    Atomics.notify(this.#answer, 0);
  }

  /** Notes how the program has gone on. */
  #ranOn(isStep: boolean): void {
    this.#isStepping = isStep;
    // a pause that V8 has skipped, as during a step of another debugger
    if (this.#paused === null) this.#stop = null;
    if (!isStep) this.#releaseSoon();
  }

  /** Notes the end of a cell, in which a step may not have stopped again. */
  cellEnded(): void {
    if (this.#isStepping) this.#releaseSoon();
    this.#isStepping = false;
  }

  /** Notes that the program is being interrupted. */
  interrupted(): void {
    if (this.#paused !== null) this.#outcome = "interrupted";
  }

  #releaseSoon(): void {
    clearTimeout(this.#release);
    this.#release = setTimeout(() => void this.#session.release(this.user), lingerMs);
  }

  // --- the pause

  claims({ frames }: Pause): boolean {
    const [top] = frames;
    const isOurs = top !== undefined && this.#session.scripts.urlOf(top.script.id) === stopScript;
    if (!isOurs || this.#stop === null) return false;
    this.#seen = performance.now();
    this.#paused = this.#stop;
    this.#outcome = "continued";
    this.#frames = frames.filter((frame) => frame.location !== null);
    this.#show(this.#stop).catch(log);
    this.#timer = setInterval(() => this.#check(), checkMs);
    return true;
  }

  resumed(): void {
    clearInterval(this.#timer);
    const { data } = this.#paused ?? {};
    // the main thread may ask for the next stop already
    if (this.#stop === this.#paused) this.#stop = null;
    [this.#paused, this.#shown, this.#frames] = [null, null, []];
    if (data !== undefined) this.#tellAll({ kind: "running", stop: data.stop, outcome: this.#outcome });
    if (this.#outcome === "interrupted") this.#releaseSoon();
    // they are added again if they send a message
    if (this.#outcome === "expired") this.#frontEnds.clear();
  }

  /** Has the program go on if no front end has been there for the time that is set. */
  #check(): void {
    const { timeout = Number.POSITIVE_INFINITY } = this.#paused ?? {};
    if (performance.now() - this.#seen < 1000 * timeout) return;
    void this.#go("continue", "expired");
  }

  async #go(how: StopVerb, outcome: StopOutcome): Promise<void> {
    this.#outcome = how === "abort" ? "aborted" : outcome;
    await this.#call("go", how, outcome === "expired");
    await this.#session.resume();
  }

  /** Tells the front ends where the program has stopped, with the variables of the functions. */
  async #show(stop: StopRequest): Promise<void> {
    const frames: StopFrame[] = [];
    for (const [i, frame] of this.#frames.entries()) frames.push(await this.#frame(frame, i < maxFrames));
    if (this.#paused !== stop) return;
    this.#shown = { kind: "stopped", cellId: stop.cellId, data: stop.data, frames };
    this.#tellAll(this.#shown);
  }

  async #frame(frame: Frame, withVariables: boolean): Promise<StopFrame> {
    const { path = "", line = 1, column = 1, cell = null } = frame.location ?? {};
    const { scopes } = withVariables && frame.id !== "" ? await this.#inspection.scopes(frame) : { scopes: [] };
    const shown: StopFrame["scopes"][number][] = [];
    for (const { name, variablesReference } of scopes) {
      const members = (await this.#inspection.members(variablesReference, {})) ?? [];
      const variables = members.slice(0, maxVariables).map(({ name: n, type, value }) => ({ name: n, type, value }));
      if (variables.length > 0) shown.push({ name, variables });
    }
    return {
      name: frame.isTopLevel ? "" : frame.name,
      file: cell?.name ?? path,
      cellId: cell?.id ?? null,
      count: cell?.count ?? null,
      line,
      column,
      scopes: shown,
    };
  }

  /** Evaluates an expression in a frame, and replaces a value by it if that is asked for. */
  async #evaluate(request: Extract<BreakpointsRequest, { readonly frame: number }>): Promise<StopAnswer> {
    const frame = this.#frames[request.frame] ?? null;
    const { code } = request;
    const expression = request.kind === "evaluate" ? code : `$tapelab.stops.replace(${request.index}, (${code}\n))`;
    const { value, error } = await this.#inspection.evaluate(frame, expression);
    if (value === null) return { status: "error", message: error };
    const { data } = await this.#inspection.rich(value);
    return { status: "ok", data: data as Readonly<Record<string, unknown>> };
  }

  /** Calls a function of `$tapelab.stops` in the main thread. */
  async #call(name: string, ...args: readonly unknown[]): Promise<void> {
    await this.#started;
    const expression = `$tapelab.stops.${name}(${args.map((a) => JSON.stringify(a)).join(", ")})`;
    await this.#session.post("Runtime.evaluate", { expression, silent: true });
  }
}
