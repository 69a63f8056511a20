/** RFC 6901 pointers. */

/** One step of a pointer, escaped. */
export function step(name: string | number): string {
  return `/${String(name).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** How many steps a pointer has. */
export function depthOf(pointer: string): number {
  return pointer.split("/").length - 1;
}

/** Whether `pointer` is `ancestor` or lies below it. */
export function isWithin(pointer: string, ancestor: string): boolean {
  return pointer.startsWith(ancestor) && (pointer.length === ancestor.length || pointer[ancestor.length] === "/");
}
