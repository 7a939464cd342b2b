/** The breakpoints of all cells and files. They are set in each script of their cell or file, at once and when it is compiled again. */
import type { Debugger } from "node:inspector";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { breakLocations, placeAt } from "./break-locations.ts";
import type { Script } from "./scripts.ts";
import type { DebugSession } from "./session.ts";

/** A breakpoint of the front end, at a line that has code. */
export interface Breakpoint extends DebugProtocol.SourceBreakpoint {
  readonly id: number;
  readonly path: string;
  readonly isVerified: boolean;
  /** Number of times that it was reached. */
  hits: number;
}

/** Returns the lines of a cell or file that have code, in order; `null` if its text is not known. */
export type LinesWithCode = (path: string) => Promise<readonly number[] | null>;

/** Number of scripts of a cell, the last ones that were compiled, in which breakpoints are set. */
const maxScripts = 50;

/** The breakpoints of all cells and files. */
export class Breakpoints {
  readonly #session: DebugSession;
  readonly #linesWithCode: LinesWithCode;
  readonly #byPath = new Map<string, readonly Breakpoint[]>();
  /** Scripts by the path of their cell or file. */
  readonly #scripts = new Map<string, Script[]>();
  /** The breakpoints that are set, by V8's ids. */
  readonly #set = new Map<string, Breakpoint>();
  #count = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(session: DebugSession, linesWithCode: LinesWithCode) {
    this.#session = session;
    this.#linesWithCode = linesWithCode;
  }

  /** Replaces the breakpoints of a path, and returns the new ones. */
  replace(path: string, wanted: readonly DebugProtocol.SourceBreakpoint[]): Promise<readonly Breakpoint[]> {
    return this.#inTurn(async () => {
      for (const [id, { path: other }] of this.#set) if (other === path) await this.#remove(id);
      const lines = await this.#lines(path);
      const placed = wanted.map((b): Breakpoint => {
        const line = lines?.find((l) => l >= b.line);
        return { ...b, line: line ?? b.line, id: ++this.#count, path, isVerified: line !== undefined, hits: 0 };
      });
      if (placed.length === 0) this.#byPath.delete(path);
      else this.#byPath.set(path, placed);
      for (const script of this.#scripts.get(path) ?? []) await this.#bind(script, path);
      return placed;
    });
  }

  /** Sets the breakpoints of a cell or file in a script that was compiled from it. */
  addScript(script: Script, path: string): Promise<void> {
    return this.#inTurn(async () => {
      const scripts = this.#scripts.get(path) ?? [];
      if (scripts.some(({ id }) => id === script.id)) return;
      this.#scripts.set(path, [...scripts, script].slice(-maxScripts));
      await this.#bind(script, path);
    });
  }

  /** Returns the breakpoint with an id of V8. */
  hit(id: string): Breakpoint | undefined {
    return this.#set.get(id);
  }

  /** Returns all breakpoints by path. */
  all(): readonly (readonly [path: string, breakpoints: readonly Breakpoint[]])[] {
    return [...this.#byPath];
  }

  /** Forgets all breakpoints and scripts, when V8's debugger has been disabled. */
  clear(): void {
    this.#byPath.clear();
    this.#scripts.clear();
    this.#set.clear();
  }

  /** Runs a change after the earlier ones. */
  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const result = this.#last.then(change, change);
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Returns the lines of a path that have code: from the last script, or from the text if it has not run yet. */
  async #lines(path: string): Promise<readonly number[] | null> {
    const script = this.#scripts.get(path)?.at(-1);
    if (script === undefined) return this.#linesWithCode(path);
    return (await breakLocations(this.#session, script)).map(({ line }) => line);
  }

  async #bind(script: Script, path: string): Promise<void> {
    const wanted = this.#byPath.get(path) ?? [];
    if (wanted.length === 0) return;
    const places = await breakLocations(this.#session, script);
    for (const breakpoint of wanted) {
      const place = placeAt(places, breakpoint.line);
      if (place === null) continue;
      const location = { scriptId: script.id, lineNumber: place.script.line, columnNumber: place.script.column };
      const id = await this.#place(location);
      if (id !== null) this.#set.set(id, breakpoint);
    }
  }

  /** Sets a breakpoint of V8, which refuses a second one at the same place, and one in a script that has been collected. */
  async #place(location: Debugger.Location): Promise<string | null> {
    try {
      const set = await this.#session.post<Debugger.SetBreakpointReturnType>("Debugger.setBreakpoint", { location });
      return set.breakpointId;
    } catch {
      return null;
    }
  }

  async #remove(breakpointId: string): Promise<void> {
    this.#set.delete(breakpointId);
    await this.#session.post("Debugger.removeBreakpoint", { breakpointId }).catch(() => undefined);
  }
}
