/**
 * Returns the object that holds the notebook's variables. It inherits nothing, so that a variable may be called `__proto__`. It is created by a
 * constructor because V8 makes `Object.create(null)` a slow dictionary, and every assignment at the top level of a cell goes through this object.
 */
export function createVariables(): Record<string, unknown> {
  function Variables(): void {}
  Variables.prototype = Object.create(null);
  return Reflect.construct(Variables, []);
}
