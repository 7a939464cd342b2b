/** Methods of tensors outside of the class: a file that declares some in `interface Tensor` adds them here. */
import { Tensor } from "./tensor.ts";

/** Adds methods and getters to the class. They are not enumerable, as those of a class are not. */
export function addMethods(methods: Partial<Tensor> & ThisType<Tensor>): void {
  const descriptors = Object.getOwnPropertyDescriptors(methods);
  for (const descriptor of Object.values<PropertyDescriptor>(descriptors)) descriptor.enumerable = false;
  Object.defineProperties(Tensor.prototype, descriptors);
}
