/** Paths: a scheme and its segments, from the general to the particular (spec/05-paths). */

/** Whether `path` is `ancestor` or lies under it: `shopify/aa` contains `shopify/aa/1`, not `shopify/aab`. */
export const contains = (ancestor: string, path: string): boolean =>
  path === ancestor || (path.startsWith(ancestor) && path[ancestor.length] === "/");
