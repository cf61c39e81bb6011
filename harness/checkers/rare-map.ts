/**
 * A map that mostly stays empty, and takes hardly any room then. Under load there are as many of each as answers on
 * their way, and an empty `Map` takes 184 bytes.
 */
export class RareMap<K, V> {
  private map: Map<K, V> | null = null;

  get size(): number {
    return this.map?.size ?? 0;
  }

  get(key: K): V | undefined {
    return this.map?.get(key);
  }

  has(key: K): boolean {
    return this.map?.has(key) ?? false;
  }

  set(key: K, value: V): void {
    this.map ??= new Map();
    this.map.set(key, value);
  }

  delete(key: K): void {
    this.map?.delete(key);
    if (this.map?.size === 0) this.map = null;
  }

  /** A copy, in the order in which they came. */
  keys(): K[] {
    return this.map ? [...this.map.keys()] : [];
  }

  /** A copy, in the order of the keys. */
  values(): V[] {
    return this.map ? [...this.map.values()] : [];
  }

  *[Symbol.iterator](): IterableIterator<[K, V]> {
    if (this.map) yield* this.map;
  }
}
