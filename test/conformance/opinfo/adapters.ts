/** The adapters of PyTorch's gradient check, by the names that `make_opinfo.py` writes. */
import { eye, type Tensor, tensor } from "tapelab";

/** Adapts a tensor of the arguments, so that what the op requires of it survives a small change of its elements. */
export function adaptInput(wrapper: string | undefined, args: Record<string, unknown>): Record<string, unknown> {
  if (wrapper === undefined) return args;
  const [name, second] = Object.keys(args);
  const x = args[name] as Tensor;
  const upper = args.upper === true;
  switch (wrapper) {
    case "hermitian":
      return { ...args, [name]: x.add(x.transpose(-2, -1).conj()) };
    case "unitTriangular": {
      const strict = upper ? x.triu(1) : x.tril(-1);
      return { ...args, [name]: strict.add(eye(x.size(-1), { dtype: x.dtype })) };
    }
    case "copied":
      return { ...args, [name]: x.clone() };
    case "triangularSecond": {
      const t = args[second] as Tensor;
      return { ...args, [second]: upper ? t.triu() : t.tril(), upper };
    }
    case "factors": {
      const { factor, ...rest } = args;
      return { ...rest, [name]: x.matmul((factor as Tensor).transpose(-2, -1)) };
    }
    default:
      throw new Error(`no adapter is called ${wrapper}`);
  }
}

/** The positions of eigenvalues in the order of their real parts, up to rounding, and then of their imaginary parts. */
function byRealPart(values: Tensor): Tensor {
  const n = values.size(-1);
  const flat = values.detach().toTypedArray();
  const keyOf = (i: number): readonly [number, number] => [Math.round(flat[2 * i] * 1e6), flat[2 * i + 1]];
  const order = Array.from({ length: values.numel() }, (_, i) => i).sort((a, b) => {
    const [x, z] = [keyOf(a), keyOf(b)];
    return Math.floor(a / n) - Math.floor(b / n) || x[0] - z[0] || x[1] - z[1];
  });
  return tensor(
    order.map((i) => i % n),
    { dtype: "int64" },
  ).reshape(values.shape);
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
    case "firstTwo":
      return outputs.slice(0, 2);
    case "sortedEigen": {
      const [values, ...vectors] = outputs;
      const order = byRealPart(values);
      return [
        values.gather(-1, order),
        ...vectors.map((v) => v.abs().gather(-1, order.unsqueeze(-2).expand([...v.shape]))),
      ];
    }
    case "lowRank": {
      const [u, s, v] = outputs;
      return [u.matmul(v.transpose(-2, -1).conj()), s];
    }
    default:
      throw new Error(`no function of the outputs is called ${view}`);
  }
}
