/** An RFC 6901 pointer in the form that an error's `field` has: `/event_sources/0/name` becomes `event_sources[0].name`. */
export function toFieldPath(pointer: string): string {
  return pointer
    .split("/")
    .slice(1)
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"))
    .map((token, at) => (/^\d+$/.test(token) ? `[${token}]` : at === 0 ? token : `.${token}`))
    .join("");
}
