/** Encodes call sites and call stacks, with the cells and files that they are in. */
import type { CellColumns, CodePlace, FrameColumns } from "../../protocol/index.ts";
import type { Node } from "../../tape/graph/node.ts";
import type { Frame, PendingSite, Site } from "../../tensor/site.ts";
import { Table } from "./columns.ts";
import { textOf } from "./texts.ts";

interface EncodedFrame {
  readonly name: string;
  readonly place: CodePlace;
  readonly hidden: number;
  readonly caller: number;
}

/** Returns the call site of a node; `null` where none was captured. */
export const siteOf = (node: Node): PendingSite | null => node.watched?.site ?? null;

/** The tables of the code locations in one display. */
export class Places {
  readonly #cells = new Table<Site>();
  readonly #frames = new Table<EncodedFrame>();
  readonly #frameOf = new Map<PendingSite, number>();

  /** Returns the location of a call site; `null` where it is not known. */
  place(site: PendingSite | null): CodePlace | null {
    const at = site?.resolve() ?? null;
    return at === null ? null : this.#placeOf(at);
  }

  /** Returns the index of the innermost frame of a call site, or -1. */
  frame(site: PendingSite | null): number {
    if (site === null) return -1;
    const known = this.#frameOf.get(site);
    if (known !== undefined) return known;
    const stack = site.stack?.() ?? [];
    const index = stack.reduceRight((caller, frame) => this.#indexOf(frame, caller), -1);
    this.#frameOf.set(site, index);
    return index;
  }

  #indexOf({ name, hidden, ...site }: Frame, caller: number): number {
    const place = this.#placeOf(site);
    return this.#frames.indexOf([place, name, hidden, caller].join(" "), () => ({ name, place, hidden, caller }));
  }

  #placeOf(site: Site): CodePlace {
    return [this.#cells.indexOf(site.file, () => site), site.line, site.column];
  }

  /** Returns the tables as JSON. */
  encode(): { readonly cells: CellColumns; readonly frames: FrameColumns } {
    const [cells, frames] = [this.#cells, this.#frames];
    const sources = cells.column((c) => textOf(c.file));
    return {
      cells: {
        file: cells.column((c) => c.file),
        id: cells.column((c) => c.cellId),
        count: cells.column((c) => c.count),
        hash: sources.map((s) => s?.hash ?? null),
        stale: sources.map((s) => s?.isStale ?? false),
      },
      frames: {
        name: frames.column((f) => f.name),
        place: frames.column((f) => f.place),
        hidden: frames.column((f) => f.hidden),
        caller: frames.column((f) => f.caller),
      },
    };
  }
}
