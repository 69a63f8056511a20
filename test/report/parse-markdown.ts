import type { Nodes } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { gfm } from "micromark-extension-gfm";

/** A document in GitHub's Markdown as its syntax tree. */
export const parseMarkdown = (text: string): Nodes =>
  fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });

/** All nodes of a kind, in the order of the document. */
export function nodes<T extends Nodes["type"]>(tree: Nodes, type: T): Extract<Nodes, { type: T }>[] {
  const own = tree.type === type ? [tree as Extract<Nodes, { type: T }>] : [];
  return "children" in tree ? [...own, ...tree.children.flatMap((child) => nodes(child as Nodes, type))] : own;
}

/** The kinds of all nodes, nested as they are; what they say is left out. */
export const shapeOf = (tree: Nodes): unknown =>
  "children" in tree ? [tree.type, ...tree.children.map((child) => shapeOf(child as Nodes))] : tree.type;
