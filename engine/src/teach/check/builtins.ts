/** Functions of JavaScript as they were when the package was loaded, so that cells that replace them do not change what a check compares. */

export const abs: typeof Math.abs = Math.abs;
export const floor: typeof Math.floor = Math.floor;
export const round: typeof Math.round = Math.round;
export const isFinite: typeof Number.isFinite = Number.isFinite;
export const isInteger: typeof Number.isInteger = Number.isInteger;
export const isArray: typeof Array.isArray = Array.isArray;
export const isSame: typeof Object.is = Object.is;
export const getPrototypeOf: typeof Reflect.getPrototypeOf = Reflect.getPrototypeOf;
export const ownKeys: typeof Reflect.ownKeys = Reflect.ownKeys;
export const get: typeof Reflect.get = Reflect.get;
export const isView: typeof ArrayBuffer.isView = ArrayBuffer.isView;
export const objectPrototype: object = Object.prototype;
