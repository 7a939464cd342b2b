/** The exports of `nn.utils.rnn`, whose functions check their arguments. Written by scripts/signatures.mjs. */
import * as from from "../nn/utils/rnn.ts";
import { guard } from "../tensor/arguments/guard.ts";

export * from "../nn/utils/rnn.ts";

export const packPaddedSequence: typeof from.packPaddedSequence = guard("packPaddedSequence", "input: Tensor, lengths: Tensor | number[], options?: { batchFirst?: boolean; enforceSorted?: boolean }", from.packPaddedSequence);
export const packSequence: typeof from.packSequence = guard("packSequence", "sequences: Tensor[], options?: { enforceSorted?: boolean }", from.packSequence);
export const padPackedSequence: typeof from.padPackedSequence = guard("padPackedSequence", "sequence: nn.utils.rnn.PackedSequence, options?: { batchFirst?: boolean; paddingValue?: number; totalLength?: number | undefined | null }", from.padPackedSequence);
export const padSequence: typeof from.padSequence = guard("padSequence", "sequences: Tensor[], options?: { batchFirst?: boolean; paddingValue?: number; paddingSide?: \"left\" | \"right\" }", from.padSequence);
export const unpackSequence: typeof from.unpackSequence = guard("unpackSequence", "sequence: nn.utils.rnn.PackedSequence", from.unpackSequence);
export const unpadSequence: typeof from.unpadSequence = guard("unpadSequence", "padded: Tensor, lengths: Tensor | number[], options?: { batchFirst?: boolean }", from.unpadSequence);
