/** The exports of `serialization`: files of tensors as bytes. */
export { decodePt } from "./pt-read.ts";
export { encodePt } from "./pt-write.ts";
export { decodeSafetensors, encodeSafetensors, type SafetensorsFile } from "./safetensors.ts";
export type { SavedValue } from "./state.ts";
