/** Attributions, which a notebook displays as pictures, texts or tables. */
import type { AttributionData } from "../../protocol/index.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { attributionOutput } from "../../view/attribution/output.ts";
import { Display } from "../shared/display.ts";
import { encodeAttribution } from "./data.ts";
import type { AttributionOptions, Point } from "./point.ts";

/** The method of an attribution, in words. */
export interface Method {
  readonly method: string;
  readonly facts: readonly string[];
  /** Whether attributions have signs. */
  readonly signed: boolean;
}

/** Contributions of the elements of an input to an output, which a notebook displays and which print as text elsewhere. */
export class Attribution extends Display<AttributionData> {
  /** The attributions, off the tape. Except for class activation maps, they have the shape of the input, or of the output of the layer at which they were computed. */
  readonly values: Tensor;

  constructor(
    method: Method,
    values: Tensor,
    input: Tensor,
    explained: Pick<Point, "target" | "scores">,
    options: AttributionOptions,
  ) {
    super(attributionOutput, encodeAttribution(method, values, input, explained, options));
    this.values = values;
  }
}
