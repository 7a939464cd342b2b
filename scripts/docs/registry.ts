/** The engine's registry, as far as the docs read it. The built engine has more on its operators than its public types say. */

/** The engine as its package exports it. */
export type Engine = typeof import("tapelab");

interface Tex {
  readonly forward: string;
  readonly vjp: string;
}

/** An operator with its record. */
export interface DocumentedOperator {
  readonly name: string;
  readonly torch: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly aliases: readonly string[];
    readonly required: boolean;
    readonly default?: unknown;
  }[];
  callByName(args: Readonly<Record<string, unknown>>): unknown;
  /** Formulas: of a composite its own alone. */
  readonly info: { readonly tex: string | Tex };
  /** The record of a primitive operator; `null` for a composite. */
  readonly spec: { readonly batch: unknown; readonly vjp: unknown; readonly kink?: Kink } | null;
}

/** A kink at which a program can choose another gradient. */
interface Kink {
  readonly option: string;
  readonly at: string;
  readonly default: number | string;
  readonly choices: readonly (number | string)[];
}

/** Returns all operators with their records, in alphabetical order. */
export const documentedOperators = (engine: Engine): DocumentedOperator[] =>
  [...(engine.operators as ReadonlyMap<string, unknown> as ReadonlyMap<string, DocumentedOperator>).values()].sort(
    (a, b) => a.name.localeCompare(b.name),
  );

/** Returns the formulas of an operator in TeX. */
export const formulasOf = ({ info: { tex }, spec }: DocumentedOperator): string[] =>
  typeof tex === "string" ? [tex] : spec?.vjp === "none" ? [tex.forward] : [tex.forward, tex.vjp];
