/** `summary`: the modules of a model with their shapes, parameters, multiply-adds and memory. */
import type { Module } from "../../nn/base/module.ts";
import type { ModelSummaryData } from "../../protocol/index.ts";
import { zeros } from "../../tensor/create.ts";
import type { DType } from "../../tensor/dtype.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import type { Shape } from "../../tensor/shape.ts";
import { displayAs, type MimeBundle, printAsText } from "../../tensor/symbols.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { summaryHtml } from "../../view/summary/html.ts";
import { summaryText } from "../../view/summary/text.ts";
import { summarize } from "./data.ts";

/** A summary of a model, which a notebook displays as a table and which prints as text elsewhere. */
export class ModelSummary {
  readonly data: ModelSummaryData;

  constructor(data: ModelSummaryData) {
    this.data = data;
  }

  /** Returns the representations that a notebook stores. */
  bundle(): MimeBundle {
    return { "text/html": summaryHtml(this.data), "text/plain": summaryText(this.data) };
  }

  toString(): string {
    return summaryText(this.data);
  }

  static {
    printAsText(this.prototype);
    displayAs(this.prototype, (summary) => summary.bundle());
  }
}

/** The input of a model: its shape, or a tensor or other argument of `forward`. */
export type SummaryInput = Shape | Tensor;

/** Options of `summary`. */
export interface SummaryOptions {
  /** Dtype of the inputs that are given by their shapes; by default that of the model's first parameter. */
  readonly dtype?: DType;
}

const isShape = (x: unknown): x is Shape => Array.isArray(x) && x.every((n) => typeof n === "number");

/** Returns the arguments of `forward`: zeros for shapes, tensors as they are. */
function argumentsOf(
  model: Module,
  input: SummaryInput | readonly SummaryInput[],
  { dtype }: SummaryOptions,
): Tensor[] {
  const list: readonly SummaryInput[] = input instanceof Tensor || isShape(input) ? [input] : input;
  const chosen = dtype ?? model.parameters()[0]?.dtype ?? "float32";
  return list.map((x) => {
    if (x instanceof Tensor) return x;
    if (isShape(x)) return zeros([...x], { dtype: chosen });
    throw new ArgumentError("summary", "expected a shape such as [1, 3, 32, 32], a tensor, or a list of these");
  });
}

/**
 * Returns a table of the modules of a model: shapes of inputs and outputs, parameters, multiply-adds and the memory of outputs. The input is given by its shape, with the batch, or as a tensor; several
 * inputs in a list. The model runs once, in evaluation mode and off the tape; lazy modules are initialized by that. A module that is used twice has its numbers in its first row, and a tied parameter
 * is counted once. Multiply-adds are those of linear, convolution, recurrent and attention layers, for all examples of the batch.
 * @throws ArgumentError for an input that is no shape and no tensor. Errors of the model pass.
 * @example
 * const model = new nn.Sequential(new nn.Linear(4, 8), new nn.ReLU(), new nn.Linear(8, 2));
 * summary(model, [1, 4]).data.parameters; // 58
 */
export function summary(
  model: Module,
  input: SummaryInput | readonly SummaryInput[],
  options: SummaryOptions = {},
): ModelSummary {
  return new ModelSummary(summarize(model, argumentsOf(model, input, options)));
}
