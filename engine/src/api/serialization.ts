/** The exports of `serialization`, whose functions check their arguments. Written by scripts/signatures.mjs. */
import * as from from "../serialization/index.ts";
import { guard } from "../tensor/arguments/guard.ts";

export * from "../serialization/index.ts";

export const decodePt: typeof from.decodePt = guard("decodePt", "file: Uint8Array", from.decodePt);
export const decodeSafetensors: typeof from.decodeSafetensors = guard("decodeSafetensors", "file: Uint8Array", from.decodeSafetensors);
export const encodePt: typeof from.encodePt = guard("encodePt", "value: any", from.encodePt);
export const encodeSafetensors: typeof from.encodeSafetensors = guard("encodeSafetensors", "tensors: record<Tensor>, metadata?: record<string>", from.encodeSafetensors);
