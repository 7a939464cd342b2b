/** The LDL factorization of symmetric matrices. Singular ones that the op refuses are left to the reference kernel, which says why. */
import { type FastKernel, registerFastKernel } from "../../dispatch/fast.ts";
import { allocateTemporary, declineKernel, finishKernel, resultAddressOf } from "../wasm/operands.ts";
import { copyMatrix, linalgKernels, visitMatrices } from "./matrices.ts";

const ldl: FastKernel = ([out, pivots, info], inputs, params) => {
  const [x] = inputs;
  const n = x.shape[x.shape.length - 1];
  const tools = linalgKernels([x], n ** 3);
  if (tools === null) return false;
  const { typed, size } = tools;
  const [to, found] = [resultAddressOf(out), resultAddressOf(pivots)];
  const work = allocateTemporary(2 * (n * size + 64));
  const failures: number[] = [];
  visitMatrices([x], x.shape.slice(0, -2), (at, [a]) => {
    const result = to + at * n * n * size;
    copyMatrix(tools, a, result);
    failures.push(typed.ldl(n, result, found + at * n * 4, work));
  });
  const { caller } = params as { readonly caller: string | null };
  if (caller !== null && failures.some((f) => f !== 0)) return declineKernel();
  finishKernel();
  info.storage.array.set(failures);
  return true;
};

registerFastKernel("ldlFactorEx", ldl);
