/** The scripts that V8 has compiled, and their texts. */
import type { Debugger } from "node:inspector";

/** A script of the main thread. */
export interface Script {
  readonly id: string;
  readonly url: string;
}

/** A 0-based position in a script. */
export interface ScriptPlace {
  readonly id: string;
  readonly line: number;
  readonly column: number;
}

/** Matches statements that the compiler has added to the source, at which a step does not end. */
const addedStatement =
  /^(?:const \$tapelab_(?:unit|run)\b|\$tapelab_run\.(?:leave|leaving|caught)\(|exports\.\S+ = \(\{\}\)\.constructor\.defineProperty\()/;

/** The function around the code of a cell or file, which stands on line -1. */
const wrapper = /^\((?:async )?function \(exports, /;

/** The scripts that V8 has reported, libraries included. */
export class Scripts {
  readonly #readText: (id: string) => Promise<string>;
  readonly #scripts = new Map<string, Script>();
  readonly #texts = new Map<string, readonly string[]>();

  /** @param readText Returns the text of a script. */
  constructor(readText: (id: string) => Promise<string>) {
    this.#readText = readText;
  }

  /** Records a script. */
  add({ scriptId: id, url }: Debugger.ScriptParsedEventDataType): void {
    this.#scripts.set(id, { id, url });
  }

  /** Forgets all scripts. */
  clear(): void {
    this.#scripts.clear();
    this.#texts.clear();
  }

  /** Returns all scripts, the latest last. */
  all(): Script[] {
    return [...this.#scripts.values()];
  }

  /** Returns the URL of a script. */
  urlOf(id: string): string {
    return this.#scripts.get(id)?.url ?? "";
  }

  /** Returns a line of a script. */
  async lineAt({ id, line }: ScriptPlace): Promise<string> {
    let lines = this.#texts.get(id);
    if (lines === undefined) {
      lines = (await this.#readText(id)).split("\n");
      this.#texts.set(id, lines);
    }
    return lines[wrapper.test(lines[0] ?? "") ? line + 1 : line] ?? "";
  }

  /** Whether the compiler has added the statement at a position. */
  async isAdded(place: ScriptPlace): Promise<boolean> {
    const text = await this.lineAt(place);
    // V8 pauses in a declaration at its value
    const before = place.column - 1;
    const start = Math.max(text.lastIndexOf("{", before), text.lastIndexOf(";", before)) + 1;
    return addedStatement.test(text.slice(start).trimStart());
  }
}
