/** Methods of tensors that are not ops and are defined outside of the class, in the file that declares them in `interface Tensor`. */
import { Tensor } from "./tensor.ts";

/** Adds methods and getters to tensors. They are not enumerable, like those of a class. */
export function addMethods(methods: Partial<Tensor> & ThisType<Tensor>): void {
  const descriptors = Object.getOwnPropertyDescriptors(methods);
  for (const descriptor of Object.values<PropertyDescriptor>(descriptors)) descriptor.enumerable = false;
  Object.defineProperties(Tensor.prototype, descriptors);
}
