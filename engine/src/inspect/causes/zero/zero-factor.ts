/** A product whose other factor is 0, such as a weight of zeros. */
import { isParameter } from "../../../tensor/parameter.ts";
import { nameOf } from "../../shared/naming.ts";
import type { Cause } from "../cause.ts";
import { fact, type GradientCase, nameIn } from "../gradient/case.ts";
import { isZero } from "../gradient/numbers.ts";
import { type StopFacts, stopCause } from "../gradient/stop-cause.ts";

/** Returns the other factor that is 0 throughout; `null` if none is known to be. */
function zeroFactor({ others, subject, stopped }: StopFacts): StopFacts["others"][number] | null {
  const isFactor = ({ position }: { readonly position: number }): boolean => position < 2 && stopped.input < 2;
  return others.find((o) => isFactor(o) && subject.flow !== null && isZero(subject.flow.numbers(o.tensor))) ?? null;
}

function words(facts: StopFacts): string {
  const t = zeroFactor(facts)?.tensor;
  if (t === undefined) return "its other factor";
  const name = nameIn(facts.subject.model, t) ?? nameOf(t);
  const kind = isParameter(t) ? "the parameter" : t.numel() === 1 ? "the number" : "the tensor";
  return name === null ? `${kind} [${t.shape.join(", ")}]` : `${kind} ${name}`;
}

export const zeroFactorCause: Cause<GradientCase> = stopCause({
  id: "zero-factor",
  way: "product",
  title: "Multiplied by zeros",
  mechanism:
    "The derivative of a product with respect to one factor is the other one. A weight that was initialized to zeros, a mask of zeros or a coefficient of 0 stops the gradient of everything that it multiplies. A factor that is 0 because the other operand is the same tensor is at a stationary point instead.",
  remedy:
    "Initialize weights with random numbers (nn.init.kaimingUniform, xavierUniform), zeros only in biases or in the last layer of a residual branch; check masks and coefficients.",
  many: null,
  applies: (facts) => {
    const found = zeroFactor(facts);
    return found !== null && found.tensor !== facts.input;
  },
  whole: (facts) => `The gradient stops at ${facts.op}: it is multiplied by ${words(facts)}, which is 0 throughout.`,
  evidence: (facts) => [fact("other factor", `${words(facts)}, all zeros`)],
});
