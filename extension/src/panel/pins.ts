/** Pinned rows, which are found again in the tapes of later runs by op, scope and line. */
import { scopePath, type TapeData } from "tapelab/view";

const opName = ({ ops, rows }: TapeData, row: number): string => ops.name[rows.op[row] ?? -1] ?? "";

/** Returns what a row has in common with the same row of another run: op, scopes, cell and line. */
function signatureOf(tape: TapeData, row: number): string {
  const { rows, cells, scopes } = tape;
  const at = rows.site[row];
  const cell = at ? (cells.id[at[0]] ?? cells.file[at[0]] ?? "") : "";
  return JSON.stringify([
    opName(tape, row),
    scopePath(tape, row).map((s) => scopes.name[s]),
    at ? [cell, at[1], at[2]] : null,
  ]);
}

/** The pinned rows of all tapes. */
export class Pins {
  /** For each pin, by the signature of its row and its place among the rows with the same signature, the name of the op. */
  readonly #pins = new Map<string, string>();
  #known: { readonly tape: TapeData; readonly rows: ReadonlySet<number> } | null = null;

  /** Pins a row, or unpins it. */
  toggle(tape: TapeData, row: number): void {
    const name = opName(tape, row);
    const signature = signatureOf(tape, row);
    let place = 0;
    for (let r = 0; r < row; r++) if (opName(tape, r) === name && signatureOf(tape, r) === signature) place++;
    const key = `${place} ${signature}`;
    if (!this.#pins.delete(key)) this.#pins.set(key, name);
    this.#known = null;
  }

  /** Returns the pinned rows of a tape. */
  rowsOf(tape: TapeData): ReadonlySet<number> {
    if (this.#known?.tape === tape) return this.#known.rows;
    const rows = new Set<number>();
    if (this.#pins.size > 0) {
      const places = new Map<string, number>();
      const names = new Set(this.#pins.values());
      for (let r = 0; r < tape.rows.op.length; r++) {
        // signatures of all rows of a long tape would take a good part of a second
        if (!names.has(opName(tape, r))) continue;
        const signature = signatureOf(tape, r);
        const place = places.get(signature) ?? 0;
        places.set(signature, place + 1);
        if (this.#pins.has(`${place} ${signature}`)) rows.add(r);
      }
    }
    this.#known = { tape, rows };
    return rows;
  }
}
