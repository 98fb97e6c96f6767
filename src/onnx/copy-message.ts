/**
 * A shallow copy of a message. (An object spread would lose the prototype, which holds the defaults of absent fields;
 * own properties are the fields that are set.)
 */
export function copyMessage<T extends object>(message: T, changes: Partial<T> = {}): T {
  return Object.assign(Object.create(Object.getPrototypeOf(message)), message, changes)
}
