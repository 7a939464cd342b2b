/** Sends to the front end what each line of a cell made, while it shows annotations; observes nothing while it does not. */
import { host, Tensor } from "tapelab";
import {
  type AnnotationsMessage,
  annotationsTarget,
  type CellNotes,
  type LineNote,
  type LineRequest,
} from "tapelab/view";
import type { Comm, CommManager } from "../main/frontend/comms.ts";

/** A line of a cell. */
interface CellLine {
  readonly file: string;
  readonly line: number;
}

/** A run of a cell. */
interface CellInfo {
  readonly id: string | null;
  readonly count: number;
}

/** The parts of the kernel that annotations use. */
export interface AnnotationSources {
  /** The variables of the notebook. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** Returns the line that declared a variable. */
  readonly declared: (name: string) => CellLine | null;
  /** Returns a run of a cell by its name in stack traces. */
  readonly cell: (file: string) => CellInfo | null;
  /** Returns the hash of the text of a run. */
  readonly hash: (file: string) => string | null;
  /** Returns the line of the source for a position in the code that runs; `null` for code that the compiler has added. */
  readonly lineOf: (file: string, line: number, column: number) => number | null;
}

/** The annotations of all cells. */
export class Annotations {
  readonly #sources: AnnotationSources;
  readonly #recorder = host.observeLines();
  readonly #open = new Set<Comm>();
  /** The last run of each cell that has notes, by the id of the cell. */
  readonly #latest = new Map<string, string>();
  /** Lines of positions in the code that runs. */
  readonly #resolved = new Map<string, number | null>();

  constructor(comms: CommManager, sources: AnnotationSources) {
    this.#sources = sources;
    comms.on(annotationsTarget, (comm) => {
      this.#open.add(comm);
      this.#recorder.start();
      comm.onMessage(({ data }) => this.#answer(comm, data as unknown as LineRequest));
      comm.onClose(() => {
        this.#open.delete(comm);
        if (this.#open.size > 0) return;
        this.#recorder.stop();
        this.#latest.clear();
        this.#resolved.clear();
      });
      this.#send([comm], [...this.#latest.values()]);
    });
  }

  /** Called before the code of a cell runs. */
  beginRun(): void {
    if (this.#recorder.isListening) this.#recorder.beginRun();
  }

  /** Called after a cell: sends the notes of all cells whose lines have made tensors. */
  endRun(): void {
    if (!this.#recorder.isListening) return;
    this.#noteVariables();
    const files = this.#recorder.endRun();
    for (const file of files) {
      const id = this.#sources.cell(file)?.id ?? file;
      const before = this.#latest.get(id);
      if (before !== undefined && before !== file) this.#recorder.forget(before);
      this.#latest.set(id, file);
    }
    this.#send([...this.#open], files);
  }

  /** Notes the tensors that variables hold whose lines recorded no op, such as data, and the gradients of leaves. */
  #noteVariables(): void {
    for (const [file, names] of this.#declared()) {
      const known = this.#lines(file);
      for (const { name, line } of names) {
        const value = this.#sources.variables[name];
        if (!(value instanceof Tensor)) continue;
        const entry = known.get(line)?.at(-1);
        if (entry === undefined) this.#recorder.noteTensor({ file, line: -line, column: 0 }, value);
        else this.#recorder.noteLeaf(entry, value);
      }
    }
  }

  /** Returns the variables that hold tensors, by the cell that declared them. */
  #declared(): Map<string, { readonly name: string; readonly line: number }[]> {
    const files = new Map<string, { readonly name: string; readonly line: number }[]>();
    for (const [name, value] of Object.entries(this.#sources.variables)) {
      const at = value instanceof Tensor ? this.#sources.declared(name) : null;
      if (at !== null) files.set(at.file, [...(files.get(at.file) ?? []), { name, line: at.line }]);
    }
    return files;
  }

  /** Returns the entries of a file by the lines of its source, the last one of each line last. */
  #lines(file: string): Map<number, host.Entry[]> {
    const lines = new Map<number, host.Entry[]>();
    for (const entry of this.#recorder.entriesOf(file)) {
      const { position } = entry;
      const line = this.#lineOf(position);
      if (line !== null) lines.set(line, [...(lines.get(line) ?? []), entry]);
    }
    return lines;
  }

  /** Returns the line of the source. A negative line of a position is that of the source itself. */
  #lineOf({ file, line, column }: host.Entry["position"]): number | null {
    if (line < 0) return -line;
    const key = `${file}:${line}:${column}`;
    const known = this.#resolved.get(key);
    if (known !== undefined) return known;
    const found = this.#sources.lineOf(file, line, column);
    this.#resolved.set(key, found);
    return found;
  }

  #notesOf(file: string): CellNotes[] {
    const cell = this.#sources.cell(file);
    if (cell === null) return [];
    const lines = [...this.#lines(file)].flatMap(([line, entries]): LineNote[] => {
      const last = entries.at(-1);
      return last === undefined ? [] : [last.encode(line)];
    });
    return [{ file, cellId: cell.id, count: cell.count, hash: this.#sources.hash(file) ?? "", lines }];
  }

  #send(comms: readonly Comm[], files: readonly string[]): void {
    const cells = files.flatMap((file) => this.#notesOf(file));
    if (cells.length === 0) return;
    const message: AnnotationsMessage = { kind: "notes", cells };
    for (const comm of comms) comm.send(message);
  }

  #answer(comm: Comm, { request, file, line, wantsTape }: LineRequest): void {
    const entries = new Set(this.#lines(file).get(line) ?? []);
    const { variables } = this.#sources;
    const tensors = Object.values(variables).filter((v) => v instanceof Tensor);
    const own = (this.#declared().get(file) ?? []).flatMap(({ name, line: at }) => {
      const value = variables[name];
      return at === line && value instanceof Tensor ? [value] : [];
    });
    const found = host.findLine(this.#recorder, entries, { tensors, own, wantsTape });
    comm.send({ kind: "line", request, ...found });
  }
}
