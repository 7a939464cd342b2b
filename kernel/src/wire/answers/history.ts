/** The execution history of this session and of earlier ones, in a file of JSON lines. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import type { Header } from "../../shared/jupyter.ts";

interface Entry {
  readonly session: number;
  readonly line: number;
  readonly source: string;
  output: string | null;
}

/** Size from which on the older half of the file is removed. */
const maxBytes = 4_000_000;

/** Returns Jupyter's data folder of the user. */
function dataFolder(): string {
  const { JUPYTER_DATA_DIR, XDG_DATA_HOME, APPDATA } = process.env;
  if (JUPYTER_DATA_DIR) return JUPYTER_DATA_DIR;
  if (process.platform === "darwin") return join(homedir(), "Library", "Jupyter");
  if (process.platform === "win32") return join(APPDATA ?? homedir(), "jupyter");
  return join(XDG_DATA_HOME ?? join(homedir(), ".local", "share"), "jupyter");
}

/** Returns the path of the history file. */
export const historyFile = (): string => join(dataFolder(), "tapelab-history.jsonl");

function load(file: string): Entry[] {
  if (!existsSync(file)) return [];
  let lines = readFileSync(file, "utf8").split("\n");
  if (statSync(file).size > maxBytes) {
    lines = lines.slice(lines.length >> 1);
    writeFileSync(file, lines.join("\n"));
  }
  return lines.flatMap((line) => {
    try {
      return line === "" ? [] : [JSON.parse(line) as Entry];
    } catch {
      // a line that was cut off by a crash
      return [];
    }
  });
}

/** Records executions and answers `history_request`. */
export class History {
  readonly #file: string;
  /** Entries of all sessions; `null` until the file is read, at the first use. */
  #entries: Entry[] | null = null;
  #session = 1;
  readonly #running = new Map<string, Entry>();

  constructor(file: string) {
    this.#file = file;
  }

  #all(): Entry[] {
    if (this.#entries !== null) return this.#entries;
    this.#entries = load(this.#file);
    this.#session = (this.#entries.at(-1)?.session ?? 0) + 1;
    return this.#entries;
  }

  /** Records the start of an execution. */
  begin({ msg_id }: Header, line: number, source: string): void {
    this.#all();
    this.#running.set(msg_id, { session: this.#session, line, source, output: null });
  }

  /** Records the text of a result. */
  recordOutput({ msg_id }: Header, type: string, content: object): void {
    const entry = this.#running.get(msg_id);
    if (entry === undefined || type !== "execute_result" || !("data" in content)) return;
    const text = (content.data as Readonly<Record<string, unknown>>)["text/plain"];
    if (typeof text === "string") entry.output = text;
  }

  /** Appends a finished execution to the file. */
  end({ msg_id }: Header): void {
    const entry = this.#running.get(msg_id);
    if (entry === undefined) return;
    this.#running.delete(msg_id);
    this.#all().push(entry);
    try {
      mkdirSync(dirname(this.#file), { recursive: true });
      appendFileSync(this.#file, `${JSON.stringify(entry)}\n`);
    } catch {
      // without write access, only later sessions lack the entry
    }
  }

  /** Returns the entries that a `history_request` selects. */
  answer(content: Readonly<Record<string, unknown>>): unknown[] {
    const found = this.#select(content);
    return found.map((e) => [e.session, e.line, content["output"] === true ? [e.source, e.output] : e.source]);
  }

  #select(content: Readonly<Record<string, unknown>>): readonly Entry[] {
    const all = this.#all();
    const count = typeof content["n"] === "number" ? content["n"] : 0;
    const last = (list: readonly Entry[]): readonly Entry[] => (count > 0 ? list.slice(-count) : list);
    switch (content["hist_access_type"]) {
      case "range": {
        const asked = typeof content["session"] === "number" ? content["session"] : 0;
        const session = asked > 0 ? asked : this.#session + asked;
        const start = typeof content["start"] === "number" ? content["start"] : 0;
        const stop = typeof content["stop"] === "number" ? content["stop"] : Number.POSITIVE_INFINITY;
        return all.filter((e) => e.session === session && e.line >= start && e.line < stop);
      }
      case "search": {
        const pattern = typeof content["pattern"] === "string" ? content["pattern"] : "*";
        const found = all.filter((e) => matchesGlob(pattern, e.source));
        return last(content["unique"] === true ? [...new Map(found.map((e) => [e.source, e])).values()] : found);
      }
      default:
        return last(all);
    }
  }
}

/** Whether a source matches a glob pattern with `*` and `?`. Backtracks to the last `*` only, so that the time is at most quadratic. */
export function matchesGlob(glob: string, source: string): boolean {
  let at = 0;
  let star = -1;
  let starAt = 0;
  let i = 0;
  while (at < source.length) {
    if (glob[i] === "*") {
      star = i++;
      starAt = at;
    } else if (i < glob.length && (glob[i] === "?" || glob[i] === source[at])) {
      i++;
      at++;
    } else if (star >= 0) {
      i = star + 1;
      at = ++starAt;
    } else return false;
  }
  while (glob[i] === "*") i++;
  return i === glob.length;
}
