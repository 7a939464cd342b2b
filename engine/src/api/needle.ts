/** The exports of `needle`, whose functions check their arguments. Written by scripts/signatures.mjs. */
import * as from from "../teach/needle/index.ts";
import { guard } from "../tensor/arguments/guard.ts";

export * from "../teach/needle/index.ts";
export * as ops from "./needle-ops.ts";

export const computeGradientOfVariables: typeof from.computeGradientOfVariables = guard("computeGradientOfVariables", "output: needle.Tensor, outGrad: needle.Tensor", from.computeGradientOfVariables);
export const findTopoSort: typeof from.findTopoSort = guard("findTopoSort", "nodes: needle.Value[]", from.findTopoSort);
export const isLazyMode: typeof from.isLazyMode = guard("isLazyMode", "", from.isLazyMode);
export const setLazyMode: typeof from.setLazyMode = guard("setLazyMode", "on: boolean", from.setLazyMode);
export const sumNodeList: typeof from.sumNodeList = guard("sumNodeList", "values: needle.Value[]", from.sumNodeList);
export const topoSortDfs: typeof from.topoSortDfs = guard("topoSortDfs", "node: needle.Value, visited: Set, order: needle.Value[]", from.topoSortDfs);
