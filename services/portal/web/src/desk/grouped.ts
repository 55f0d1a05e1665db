/** Items by a key, each key's in their order. */
export function grouped<T, K>(items: Iterable<T>, keyOf: (item: T) => K): ReadonlyMap<K, readonly T[]> {
  const found = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const of = found.get(key);
    if (of === undefined) found.set(key, [item]);
    else of.push(item);
  }
  return found;
}
