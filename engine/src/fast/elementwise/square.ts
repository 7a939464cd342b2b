/** The gradient of a square. */
import { blank } from "../../dispatch/blank.ts";
import { type FastRule, registerFastRule } from "../../dispatch/fast.ts";
import { Storage } from "../../tensor/storage/storage.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { isFloat32 } from "../wasm/operands.ts";
import { times } from "./binary.ts";
import { throughSlope } from "./slope-formulas.ts";

/** Computes x̄ = (2 ȳ) x in one pass: doubling is exact. The cotangent of the square's sum or mean is one number. */
const rule: FastRule = (g, { inputs: [x], metas }) => {
  const isOneNumber = g.shape.every((n, d) => n === 1 || g.strides[d] === 0);
  if (g.numel() === 0) return null;
  if (!isFloat32(g) || !isFloat32(x) || !isOneNumber) {
    const dx = throughSlope("product", g, x, [2]);
    return dx === null ? null : [dx];
  }
  const factor = new Tensor(Storage.single("float32", 2 * g.storage.at(g.offset)), []);
  const dx = blank(metas[0], null);
  return times([dx], [x, factor], null) ? [dx] : null;
};

registerFastRule("square", rule);
