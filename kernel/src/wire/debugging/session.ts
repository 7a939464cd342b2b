/**
 * The debugger of the main thread, on the one inspector session that the wire worker has with it. Several users share it, such as the debug adapter and
 * the breakpoints on the tape: V8's Debugger domain is enabled while there is one, and each pause belongs to the listener that claims it.
 */
import type { Debugger, Session } from "node:inspector";
import type { ScriptPosition, SourceLocation } from "../../shared/debugging.ts";
import { type Frame, framesOf } from "./frames.ts";
import { MainThread } from "./main-thread.ts";
import { type ScriptPlace, Scripts } from "./scripts.ts";

/** A pause of the main thread. */
export interface Pause {
  /** V8's reason, such as "other" (a breakpoint, a step, a request, a `debugger` statement) or "exception". */
  readonly reason: string;
  /** For the reason "exception" or "promiseRejection": the thrown value (`Runtime.RemoteObject`), and as `uncaught` whether V8 found no handler for it. */
  readonly data: Readonly<Record<string, unknown>>;
  /** V8's ids of the breakpoints that were hit. */
  readonly hitBreakpoints: readonly string[];
  /** The step that ended here; `null` if none did. */
  readonly step: StepKind | null;
  /** The stack, innermost first, followed by the suspended callers of async functions. */
  readonly frames: readonly Frame[];
}

/** Over the calls of a line, into a function that it calls, or out of the function. */
export type StepKind = "over" | "into" | "out";

/** A user of pauses. */
export interface PauseListener {
  /** The name under which it acquires the session. While it has not, no pause is offered to it. */
  readonly user: string;
  /** Returns whether the main thread shall stay paused, for this listener; "again" if it shall pause at the next statement instead. */
  claims(pause: Pause): boolean | "again" | Promise<boolean | "again">;
  /** Called when the main thread runs on after a pause that the listener has claimed. */
  resumed(): void;
}

/** A step that runs. */
interface Step {
  readonly kind: StepKind;
  /** The pause at which it began. */
  readonly from: Pause | null;
}

const stepCommands = { over: "Debugger.stepOver", into: "Debugger.stepInto", out: "Debugger.stepOut" } as const;

/** Number of suspended callers of async functions that V8 records. */
const asyncDepth = 16;

/** Number of steps in code of Node and of the kernel after which it runs on. */
const maxSteps = 200;

/** Time after which a request to pause that has not led to code of the user is made again. */
const pauseAgainMs = 50;

/** Whether a pause is one at an exception. */
export const isException = ({ reason }: Pause): boolean => reason === "exception" || reason === "promiseRejection";

/** Number of calls on the stack; an async function that was resumed has lost its callers. */
const depthOf = ({ frames }: Pause): number => frames.filter(({ id }) => id !== "").length;

/** Whether a pause is at the line of an earlier one, in the same call or one of its callers. */
function isSameLine(pause: Pause, earlier: Pause): boolean {
  const [a, b] = [pause.frames[0]?.location, earlier.frames[0]?.location];
  return a?.path === b?.path && a?.line === b?.line && depthOf(pause) <= depthOf(earlier);
}

/** The debugger of the main thread. */
export class DebugSession extends MainThread {
  /** The scripts that V8 has compiled. */
  readonly scripts: Scripts = new Scripts(async (scriptId) => {
    const method = "Debugger.getScriptSource";
    return (await this.post<Debugger.GetScriptSourceReturnType>(method, { scriptId })).scriptSource;
  });
  readonly #users = new Set<string>();
  readonly #listeners: PauseListener[] = [];
  #isEnabled = false;
  #enabling: Promise<void> = Promise.resolve();
  #isPaused = false;
  #skipsPauses = false;
  #pause: Pause | null = null;
  #owner: PauseListener | null = null;
  #step: Step | null = null;
  /** Number of steps on the way to code of the user, since the session began. */
  #steps = 0;

  constructor(inspector: Session, started: Promise<void>) {
    super(inspector, started);
    inspector.on("Debugger.paused", ({ params }) => void this.#paused(params).catch(() => this.resume()));
    inspector.on("Debugger.resumed", () => this.#resumed());
    inspector.on("Debugger.scriptParsed", ({ params }) => this.scripts.add(params));
  }

  /** Adds a user, for whom V8's debugger is enabled. */
  acquire(user: string): Promise<void> {
    this.#users.add(user);
    return this.#update();
  }

  /** Removes a user. Without users, V8's debugger is disabled, and a paused main thread runs on. */
  release(user: string): Promise<void> {
    this.#users.delete(user);
    return this.#update();
  }

  /** Enables or disables V8's debugger, after earlier calls have done so. */
  #update(): Promise<void> {
    const change = (): Promise<void> => {
      const isWanted = this.#users.size > 0;
      if (isWanted === this.#isEnabled) return Promise.resolve();
      this.#isEnabled = isWanted;
      return isWanted ? this.#enable() : this.#disable();
    };
    this.#enabling = this.#enabling.then(change, change);
    return this.#enabling;
  }

  async #enable(): Promise<void> {
    await this.started;
    await this.post("Debugger.enable");
    const patterns = await this.call<string[]>("libraries");
    await this.post("Debugger.setBlackboxPatterns", { patterns });
    await this.post("Debugger.setAsyncCallStackDepth", { maxDepth: asyncDepth });
  }

  async #disable(): Promise<void> {
    this.scripts.clear();
    this.#step = null;
    await this.post("Debugger.disable");
    this.#resumed();
  }

