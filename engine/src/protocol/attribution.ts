/** The JSON of an attribution: how much each element of an input contributes to an output of a model. */
import type { Num } from "./number.ts";
import type { Grid } from "./summary.ts";

/** The form in which attributions are shown. */
export type AttributionKind = "image" | "text" | "features" | "matrix";

/** The attributions of one example. */
export interface AttributionExample {
  /** The output that is explained, such as `class 3 = 2.1`. */
  readonly title: string;
  /** For an image: its channels, one or three; `null` for other inputs. */
  readonly image: readonly Grid[] | null;
  /** The least and the largest element of the image. */
  readonly range: readonly [Num, Num];
  /** The attributions as a matrix; those of an image are combined over its channels. */
  readonly map: Grid;
  /** Tokens or features, with a score each; empty for images and matrices. */
  readonly names: readonly string[];
  readonly scores: readonly Num[];
}

/** Attributions by one method. */
export interface AttributionData {
  readonly schema: 1;
  /** The method in words, such as `Integrated gradients`. */
  readonly method: string;
  readonly kind: AttributionKind;
  /** Shape of the attributions. */
  readonly shape: readonly number[];
  /** Facts about the computation, such as the baseline. */
  readonly facts: readonly string[];
  /** Whether attributions have signs; otherwise they are magnitudes. */
  readonly signed: boolean;
  readonly examples: readonly AttributionExample[];
  /** Number of examples, tokens and features that were left out to limit the size. */
  readonly omitted: number;
}
