/**
 * Kinds of output. Each kind is one row: its MIME type, the version of its data, and the text and still picture for readers that run no
 * extension. What encodes a kind is its capability in `inspect`, or the kernel: renderers load this folder alone, without tensors.
 */

/** A MIME type of this project; the version is that of the name, and stays while older data can be upgraded. */
export type OutputMime = `application/vnd.tapelab.${string}.v${number}+json`;

/** Data that a notebook stores; `schema` is the version of its fields. */
export interface OutputData {
  readonly schema: number;
}

/** Representations of one display by MIME type. */
export type Bundle = Readonly<Record<string, unknown>>;

/** HTML or SVG, never both: front ends show the HTML and ignore the SVG. Some kinds have neither. */
export type Still =
  | { readonly "text/html": string }
  | { readonly "image/svg+xml": string }
  | Readonly<Record<string, never>>;

/** Returns data of the next version. */
export type Upgrade = (data: never) => OutputData;

/** One kind of output. `D` is its data, `X` what `text` and `still` need besides the data. */
export interface OutputSpec<D extends OutputData, X extends readonly unknown[] = []> {
  readonly mime: OutputMime;
  /** Version of the data that is written. An optional field that is added keeps it; a field that goes, or changes its meaning, raises it. */
  readonly schema: D["schema"];
  /** The first upgrades data of version 1, the next data of version 2, and so on up to the version before `schema`. */
  readonly upgrades?: readonly Upgrade[];
  readonly text: (data: D, ...extra: X) => string;
  readonly still: (data: D, ...extra: X) => Still;
}

/** A kind of output, with what follows from its row. */
export interface Output<D extends OutputData, X extends readonly unknown[] = []> extends OutputSpec<D, X> {
  /** Returns the representations that a notebook stores. */
  readonly bundle: (data: D, ...extra: X) => Bundle;
  /** Returns stored data as the version that is written now; `null` if it is of a newer version or is no such data. */
  readonly read: (stored: unknown) => D | null;
}

const isOutputData = (stored: unknown): stored is OutputData =>
  typeof stored === "object" && stored !== null && "schema" in stored && Number.isInteger(stored.schema);

/** Defines a kind of output. */
export function defineOutput<D extends OutputData, X extends readonly unknown[] = []>(
  spec: OutputSpec<D, X>,
): Output<D, X> {
  const { mime, schema, upgrades = [], text, still } = spec;
  if (upgrades.length !== schema - 1)
    throw new Error(
      `${mime}: version ${schema} needs ${schema - 1} upgrades of older data, but got ${upgrades.length}`,
    );
  return {
    ...spec,
    bundle: (data, ...extra) => ({ [mime]: data, ...still(data, ...extra), "text/plain": text(data, ...extra) }),
    read: (stored) => {
      if (!isOutputData(stored) || stored.schema < 1 || stored.schema > schema) return null;
      const steps = upgrades.slice(stored.schema - 1);
      return steps.reduce<OutputData>((data, upgrade) => upgrade(data as never), stored) as D;
    },
  };
}
