/** The files of the program. They are examined before each compilation, because events of a file watcher would arrive too late for a cell after an edit. */
import { statSync } from "node:fs";
import type { Changes } from "./host-api.ts";

/** TypeScript's numbers of the events of a watched file. */
export const fileEvents = { created: 0, changed: 1, deleted: 2 } as const;

/** Returns time stamp and size of a file; "" if there is none. */
function stampOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? "" : `${stat.mtimeMs} ${stat.size}`;
}

/** Time stamps of the watched files. */
export class ProgramFiles {
  readonly #watched = new Map<string, { stamp: string; readonly changes: Changes }>();

  /** Watches a file. */
  watch(path: string, changes: Changes): { close(): void } {
    const entry = { stamp: stampOf(path), changes };
    this.#watched.set(path, entry);
    return {
      close: () => {
        if (this.#watched.get(path) === entry) this.#watched.delete(path);
      },
    };
  }

  /** Reports changed files to the compiler; returns whether a file was created or deleted. */
  refresh(): boolean {
    let isCreatedOrDeleted = false;
    for (const [path, entry] of this.#watched) {
      const stamp = stampOf(path);
      if (stamp === entry.stamp) continue;
      const event = entry.stamp === "" ? fileEvents.created : stamp === "" ? fileEvents.deleted : fileEvents.changed;
      isCreatedOrDeleted ||= event !== fileEvents.changed;
      entry.stamp = stamp;
      entry.changes(path, event);
    }
    return isCreatedOrDeleted;
  }
}
