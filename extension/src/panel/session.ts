/** The state of the inspector's panel for one notebook or file: its tapes, the chosen one, the current row, and pins. */
import type { NotebookPanel } from "@jupyterlab/notebook";
import { type ISignal, Signal } from "@lumino/signaling";
import type { TapeData } from "tapelab/view";
import type { ViewContext } from "../render/shared/view.js";
import { KernelTapes } from "./kernel-tapes.js";
import { Pins } from "./pins.js";
import { savedTapes } from "./saved-tapes.js";

/** A tape that can be shown. */
export interface TapeChoice {
  readonly key: string;
  /** Name of the result, with its value if it is a scalar. A pinned tape keeps it, when the variable gets another tensor. */
  readonly title: string;
  /** Where it is from: `cell [5], 30 ops`. */
  readonly note: string;
  /** The kernel's number of the tape; `null` for one of a file or of a saved output. */
  readonly id: number | null;
  /** `null` until the kernel has sent it. */
  readonly data: TapeData | null;
  readonly isPinned: boolean;
  /** The tape as the kernel sends it unasked, of which `data` has all rows; absent where `data` is that. */
  readonly part?: TapeData;
}

/**
 * The part of a session that has changed: the list of tapes, the chosen tape or its data, the current row, the pinned rows, the state of the kernel, the progress of loading all rows, or, for
 * `open`, a row that is to be opened in the tape.
 */
export type SessionEvent = "tapes" | "tape" | "row" | "pins" | "kernel" | "open" | "loading";

/** The loading of all rows of a tape: the share that was received, or the error that ended it. */
interface Loading {
  readonly key: string;
  readonly share: number;
  readonly error: string | null;
}

/** Tapes that are kept, besides pinned ones. */
const maxTapes = 12;

/** The state of the panel for one notebook or file. */
export class PanelSession {
  /** The notebook; `null` for a file. */
  readonly notebook: NotebookPanel | null;
  readonly context: ViewContext;
  readonly kernel: KernelTapes;
  readonly pins: Pins = new Pins();
  /** The search in the tape, which outlives the section. */
  search = "";
  readonly #changed = new Signal<this, SessionEvent>(this);
  #tapes: readonly TapeChoice[] = [];
  #current: string | null = null;
  /** Whether the panel goes to each new tape. */
  #follows = true;
  #row: number | null = null;
  #loading: Loading | null = null;

  constructor(notebook: NotebookPanel | null, context: ViewContext) {
    this.notebook = notebook;
    this.context = context;
    this.kernel = new KernelTapes(context.link, {
      listed: (tapes) => this.#listed(tapes),
      received: (id, data) => this.#received(id, data),
      changed: () => this.#tell("kernel"),
    });
  }

  get changed(): ISignal<this, SessionEvent> {
    return this.#changed;
  }

  /** The tapes, the latest last. */
  get tapes(): readonly TapeChoice[] {
    return this.#tapes;
  }

  get current(): TapeChoice | null {
    return this.#tapes.find(({ key }) => key === this.#current) ?? null;
  }

  /** The chosen tape; `null` where there is none, or the kernel has not sent it yet. */
  get tape(): TapeData | null {
    return this.current?.data ?? null;
  }

  /** The current row of the tape. */
  get row(): number | null {
    return this.#row;
  }

  /** The progress of loading all rows of the chosen tape; `null` if they are not being loaded. */
  get loading(): Loading | null {
    return this.#loading?.key === this.#current ? this.#loading : null;
  }

  /** Whether the kernel has rows of the chosen tape that were left out. */
  get hasMore(): boolean {
    const { current, tape, kernel } = this;
    return current !== null && current.id !== null && kernel.absence === null && (tape?.totals.omitted ?? 0) > 0;
  }

  /** Pinned rows of the chosen tape. */
  get pinnedRows(): ReadonlySet<number> {
    return this.tape === null ? new Set() : this.pins.rowsOf(this.tape);
  }

  /** Connects to the kernel, while the panel is visible. */
  connect(): void {
    this.#addSaved();
    this.kernel.open();
  }

  /** Ends the connection, when the panel is hidden. */
  disconnect(): void {
    this.kernel.close();
  }

  /** Shows a tape of a file. */
  setFile(title: string, note: string, data: TapeData): void {
    this.#tapes = [{ key: "file", title, note, id: null, data, isPinned: false }];
    this.#choose("file");
    this.#tell("tapes");
  }

  /** Shows a tape that was asked for elsewhere, with one of its rows open. */
  show(title: string, note: string, data: TapeData, row: number): void {
    const key = `shown ${title}`;
    const tape = { key, title, note, id: null, data, isPinned: false };
    this.#set([...this.#tapes.filter((t) => t.key !== key), tape]);
    this.#choose(key);
    // the kernel's list, which may arrive later, does not take its place
    this.#follows = false;
    this.#tell("tape");
    this.openRow(row);
  }

  /** Shows one of the tapes; the latest one is followed. */
  choose(key: string): void {
    this.#follows = key === this.#tapes.at(-1)?.key;
    this.#choose(key);
  }

