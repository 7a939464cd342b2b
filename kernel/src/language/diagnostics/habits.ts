/** Advice on names of Python and PyTorch that TypeScript and the engine do not have. */

/** Names that are used as variables. */
const names: Readonly<Record<string, string>> = {
  None: "It is null in TypeScript.",
  True: "It is true in TypeScript.",
  False: "It is false in TypeScript.",
  self: "It is this in TypeScript.",
  len: "Write x.length, of an array, a string or a tensor (the size of its first dimension).",
  enumerate: "Write: for (const [i, x] of xs.entries()).",
  zip: "Write xs.map((x, i) => [x, ys[i]]).",
  str: "Write `${x}`, or String(x).",
  isinstance: "Write x instanceof C.",
  np: 'Tensors have what arrays of NumPy have: import { tensor } from "tapelab";',
  torch: 'What PyTorch has in torch is in tapelab: import * as torch from "tapelab";',
};

const numberOf = (method: string): string => `Of a tensor's only element, write x.item().${method}.`;
const onlyCpu = "Tensors are in the memory of the processor; there are no other devices.";

/** Names that are used as methods or properties of tensors. */
const members: Readonly<Record<string, string>> = {
  numpy: "x.toArray() returns its elements as nested arrays, x.toTypedArray() as one typed array.",
  toFixed: numberOf("toFixed(3)"),
  toPrecision: numberOf("toPrecision(3)"),
  toExponential: numberOf("toExponential(3)"),
  toLocaleString: numberOf("toLocaleString()"),
  cuda: onlyCpu,
  cpu: onlyCpu,
  device: onlyCpu,
  map: "It applies functions to whole tensors, as x.exp(); [...x] is an array of its rows, and x.toArray() of its elements.",
  forEach: "Write: for (const row of x).",
  grad_fn: "It is gradFn.",
};

/** Names that are used as exports of the engine. */
const exported: Readonly<Record<string, string>> = {
  cuda: onlyCpu,
  device: onlyCpu,
  backends: onlyCpu,
  FloatTensor: 'Write tensor(data, { dtype: "float32" }).',
  LongTensor: 'Write tensor(data, { dtype: "int64" }).',
};

const own = (table: Readonly<Record<string, string>>, name: string): string | null =>
  Object.hasOwn(table, name) ? (table[name] ?? null) : null;

/** Returns what to write instead of a variable that no cell declares; `null` if nothing is known of it. */
export const insteadOfName = (name: string): string | null => own(names, name);

/** Returns what to write instead of a member that tensors do not have; `null` if nothing is known of it. */
export const insteadOfMember = (name: string): string | null => own(members, name);

/** Returns what to write instead of an export that the engine does not have; `null` if nothing is known of it. */
export const insteadOfExport = (name: string): string | null => own(exported, name);
