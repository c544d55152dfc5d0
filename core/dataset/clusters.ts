/** Disjoint sets over 0, 1, 2, … (union by size, path halving). */
export interface Clusters {
  /** Make room for one more item, alone in its cluster, and return its number. */
  add(): number;
  /** Merge the clusters of two items. */
  join(a: number, b: number): void;
  same(a: number, b: number): boolean;
  /** A number that all items of one cluster share; it may change with every join. */
  root(item: number): number;
}

export function createClusters(): Clusters {
  const parent: number[] = [];
  const size: number[] = [];
  function root(item: number): number {
    let at = item;
    while (parent[at] !== at) {
      const above = parent[at] as number;
      at = parent[at] = parent[above] as number;
    }
    return at;
  }
  return {
    add() {
      size.push(1);
      return parent.push(parent.length) - 1;
    },
    join(a, b) {
      let [large, small] = [root(a), root(b)];
      if (large === small) return;
      if ((size[large] as number) < (size[small] as number)) [large, small] = [small, large];
      parent[small] = large;
      size[large] = (size[large] as number) + (size[small] as number);
    },
    same: (a, b) => root(a) === root(b),
    root,
  };
}
