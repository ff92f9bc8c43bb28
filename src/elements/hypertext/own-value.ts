/**
 * The value of an own, enumerable data property; undefined where there is none. Runs nothing of the object's: no getter, and
 * neither a prototype's property nor `__proto__` of one. Never throws, though a page's own proxy may.
 */
export function ownValue(object: object, name: PropertyKey): unknown {
  try {
    const property = Object.getOwnPropertyDescriptor(object, name);
    return property?.enumerable ? (property.value as unknown) : undefined;
  } catch {
    return undefined;
  }
}

/** The first members of an array, read in the same way: whoever sent it may have put in millions. */
export function ownMembers(array: readonly unknown[], most: number): unknown[] {
  return Array.from({ length: Math.min(array.length, most) }, (_, index) => ownValue(array, index));
}
