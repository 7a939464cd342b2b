/** The exports of `metrics`, whose functions check their arguments. Written by scripts/signatures.mjs. */
import * as from from "../metrics/index.ts";
import { guard } from "../tensor/arguments/guard.ts";

export * from "../metrics/index.ts";

export const accuracy: typeof from.accuracy = guard("accuracy", "prediction: Tensor, target: Tensor", from.accuracy);
export const confusionMatrix: typeof from.confusionMatrix = guard("confusionMatrix", "prediction: Tensor, target: Tensor, classes?: number | string[]", from.confusionMatrix);
export const f1: typeof from.f1 = guard("f1", "prediction: Tensor, target: Tensor, options?: { average?: \"macro\" | \"micro\" | \"weighted\"; classes?: number }", from.f1);
export const meanSquaredError: typeof from.meanSquaredError = guard("meanSquaredError", "prediction: Tensor, target: Tensor", from.meanSquaredError);
export const precision: typeof from.precision = guard("precision", "prediction: Tensor, target: Tensor, options?: { average?: \"macro\" | \"micro\" | \"weighted\"; classes?: number }", from.precision);
export const recall: typeof from.recall = guard("recall", "prediction: Tensor, target: Tensor, options?: { average?: \"macro\" | \"micro\" | \"weighted\"; classes?: number }", from.recall);
