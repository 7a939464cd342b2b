/** The forms of views that copy. The registry has them by their names in PyTorch, as in `diagonal_copy`; programs call `clone` on the view. */
import { defineComposite } from "../../dispatch/define.ts";
import { registered, registerMethod } from "../../dispatch/registry.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { clone } from "../elementwise/convert.ts";
import "./diagonal.ts";
import "./expand.ts";
import "./permute.ts";
import "./reshape.ts";
import "./slice.ts";
import "./split.ts";
import "./strided.ts";
import "./unfold.ts";
import "./view-as-complex.ts";
import "./window.ts";

/** The views with a form that copies, by their names here. */
const views: readonly string[] = [
  "asStrided",
  "diagonal",
  "expand",
  "permute",
  "select",
  "slice",
  "split",
  "splitWithSizes",
  "squeeze",
  "t",
  "transpose",
  "unbind",
  "unfold",
  "unsqueeze",
  "view",
  "viewAsComplex",
  "viewAsReal",
];

/** Returns copies of a tensor or of the tensors in a list. */
const copied = (y: Tensor | readonly Tensor[]): Tensor | readonly Tensor[] =>
  Array.isArray(y) ? y.map((part: Tensor) => clone(part)) : clone(y as Tensor);

for (const name of views) {
  // where no view is possible, its form that copies rearranges the elements
  const { info, call } = registered.get(name === "view" ? "reshape" : name) ?? {};
  if (info === undefined) throw new Error(`no op is called ${name}`);
  defineComposite(
    {
      name: `${name}Copy`,
      torch: `${name === "view" ? name : (info.torch.split(".").at(-1) ?? name)}_copy`,
      access: "internal",
      signature: info.signature,
      tex: `y = \\mathrm{copy}(\\mathrm{${name}}(x))`,
      samples: info.samples,
    },
    (...args: never[]) => copied((call as (...given: never[]) => Tensor | readonly Tensor[])(...args)),
  );
}

registerMethod("detachCopy", "detach_copy", "input", (x: Tensor) => clone(x.detach()));
