/**
 * Kinds of output. Each kind is one row: its MIME type, the version of its data with upgrades of older data, and the text and still picture for
 * front ends without the extension. Data is encoded by a capability in `inspect`, or by the kernel, because the extension loads this folder alone,
 * without tensors.
 */

/** A MIME type of this project. Its version stays as long as older data can be upgraded; `schema` counts the changes of the data. */
export type OutputMime = `application/vnd.tapelab.${string}.v${number}+json`;

/** Data that a notebook stores; `schema` is the version of its fields. */
export interface OutputData {
  readonly schema: number;
}

/** Representations of one display by MIME type. */
export type Bundle = Readonly<Record<string, unknown>>;

/** A still form of an output: HTML or SVG, never both, as front ends that show HTML ignore SVG; or neither. */
export type Still =
  | { readonly "text/html": string }
  | { readonly "image/svg+xml": string }
  | Readonly<Record<string, never>>;

/** Turns data of one version into data of the next. */
export type Upgrade = (data: never) => OutputData;

/** The row of a kind of output. `D` is the type of its data, `X` the types of further arguments of `text` and `still`. */
export interface OutputSpec<D extends OutputData, X extends readonly unknown[] = []> {
  readonly mime: OutputMime;
  /** Version of the data that is written. A new optional field keeps it; a field that is removed or changes its meaning raises it. */
  readonly schema: D["schema"];
  /** Upgrades of the versions 1, 2, … before `schema`, in this order. */
  readonly upgrades?: readonly Upgrade[];
  readonly text: (data: D, ...extra: X) => string;
  readonly still: (data: D, ...extra: X) => Still;
}

/** A kind of output: its row, with the functions that write and read it. */
export interface Output<D extends OutputData, X extends readonly unknown[] = []> extends OutputSpec<D, X> {
  /** Returns the representations that a notebook stores. */
  readonly bundle: (data: D, ...extra: X) => Bundle;
  /** Upgrades stored data to the current version; `null` if its version is newer, or it is not such data. */
  readonly read: (stored: unknown) => D | null;
}

const isOutputData = (stored: unknown): stored is OutputData =>
  typeof stored === "object" && stored !== null && "schema" in stored && Number.isInteger(stored.schema);

/** Defines a kind of output. Throws if an upgrade of an older version is missing. */
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
