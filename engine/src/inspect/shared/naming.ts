/** Names of tensors: the label of the tensor, else the name of the host's variable that holds it. */
import { Tensor } from "../../tensor/tensor.ts";

/** Values of variables by name. */
export type Variables = Readonly<Record<string, unknown>>;

let variables: () => Variables = () => ({});

/** Sets the function that returns the host's variables, by which tensors are named, and among which losses and holders of memory are looked for. */
export function setVariables(list: () => Variables): void {
  variables = list;
}

/** Returns the host's variables. */
export const hostVariables = (): Variables => variables();

/** Returns the tensors among the host's variables. */
export const variableTensors = (): Tensor[] =>
  Object.values(variables()).filter((v): v is Tensor => v instanceof Tensor);

/** Returns the name of the host's variable that holds a value; `null` if none does. */
export function variableOf(value: object): string | null {
  const all = variables();
  return Object.keys(all).find((name) => all[name] === value) ?? null;
}

/** Returns the name of a tensor, or `null`. */
export const nameOf = (t: Tensor): string | null => t.label ?? variableOf(t);
