/** The adapters of PyTorch's gradient check, by the names that `make_opinfo.py` writes. */
import { arange, maximum, type Tensor, where, zerosLike } from "tapelab";

/** Adapts the first tensor of the arguments, so that what the op requires of it survives a small change of its elements. */
export function adaptInput(wrapper: string | undefined, args: Record<string, unknown>): Record<string, unknown> {
  if (wrapper === undefined) return args;
  const [name] = Object.keys(args);
  const x = args[name] as Tensor;
  switch (wrapper) {
    case "hermitian":
      return { ...args, [name]: x.add(x.transpose(-2, -1)) };
    case "positiveTriangular":
      return { ...args, [name]: positiveTriangular(x, args.upper === true) };
    default:
      throw new Error(`no adapter is called ${wrapper}`);
  }
}

/** The triangle of a square matrix, with the absolute values of the diagonal on it. */
function positiveTriangular(x: Tensor, upper: boolean): Tensor {
  const n = x.size(-1);
  const [row, column] = [arange(n).unsqueeze(1), arange(n).unsqueeze(0)];
  const triangle = where(upper ? row.le(column) : row.ge(column), x, zerosLike(x));
  return where(row.eq(column), maximum(x, x.neg()), triangle);
}

/** The functions of the outputs that are compared, where the outputs themselves are not unique. */
export function viewOutputs(view: string | undefined, outputs: Tensor[]): Tensor[] {
  switch (view) {
    case undefined:
      return outputs;
    case "absoluteColumns":
    case "absoluteRows": {
      const [u, s, v] = outputs;
      const k = s.size(-1);
      return [u.narrow(-1, 0, k).abs(), s, v.narrow(view === "absoluteRows" ? -2 : -1, 0, k).abs()];
    }
    case "absoluteVectors":
      return [outputs[0], outputs[1].abs()];
    case "lowRank": {
      const [u, s, v] = outputs;
      return [u.matmul(v.transpose(-2, -1)), s];
    }
    default:
      throw new Error(`no function of the outputs is called ${view}`);
  }
}
