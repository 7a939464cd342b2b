/** Tensors that may hold the labels of classes. */

/** Whether the type is one of class labels: an integer. */
export const isLabelType = (dtype: string): boolean => dtype.startsWith("int") || dtype === "uint8";
