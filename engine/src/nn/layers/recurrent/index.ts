/** Recurrent layers and their cells. */
export type { RecurrentOptions } from "./base.ts";
export { type CellOptions, GRUCell, LSTMCell, type LSTMCellOptions, RNNCell, type RNNCellOptions } from "./cells.ts";
export { GRU, LSTM, type LSTMOptions, type LSTMState, RNN, type RNNOptions } from "./layers.ts";
