/** The texts of cells and files, by the paths that the debugger has for them. */
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { isAbsolute } from "node:path";
import { cellPath } from "../../shared/cell-paths.ts";
import type { DebugSession } from "./session.ts";

/** Size of the largest file that is shown, in bytes. */
const maxFile = 5_000_000;

/** The texts of cells and files. */
export class Sources {
  /** Beginning of the path of each cell. */
  readonly prefix: string;
  readonly #session: DebugSession;
  /** Texts of the cells that the front end has announced, by path. */
  readonly #announced = new Map<string, string>();

  constructor(session: DebugSession, prefix: string) {
    this.#session = session;
    this.prefix = prefix;
  }

  /** Records the text of a cell that is going to run, and returns its path. The file is written for front ends that read it themselves. */
  announce(code: string): string {
    const path = cellPath(this.prefix, code);
    this.#announced.set(path, code);
    mkdirSync(this.prefix, { recursive: true, mode: 0o700 });
    writeFileSync(path, code);
    return path;
  }

  /** Returns the text of a cell or file; `null` if there is none. */
  async textOf(path: string): Promise<string | null> {
    const announced = this.#announced.get(path);
    if (announced !== undefined) return announced;
    const ran = path.startsWith(this.prefix) ? await this.#session.call<string | null>("textOf", path) : null;
    if (ran !== null) return ran;
    // also a cell that was announced before the kernel was restarted
    return isAbsolute(path) && (statSync(path, { throwIfNoEntry: false })?.size ?? Number.POSITIVE_INFINITY) <= maxFile
      ? readFileSync(path, "utf8")
      : null;
  }

  /** Removes the files of announced cells, when the kernel ends for good. */
  removeFiles(): void {
    rmSync(this.prefix, { recursive: true, force: true });
  }
}
