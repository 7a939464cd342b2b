/** Decides which pauses of V8 stop the program for the user, and tells the front end when it stops and runs on. */
import type { Runtime } from "node:inspector";
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { SourceLocation } from "../../shared/debugging.ts";
import type { Breakpoint, Breakpoints } from "./breakpoints.ts";
import type { Frame } from "./frames.ts";
import type { Inspection } from "./inspection.ts";
import { RequestError } from "./requests.ts";
import { type DebugSession, isException, type Pause, type PauseListener, type StepKind } from "./session.ts";

/** The filters of exceptions at which the program stops. */
export const exceptionFilters: readonly DebugProtocol.ExceptionBreakpointsFilter[] = [
  {
    filter: "uncaught",
    label: "Uncaught Exceptions",
    description: "Stops where an exception is thrown that no code of the notebook catches.",
    default: false,
  },
  {
    filter: "all",
    label: "All Exceptions",
    description: "Stops where any exception is thrown, also one that is caught.",
    default: false,
  },
];

/** Time after which a step that has not stopped again counts as running on: the end of a cell, or a statement that takes long. */
const stepMs = 200;

type Notify = (event: "stopped" | "continued", body: object) => void;

/** The stops of the program. */
export class Stops implements PauseListener {
  readonly user = "debug adapter";
  readonly #session: DebugSession;
  readonly #breakpoints: Breakpoints;
  readonly #inspection: Inspection;
  readonly #isHandled: (location: SourceLocation) => Promise<boolean>;
  readonly #notify: Notify;
  #filters: readonly string[] = [];
  #isPauseWanted = false;
  #frames: readonly Frame[] = [];
  #pause: Pause | null = null;
  /** Tells the front end that the program runs on after a step. */
  #timer: NodeJS.Timeout | undefined;
  #isStepping = false;
  /** Where the program stopped at an exception last. */
  #exceptionPlace = "";

  /** @param isHandled Whether an exception that is thrown at a location is caught by the function around it. */
  constructor(
    session: DebugSession,
    breakpoints: Breakpoints,
    inspection: Inspection,
    isHandled: (location: SourceLocation) => Promise<boolean>,
    notify: Notify,
  ) {
    this.#session = session;
    this.#breakpoints = breakpoints;
    this.#inspection = inspection;
    this.#isHandled = isHandled;
    this.#notify = notify;
    session.listen(this);
  }

  /** Whether the program is stopped for the user. */
  get isStopped(): boolean {
    return this.#pause !== null;
  }

