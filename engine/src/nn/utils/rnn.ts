/** `nn.utils.rnn`: sequences of different lengths. */
export {
  PackedSequence,
  type PackOptions,
  type PadOptions,
  type PadPackedOptions,
  packPaddedSequence,
  packSequence,
  padPackedSequence,
  padSequence,
  unpackSequence,
  unpadSequence,
} from "../layers/recurrent/packed.ts";