  /** Adds a listener. A pause is offered to the listeners in the order in which they were added; one that none claims ends at once. */
  listen(listener: PauseListener): void {
    this.#listeners.push(listener);
  }

  /** Whether the main thread is paused, also before a listener has claimed the pause. */
  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** The pause that a listener has claimed; `null` while the main thread runs. */
  get pause(): Pause | null {
    return this.#pause;
  }

  /** Returns the source positions of positions in scripts; `null` for those in libraries, Node and the kernel. */
  locate(places: readonly ScriptPlace[]): Promise<readonly (SourceLocation | null)[]> {
    const positions = places.map(({ id, line, column }): ScriptPosition => [this.scripts.urlOf(id), line, column]);
    return this.call("locate", positions);
  }

  /** Asks the main thread to pause at the next statement that it runs. */
  async requestPause(): Promise<void> {
    await this.post("Debugger.pause");
  }

  /** Continues a paused main thread. */
  async resume(): Promise<void> {
    this.#step = null;
    this.#steps++;
    if (this.#isPaused) await this.post("Debugger.resume").catch(() => undefined);
  }

  /** Continues a paused main thread until the next line. */
  async step(kind: StepKind): Promise<void> {
    this.#step = { kind, from: this.#pause };
    if (this.#isPaused) await this.post(stepCommands[kind]);
  }

  /** Terminates the code at which the main thread is paused. */
  async terminate(): Promise<void> {
    this.#step = null;
    await this.post("Debugger.resume", { terminateOnResume: true }).catch(() => undefined);
  }

  /** Suppresses pauses until `allowPauses`. */
  async skipPauses(): Promise<void> {
    if (!this.#isEnabled || this.#skipsPauses) return;
    this.#skipsPauses = true;
    await this.post("Debugger.setSkipAllPauses", { skip: true });
  }

  /** Allows pauses again. */
  async allowPauses(): Promise<void> {
    if (!this.#skipsPauses) return;
    this.#skipsPauses = false;
    if (this.#isEnabled) await this.post("Debugger.setSkipAllPauses", { skip: false });
  }

  async #paused(params: Debugger.PausedEventDataType): Promise<void> {
    this.#isPaused = true;
    const frames = await framesOf(params, (places) => this.locate(places));
    const { reason, data = {}, hitBreakpoints = [] } = params;
    const step = this.#step;
    const pause = { reason, data: data as Pause["data"], hitBreakpoints, step: step?.kind ?? null, frames };
    if (step !== null && (await this.#isOnTheWay(pause, step))) return this.#goOn(pause, step);
    this.#step = null;
    for (const listener of this.#listeners) {
      const claim = this.#users.has(listener.user) && (await listener.claims(pause));
      if (claim === false) continue;
      if (claim === "again") return this.#pauseAgain();
      this.#steps++;
      // an interrupt may have ended the pause meanwhile
      if (this.#isPaused) [this.#pause, this.#owner] = [pause, listener];
      else listener.resumed();
      return;
    }
    await this.resume();
  }

  /**
   * Goes on to code of the user. A request to pause is answered by the first function that runs, of Node or of the kernel; steps lead from there to what that
   * calls. Where they lead nowhere, the request is made again.
   */
  async #pauseAgain(): Promise<void> {
    const steps = ++this.#steps;
    if (steps % maxSteps === 0) await this.post("Debugger.resume");
    else await this.post(stepCommands.into);
    setTimeout(() => {
      if (this.#steps === steps && !this.#isPaused) void this.requestPause().catch(() => undefined);
    }, pauseAgainMs);
  }

  /** Whether a step goes on: at code that is not of the source, at the end of a function, and on the line where it began. */
  async #isOnTheWay(pause: Pause, { kind, from }: Step): Promise<boolean> {
    const [top] = pause.frames;
    if (top === undefined || pause.hitBreakpoints.length > 0 || isException(pause)) return false;
    if (top.location === null || (await this.scripts.isAdded(top.script))) return true;
    if (top.isReturning && (await this.scripts.lineAt(top.script))[top.script.column] === "}") return true;
    return kind !== "out" && from !== null && isSameLine(pause, from);
  }

  /** Continues a step: out of a library, or, where only the kernel has called, to the end of the cell. */
  async #goOn({ frames }: Pause, { kind }: Step): Promise<void> {
    const calls = frames.filter(({ id, location }) => id !== "" && location !== null);
    const [top] = frames;
    if (calls.length === 0) await this.resume();
    else if (top?.location == null) await this.post(stepCommands.out);
    else {
      // V8 gets from the end of an async function to the one that awaits it only by a step into it
      const isAtEnd = top.isReturning || (await this.scripts.isAdded(top.script));
      await this.post(stepCommands[isAtEnd && kind === "over" ? "into" : kind]);
    }
  }

  #resumed(): void {
    this.#isPaused = false;
    const owner = this.#owner;
    [this.#pause, this.#owner] = [null, null];
    owner?.resumed();
  }
}
