/** The exports of `data.transforms`, whose functions check their arguments. Written by scripts/signatures.mjs. */
import * as from from "../data/transforms.ts";
import { guard } from "../tensor/arguments/guard.ts";

export * from "../data/transforms.ts";

export const centerCrop: typeof from.centerCrop = guard("centerCrop", "options: number[]", from.centerCrop);
export const compose: typeof from.compose = guard("compose", "transforms: function[]", from.compose);
export const normalize: typeof from.normalize = guard("normalize", "mean: number[], std: number[]", from.normalize);
export const oneHot: typeof from.oneHot = guard("oneHot", "classes: number", from.oneHot);
export const randomCrop: typeof from.randomCrop = guard("randomCrop", "options: number[], options?: { padding?: number; generator?: Generator }", from.randomCrop);
export const randomHorizontalFlip: typeof from.randomHorizontalFlip = guard("randomHorizontalFlip", "options?: { p?: number; generator?: Generator }", from.randomHorizontalFlip);
export const randomVerticalFlip: typeof from.randomVerticalFlip = guard("randomVerticalFlip", "options?: { p?: number; generator?: Generator }", from.randomVerticalFlip);
export const toFloat: typeof from.toFloat = guard("toFloat", "", from.toFloat);
