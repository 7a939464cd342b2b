/** Gives the tape and the tensors the ops that they call, which are defined in a layer above. Loading this file does it. */
import { setAlgebra } from "../tape/graph/algebra.ts";
import { noteElementsRead, noteMadeOf, noteMadeOfData } from "../tape/graph/cuts.ts";
import { full } from "../tensor/create.ts";
import { setTensorHooks } from "../tensor/hooks.ts";
import { accumulate, tryAddInPlace } from "./accumulate.ts";
import { add } from "./elementwise/arithmetic.ts";
import { conj } from "./elementwise/complex.ts";
import { clone, to } from "./elementwise/convert.ts";
import { addRowGradients } from "./indexing/rows.ts";
import { rebaseView } from "./inplace.ts";
import { sumTo } from "./reduce/sum-over.ts";
import { stack } from "./shape/join.ts";
import { reshape } from "./shape/reshape.ts";
import { select } from "./shape/window.ts";

setTensorHooks({ rebaseView, addRowGradients, noteMadeOf, noteElementsRead, noteMadeOfData });
setAlgebra({
  add,
  tryAddInPlace,
  addInPlace: accumulate,
  sumTo,
  to,
  clone,
  conj,
  constant: ({ shape, dtype }, value) => full(shape, value, { dtype }),
  reshape,
  select: (x, i) => select(x, 0, i),
  stack: (xs) => stack(xs),
});
