/** Gradients of activations. */
import { blank } from "../../dispatch/blank.ts";
import { type FastRule, registerFastRule } from "../../dispatch/fast.ts";
import { sizeOf } from "../../tensor/shape.ts";
import * as Form from "../abi/codes/elementwise-form.ts";
import * as Slope from "../abi/codes/slope.ts";
import { kernelsFor, kernelsOf } from "../wasm/module.ts";
import { addressOf, finishKernel, haveSameFloatDtype, isFloat32, resultAddressOf } from "../wasm/operands.ts";
import { computeBoundTime, memoryBoundTime, minWasmElements, shareElements } from "./job.ts";

type SlopeName = keyof typeof Slope;

const isComputeBound = (name: SlopeName): boolean => name === "gelu" || name === "geluTanh";

/** Returns the rule x̄ = ȳ f'(s), where s is what the op saved. */
const slope =
  (nameOf: (params: unknown) => SlopeName, saved: "input" | "output"): FastRule =>
  (g, ctx) => {
    const s = saved === "input" ? ctx.inputs[0] : ctx.output;
    const n = sizeOf(g.shape);
    const wasm = haveSameFloatDtype([g, s]) ? kernelsFor(n, minWasmElements) : null;
    if (wasm === null) return null;
    const dx = blank(g, null);
    const [from, by, to] = [addressOf(g), addressOf(s), resultAddressOf(dx)];
    const name = nameOf(ctx.params);
    const nanoseconds = isComputeBound(name) ? computeBoundTime : memoryBoundTime;
    if (!isFloat32(g) || !shareElements(wasm, Form.slope, Slope[name], n, nanoseconds, from, by, to))
      kernelsOf(wasm, g)[`${name}Slope`](n, from, by, to);
    finishKernel();
    return [dx];
  };

for (const name of ["relu", "tanh", "sigmoid"] as const)
  registerFastRule(
    name,
    slope(() => name, "output"),
  );
registerFastRule(
  "gelu",
  slope((approximate) => (approximate === "none" ? "gelu" : "geluTanh"), "input"),
);