  /** Returns the frames of the stop, those of libraries left out. Throws if the program runs. */
  requirePause(): readonly Frame[] {
    if (this.#pause === null) throw new RequestError("the program is not stopped");
    return this.#frames;
  }

  /** Stops at exceptions: `uncaught` or `all`. */
  async setExceptionFilters(filters: readonly string[]): Promise<void> {
    this.#filters = filters.filter((f) => exceptionFilters.some(({ filter }) => filter === f));
    // for V8, the kernel catches all exceptions of cells
    const state = this.#filters.length === 0 ? "none" : "all";
    await this.#session.post("Debugger.setPauseOnExceptions", { state }).catch(() => undefined);
  }

  /** Stops at the next statement of the program. */
  async pause(): Promise<void> {
    if (this.isStopped) return;
    this.#isPauseWanted = true;
    await this.#session.requestPause();
  }

  /** Runs on. */
  async resume(): Promise<void> {
    this.#isPauseWanted = false;
    await this.#session.resume();
  }

  /** Runs on until the next statement. */
  async step(kind: StepKind): Promise<void> {
    this.#isStepping = true;
    await this.#session.step(kind);
  }

  /** Describes the exception at which the program has stopped. */
  async exceptionInfo(): Promise<object> {
    const { data } = this.#pause ?? {};
    if (this.#pause === null || !isException(this.#pause))
      throw new RequestError("the program has not stopped at an exception");
    const { className = "Error" } = data as { readonly className?: string };
    return {
      exceptionId: className,
      description: textOf(data as object),
      breakMode: this.#filters.includes("all") ? "always" : "unhandled",
    };
  }

  async claims(pause: Pause): Promise<boolean | "again"> {
    const frames = pause.frames.filter((frame) => frame.location !== null);
    // a request to pause was answered by code of the kernel
    if (frames.every((frame) => frame.id === "")) return this.#isPauseWanted && "again";
    const hits = pause.hitBreakpoints.flatMap((id) => this.#breakpoints.hit(id) ?? []);
    const isWanted = await this.#isWanted(pause, frames, hits);
    if (!isWanted) return false;
    clearTimeout(this.#timer);
    [this.#pause, this.#frames] = [pause, frames];
    this.#isStepping = false;
    const reason = this.#reasonOf(pause, hits);
    this.#isPauseWanted = false;
    this.#notify("stopped", {
      reason,
      allThreadsStopped: true,
      hitBreakpointIds: hits.map(({ id }) => id),
      ...(isException(pause) ? { description: "Paused on exception", text: textOf(pause.data) } : {}),
    });
    return true;
  }

  resumed(): void {
    const wasStep = this.#isStepping;
    [this.#pause, this.#frames] = [null, []];
    this.#session.call("forgetPause").catch(() => undefined);
    const tell = (): void => this.#notify("continued", { allThreadsContinued: true });
    clearTimeout(this.#timer);
    if (wasStep) this.#timer = setTimeout(tell, stepMs);
    else tell();
  }

  #reasonOf(pause: Pause, hits: readonly Breakpoint[]): string {
    if (isException(pause)) return "exception";
    if (hits.length > 0) return "breakpoint";
    if (pause.step !== null) return "step";
    return this.#isPauseWanted ? "pause" : "breakpoint";
  }

  /** Whether the program stops at a pause of V8. */
  async #isWanted(pause: Pause, frames: readonly Frame[], hits: readonly Breakpoint[]): Promise<boolean> {
    if (isException(pause)) return this.#stopsAtException(pause, frames);
    if (pause.step !== null || this.#isPauseWanted) return true;
    // a request to pause may be answered a second time
    if (pause.hitBreakpoints.length === 0) return this.#isDebuggerStatement(frames[0] as Frame);
    for (const breakpoint of hits) if (await this.#stopsAt(breakpoint, frames[0] as Frame)) return true;
    return false;
  }

  async #isDebuggerStatement({ script }: Frame): Promise<boolean> {
    return (await this.#session.scripts.lineAt(script)).startsWith("debugger", script.column);
  }

  /** Whether the program stops at an exception: at one that is thrown again while it leaves libraries, only the first time. */
  async #stopsAtException({ data }: Pause, frames: readonly Frame[]): Promise<boolean> {
    if (!this.#filters.includes("all"))
      for (const frame of frames) if (frame.location !== null && (await this.#isHandled(frame.location))) return false;
    const isNew = await this.#session.callWith<boolean>("isNewException", [data as unknown as Runtime.RemoteObject]);
    const { path, line, column } = frames[0]?.location ?? {};
    const place = `${path}:${line}:${column}`;
    const wasThere = place === this.#exceptionPlace;
    this.#exceptionPlace = place;
    return isNew || !wasThere;
  }

  /** Whether the condition of a breakpoint holds; prints its message, if it has one, in place of stopping. */
  async #stopsAt(breakpoint: Breakpoint, frame: Frame): Promise<boolean> {
    const { condition, hitCondition, logMessage } = breakpoint;
    if (condition !== undefined) {
      const { value, error } = await this.#inspection.evaluate(frame, condition);
      if (value === null)
        await this.#session.call("logError", `condition of the breakpoint in line ${breakpoint.line}: ${error}`);
      else if (!(await this.#inspection.isTrue(value))) return false;
    }
    breakpoint.hits++;
    if (hitCondition !== undefined && !isHit(hitCondition, breakpoint.hits)) return false;
    if (logMessage === undefined) return true;
    await this.#session.call("log", await this.#message(logMessage, frame));
    return false;
  }

  /** Returns a log message with the values of the expressions in braces. */
  async #message(template: string, frame: Frame): Promise<string> {
    let text = "";
    let end = 0;
    for (const { index, 0: all, 1: code = "" } of template.matchAll(/\{([^{}]+)\}/g)) {
      const { value, error } = await this.#inspection.evaluate(frame, code);
      const shown =
        value === null
          ? `{${error}}`
          : value.type === "string"
            ? String(value.value)
            : (await this.#inspection.describe(value, false)).value;
      text += template.slice(end, index) + shown;
      end = index + all.length;
    }
    return text + template.slice(end);
  }
}

/** Whether a breakpoint stops at a hit: a number stops at that hit, `>= 5` from the fifth on, `% 10` at each tenth. */
function isHit(condition: string, hits: number): boolean {
  const [, operator = "==", text = ""] = /^\s*(==?|>=?|<=?|%)?\s*(\d+)\s*$/.exec(condition) ?? [];
  const count = Number(text);
  switch (operator) {
    case ">":
      return hits > count;
    case ">=":
      return hits >= count;
    case "<":
      return hits < count;
    case "<=":
      return hits <= count;
    case "%":
      return count > 0 && hits % count === 0;
    default:
      return hits === count;
  }
}

/** Returns the text of an exception, without its stack. */
function textOf(data: object): string {
  const { description, value } = data as Runtime.RemoteObject;
  return (description ?? String(value)).split(/\n {4}at /)[0] ?? "";
}
