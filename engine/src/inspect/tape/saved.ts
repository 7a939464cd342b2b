/** Saved tensors of a node, and the names of its inputs. */
import type { Node } from "../../tape/graph/node.ts";
import { inputName } from "../../tape/graph/saved.ts";
import { keepsTensors } from "../../tape/graph/watched.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { nameOf } from "../shared/naming.ts";

/** Returns the saved tensors with their names in the formulas; a watched node still has them after backward. */
export const savedOf = (node: Node): readonly { readonly name: string; readonly tensor: Tensor }[] =>
  keepsTensors(node.watched) ? node.watched.saved : node.savedTensors();

/** Returns the memory of a node's saved tensors. */
export const savedBytes = (node: Node): number => savedOf(node).reduce((sum, { tensor }) => sum + tensor.nbytes, 0);

/** Returns the name of an input: the tensor's own, else the name that the formulas use. */
export function nameOfInput(node: Node, i: number): string {
  const t = node.watched?.inputs[i];
  return (t === undefined ? null : nameOf(t)) ?? inputName(i, node.metas.length);
}

/** Returns the name of a saved tensor: that of the input it is, else `name`. */
export function nameOfSaved(node: Node, name: string, tensor: Tensor): string {
  const i = node.watched?.inputs.indexOf(tensor) ?? -1;
  return i < 0 ? name : nameOfInput(node, i);
}