  /** Keeps the chosen tape in the list, or no longer does. */
  togglePin(): void {
    this.#tapes = this.#tapes.map((t) => (t.key === this.#current ? { ...t, isPinned: !t.isPinned } : t));
    this.#tell("tapes");
  }

  /** Makes a row the current one. */
  setRow(row: number | null): void {
    if (row === this.#row) return;
    this.#row = row;
    this.#tell("row");
  }

  /** Makes a row the current one, and opens it in the tape. */
  openRow(row: number): void {
    this.setRow(row);
    this.#tell("open");
  }

  /** Loads all rows of the chosen tape, where some were left out. */
  async loadAll(): Promise<void> {
    const { current } = this;
    if (!this.hasMore || current === null || current.id === null || this.loading?.error === null) return;
    const { key, id } = current;
    const note = (share: number, error: string | null = null): void => {
      this.#loading = { key, share, error };
      this.#tell("loading");
    };
    note(0);
    try {
      const data = await this.kernel.askWhole(id, note);
      this.#loading = null;
      this.#replaceByWhole(key, data);
    } catch (error) {
      note(0, error instanceof Error ? error.message : String(error));
    }
  }

  /** Pins a row, or unpins it. */
  togglePinnedRow(row: number): void {
    if (this.tape === null) return;
    this.pins.toggle(this.tape, row);
    this.#tell("pins");
  }

  #tell(event: SessionEvent): void {
    this.#changed.emit(event);
  }

  #choose(key: string): void {
    const before = this.tape;
    this.#current = key;
    const { current } = this;
    if (current !== null && current.id !== null && current.data === null) this.kernel.fetch(current.id);
    if (this.tape === before) return;
    this.#row = null;
    this.#tell("tape");
  }

  /** Adds the tapes that are stored in the notebook's outputs, before those of the kernel. */
  #addSaved(): void {
    if (this.notebook === null) return;
    const known = new Set(this.#tapes.map(({ key }) => key));
    const saved = savedTapes(this.notebook).filter(({ key }) => !known.has(key));
    if (saved.length === 0) return;
    this.#set([...saved, ...this.#tapes]);
  }

  /** Merges the kernel's list with the tapes that are kept. */
  #listed(listed: Parameters<ConstructorParameters<typeof KernelTapes>[1]["listed"]>[0]): void {
    const fresh = listed.map(({ id, title, count, ops }): TapeChoice => {
      const key = `${this.kernel.generation}/${id}`;
      const known = this.#tapes.find((t) => t.key === key);
      const where = count === null ? "" : `cell [${count}], `;
      return {
        data: null,
        isPinned: false,
        ...known,
        key,
        id,
        title: known?.isPinned ? known.title : title,
        note: `${where}${ops} op${ops === 1 ? "" : "s"}`,
      };
    });
    const keys = new Set(fresh.map(({ key }) => key));
    // a tape of which only the title is known cannot be shown once the kernel has dropped it
    const kept = this.#tapes
      .filter(({ key, data }) => !keys.has(key) && data !== null)
      .map((t) => ({ ...t, id: null }));
    this.#set([...kept, ...fresh]);
    const { current } = this;
    // backward may have run on it since
    if (current !== null && current.id !== null && current.data !== null) this.kernel.fetch(current.id);
  }

  #set(tapes: readonly TapeChoice[]): void {
    const surplus = tapes.filter(({ isPinned }) => !isPinned).slice(0, -maxTapes);
    this.#tapes = tapes.filter((t) => !surplus.includes(t) || t.key === this.#current);
    const latest = this.#tapes.at(-1);
    if (latest !== undefined && (this.#follows || this.current === null)) this.#choose(latest.key);
    this.#tell("tapes");
  }

  #received(id: number, received: TapeData): void {
    const key = `${this.kernel.generation}/${id}`;
    const known = this.#tapes.find((t) => t.key === key);
    if (known === undefined) return;
    const data = named(known, received);
    // all rows are there, and nothing has changed since
    if (known.part && JSON.stringify(known.part) === JSON.stringify(data)) return;
    const { part: whole, ...rest } = known;
    this.#update({ ...rest, data, title: data.title });
    if (key !== this.#current) return;
    this.#tell("tape");
    if (whole !== undefined) void this.loadAll();
  }

  /** Puts the whole tape in the place of its latest rows. */
  #replaceByWhole(key: string, data: TapeData): void {
    const known = this.#tapes.find((t) => t.key === key);
    if (known === undefined || known.data === null) return;
    this.#update({ ...known, data: named(known, data), part: known.data });
    if (key !== this.#current) return;
    if (this.#row !== null) this.#row += known.data.totals.omitted;
    this.#tell("tape");
  }

  #update(tape: TapeChoice): void {
    this.#tapes = this.#tapes.map((t) => (t.key === tape.key ? tape : t));
  }
}

/** Returns the data of a tape under the name that the panel has for it. */
const named = ({ isPinned, title }: TapeChoice, data: TapeData): TapeData => (isPinned ? { ...data, title } : data);
