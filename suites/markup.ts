/** One tag or comment of a piece of HTML, in order. An end tag's name begins with "/", a comment's is "!". */
export interface Element {
  name: string;
  /** Names in lower case, values with character references decoded. */
  attributes: [name: string, value: string][];
  /** What stands in a script or style element. */
  content?: string;
}

const RAW_TEXT = ["script", "style"];
const REFERENCES: Record<string, string> = { quot: '"', apos: "'", lt: "<", gt: ">", amp: "&" };

/** Reads the tags of HTML as a browser would, as far as telling text from markup needs it. Linear in the text's length. */
export function elementsOf(html: string): Element[] {
  const elements: Element[] = [];
  for (let at = html.indexOf("<"); at !== -1; at = html.indexOf("<", at)) {
    if (html.startsWith("<!", at)) {
      const end = html.startsWith("<!--", at) ? after(html, "-->", at + 4) : after(html, ">", at);
      elements.push({ name: "!", attributes: [] });
      at = end;
      continue;
    }
    const tag = /^<(\/?[a-zA-Z][^\s/>]{0,100})/.exec(html.slice(at, at + 120));
    if (!tag) {
      at++;
      continue;
    }
    const name = (tag[1] as string).toLowerCase();
    const { attributes, end } = attributesOf(html, at + tag[0].length);
    at = end;
    if (!RAW_TEXT.includes(name)) {
      elements.push({ name, attributes });
      continue;
    }
    const close = html.slice(at).search(new RegExp(`</${name}[\\s/>]`, "i"));
    const stop = close === -1 ? html.length : at + close;
    elements.push({ name, attributes, content: html.slice(at, stop) });
    at = stop;
  }
  return elements;
}

function after(html: string, mark: string, from: number): number {
  const found = html.indexOf(mark, from);
  return found === -1 ? html.length : found + mark.length;
}

const ATTRIBUTE = /[\s/]*(?:([^\s/>][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"?|'([^']*)'?|([^\s>]*)))?)?/y;

function attributesOf(html: string, from: number): { attributes: [string, string][]; end: number } {
  const attributes: [string, string][] = [];
  ATTRIBUTE.lastIndex = from;
  for (let match = ATTRIBUTE.exec(html); match; match = ATTRIBUTE.exec(html)) {
    const [, name, double, single, bare] = match;
    if (name === undefined) break;
    attributes.push([name.toLowerCase(), decoded(double ?? single ?? bare ?? "")]);
    from = ATTRIBUTE.lastIndex;
  }
  return { attributes, end: after(html, ">", from) };
}

/** Replaces the character references that stand for what has a meaning in markup or scripts. */
function decoded(value: string): string {
  return value.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(quot|apos|lt|gt|amp));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return REFERENCES[String(name).toLowerCase()] ?? whole;
    const point = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}
