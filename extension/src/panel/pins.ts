/** Pinned rows, which are found again in the tapes of later runs by op, scope and line. */
import { scopePath, type TapeData } from "tapelab/view";

/** Returns what a row has in common with the same row of another run: op, scopes, cell and line. */
function signatureOf({ ops, rows, cells, scopes }: TapeData, row: number, path: readonly number[]): string {
  const at = rows.site[row];
  const cell = at ? (cells.id[at[0]] ?? cells.file[at[0]] ?? "") : "";
  return JSON.stringify([
    ops.name[rows.op[row] ?? -1],
    path.map((s) => scopes.name[s]),
    at ? [cell, at[1], at[2]] : null,
  ]);
}

/** The pinned rows of all tapes. */
export class Pins {
  /** For each pin, the signature of its row, and its place among the rows with the same signature. */
  readonly #pins = new Map<string, { readonly signature: string; readonly place: number }>();
  #known: { readonly tape: TapeData; readonly rows: ReadonlySet<number> } | null = null;

  /** Pins a row, or unpins it. */
  toggle(tape: TapeData, row: number): void {
    const signature = signatureOf(tape, row, scopePath(tape, row));
    let place = 0;
    for (let r = 0; r < row; r++) if (signatureOf(tape, r, scopePath(tape, r)) === signature) place++;
    const key = `${place} ${signature}`;
    if (!this.#pins.delete(key)) this.#pins.set(key, { signature, place });
    this.#known = null;
  }

  /** Returns the pinned rows of a tape. */
  rowsOf(tape: TapeData): ReadonlySet<number> {
    if (this.#known?.tape === tape) return this.#known.rows;
    const rows = new Set<number>();
    if (this.#pins.size > 0) {
      const places = new Map<string, number>();
      for (let r = 0; r < tape.rows.op.length; r++) {
        const signature = signatureOf(tape, r, scopePath(tape, r));
        const place = places.get(signature) ?? 0;
        places.set(signature, place + 1);
        if (this.#pins.has(`${place} ${signature}`)) rows.add(r);
      }
    }
    this.#known = { tape, rows };
    return rows;
  }
}
