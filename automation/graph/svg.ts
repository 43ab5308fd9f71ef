/** A drawing as an SVG that needs nothing else. */
import { graphlib, layout } from "@dagrejs/dagre";
import { visible } from "../visible";
import type { Card, Drawing } from "./drawing";

const LINE = 17;
const PAD = 12;
const HEAD = 24;
const MARGIN = 28;
const GAP = 20;
/** Cards stand beside each other up to this width. */
const ROW = 1100;
/** What a frame has above its cards, for its name. */
const FRAME = 18;
const LONGEST = 42;
/** What several cards are drawn in. */
const FRAMES = ["network", "shared"] as const;

interface Point {
  x: number;
  y: number;
}

interface Box extends Point {
  width: number;
  height: number;
}

/** A line of a card, with the class that it is styled by. */
type Line = readonly [text: string, style: string];

const COLOURS: Readonly<Record<NonNullable<Card["change"]>, readonly [fill: string, stroke: string]>> = {
  create: ["#eafbef", "#1a7f37"],
  update: ["#fff9e0", "#9a6700"],
  replace: ["#fff0ee", "#cf222e"],
  delete: ["#fff0ee", "#cf222e"],
};

const STYLE = `
  text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2328; }
  .title { font-weight: 600; font-size: 14px; } .head { font-weight: 600; font-size: 18px; }
  .quiet { fill: #59636e; font-size: 12px; } .weak { fill: #cf222e; font-weight: 600; font-size: 12px; }
  .changed { font-weight: 600; font-size: 12px; fill: #7d4e00; }
  .arrow { fill: none; stroke: #8c959f; stroke-width: 1.3; marker-end: url(#end); }
    .group { fill: #f4f8ff; stroke: #9ec1ef; stroke-width: 1.2; }`;

type Edge = Drawing["needs"][number];

const NOWHERE: Box = { x: 0, y: 0, width: 0, height: 0 };

/** The picture as text. */
export function svgOf(drawing: Drawing): string {
  const { cards, title } = drawing;
  const { boxes, arrows } = laidOut(drawing);
  const boxOf = (id: string): Box => boxes.get(id) ?? NOWHERE;
  const frames = FRAMES.filter((group) => boxes.has(`:${group}`));
  const right = Math.max(360, ...[...boxes.values()].map(({ x, width }) => x + width / 2));
  const bottom = Math.max(0, ...[...boxes.values()].map(({ y, height }) => y + height / 2));
  const [width, height] = [right + 2 * MARGIN, bottom + HEAD + FRAME + 3 * MARGIN];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${round(width)} ${round(height)}" width="${round(width)}" height="${round(height)}" role="img" aria-label="${escaped(`The parts of stack ${title}`)}">`,
    `<style>${STYLE}\n</style>`,
    `<defs><marker id="end" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z" fill="#8c959f"/></marker></defs>`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    `<text class="head" x="${MARGIN}" y="${MARGIN + 6}">${escaped(title)}</text>`,
    `<g transform="translate(${MARGIN} ${MARGIN + HEAD + FRAME})">`,
    ...frames.map((group) => frameOf(boxOf(`:${group}`), group)),
    ...arrows.map(arrow),
    ...cards.map((card) => drawn(card, boxOf(card.id))),
    "</g>",
    legend(drawing, height - MARGIN),
    "</svg>",
    "",
  ].join("\n");
}

/** Where everything is: what needs each other from left to right, and what several share in rows below. */
function laidOut({ cards, needs }: Drawing): { boxes: Map<string, Box>; arrows: Point[][] } {
  const graph = new graphlib.Graph({ compound: true });
  graph.setGraph({ rankdir: "LR", nodesep: 22, ranksep: 64, edgesep: 14, marginx: 4, marginy: 4 });
  graph.setDefaultEdgeLabel(() => ({}));
  const [shared, others] = [true, false].map((is) => cards.filter(({ group }) => (group === "shared") === is));
  if (cards.some(({ group }) => group === "network")) graph.setNode(":network", {});
  // As wide as the widest, so that what comes in level has nothing before it.
  const width = Math.max(0, ...(others ?? []).map((card) => sizeOf(card).width));
  for (const card of others ?? []) {
    graph.setNode(card.id, { ...sizeOf(card), width });
    if (card.group !== undefined) graph.setParent(card.id, `:${card.group}`);
  }
  const edges = needs.filter((edge) => edge.every((id) => graph.hasNode(id)));
  for (const [from, to] of edges) graph.setEdge(from, to);
  layout(graph);
  const boxes = new Map(graph.nodes().map((id) => [id, graph.node(id) as Box]));
  const arrows = edges.map((edge) => [
    portOf(boxes, edges, edge, 0),
    ...between((graph.edge(...edge) as { points: Point[] }).points),
    portOf(boxes, edges, edge, 1),
  ]);
  const bottom = Math.max(0, ...[...boxes.values()].map(({ y, height }) => y + height / 2));
  for (const [id, box] of inRows(shared ?? [], bottom + FRAME + GAP)) boxes.set(id, box);
  return { boxes, arrows };
}

/** The way past cards that are between those that an arrow joins; one point is the middle of the gap that has none. */
function between(points: readonly Point[]): readonly Point[] {
  return points.length > 3 ? points.slice(1, -1) : [];
}

/** Where an arrow meets a card: that at its beginning (0) on the right, that at its end (1) on the left, ordered by the others. */
function portOf(boxes: ReadonlyMap<string, Box>, edges: readonly Edge[], edge: Edge, end: 0 | 1): Point {
  const boxAt = (one: Edge, at: 0 | 1): Box => boxes.get(one[at]) ?? NOWHERE;
  const other = end === 0 ? 1 : 0;
  const meeting = edges.filter((one) => one[end] === edge[end]);
  const ordered = meeting.toSorted((one, two) => boxAt(one, other).y - boxAt(two, other).y);
  const share = (ordered.indexOf(edge) + 1) / (meeting.length + 1);
  const { x, y, width, height } = boxAt(edge, end);
  return { x: end === 0 ? x + width / 2 : x - width / 2, y: y + height * (share - 0.5) };
}

function sizeOf(card: Card): Pick<Box, "width" | "height"> {
  const lines = linesOf(card);
  const longest = Math.max(card.title.length + 2, ...lines.map(([text]) => text.length));
  return { width: longest * 7.1 + 2 * PAD, height: HEAD + lines.length * LINE + PAD };
}

/** Cards beside each other, in a frame of their own. */
function inRows(cards: readonly Card[], top: number): Map<string, Box> {
  const boxes = new Map<string, Box>();
  let [x, y, lowest, widest] = [GAP, top + GAP, top, 0];
  for (const card of cards) {
    const { width, height } = sizeOf(card);
    if (x > GAP && x + width > ROW) [x, y] = [GAP, lowest + GAP];
    boxes.set(card.id, { x: x + width / 2, y: y + height / 2, width, height });
    x += width + GAP;
    lowest = Math.max(lowest, y + height);
    widest = Math.max(widest, x);
  }
  const height = lowest - top + GAP;
  if (cards.length > 0) boxes.set(":shared", { x: widest / 2, y: top + height / 2, width: widest, height });
  return boxes;
}

function linesOf({ lines, uses, zones, changed, weaknesses }: Card): Line[] {
  const where = zones.length === 1 ? `zone ${zones[0] ?? ""}` : `zones ${zones.join(", ")}`;
  return [
    ...lines.map((line): Line => [short(line), "plain"]),
    ...(uses.length === 0 ? [] : [[short(`uses ${uses.join(", ")}`), "quiet"] as const]),
    ...(zones.length === 0 ? [] : [[short(where), "quiet"] as const]),
    ...(changed === undefined ? [] : [[short(changed), "changed"] as const]),
    ...weaknesses.map((weakness): Line => [short(`⚠ ${weakness}`), "weak"]),
  ];
}

function drawn(card: Card, box: Box): string {
  const [left, top] = [box.x - box.width / 2, box.y - box.height / 2];
  const [fill, stroke] = card.change === undefined ? ["#ffffff", "#afb8c1"] : COLOURS[card.change];
  const weak = card.weaknesses.length > 0;
  const outline = weak
    ? `stroke="#cf222e" stroke-width="2" stroke-dasharray="6 4"`
    : `stroke="${stroke}" stroke-width="1.4"`;
  const text = (line: string, style: string, y: number): string =>
    `<text class="${style}" x="${round(left + PAD)}" y="${round(y)}">${escaped(line)}</text>`;
  return [
    `<g><title>${escaped([card.title, ...card.weaknesses].join(": "))}</title>`,
    `<rect x="${round(left)}" y="${round(top)}" width="${round(box.width)}" height="${round(box.height)}" rx="7" fill="${fill}" ${outline}/>`,
    text(short(card.title), "title", top + 20),
    ...linesOf(card).map(([line, style], index) => text(line, style, top + HEAD + 14 + index * LINE)),
    "</g>",
  ].join("");
}

function frameOf({ x, y, width, height }: Box, name: string): string {
  const [left, top] = [x - width / 2, y - height / 2];
  const rect = `x="${round(left)}" y="${round(top - FRAME)}" width="${round(width)}" height="${round(height + FRAME)}"`;
  return `<rect class="group" ${rect} rx="10"/><text class="quiet" x="${round(left + 10)}" y="${round(top - 2)}">${escaped(name)}</text>`;
}

/** Leaves and comes in level, so that it crosses no card above or below those that it joins. */
function arrow([first, ...rest]: readonly Point[]): string {
  if (first === undefined) return "";
  let last = first;
  const curves = rest.map((point) => {
    const middle = round((last.x + point.x) / 2);
    const curve = `C${middle} ${round(last.y)} ${middle} ${round(point.y)} ${round(point.x)} ${round(point.y)}`;
    last = point;
    return curve;
  });
  return `<path class="arrow" d="M${round(first.x)} ${round(first.y)}${curves.join("")}"/>`;
}

/** Only what the picture has. */
function legend({ cards }: Drawing, y: number): string {
  const kinds = (["create", "update", "replace", "delete"] as const).filter((kind) =>
    cards.some(({ change }) => change === kind),
  );
  const entries = [
    ["arrow: needs", "#8c959f", ""],
    ...kinds.map((kind) => [`to ${kind}`, COLOURS[kind][1], ""] as const),
    ...(cards.some(({ weaknesses }) => weaknesses.length > 0)
      ? [["⚠ single point of failure", "#cf222e", "5 3"] as const]
      : []),
  ];
  let x = MARGIN;
  const drawnEntries = entries.map(([text, colour, dash]) => {
    const at = x;
    x += text.length * 6.7 + 50;
    const line = `<line x1="${round(at)}" y1="${round(y - 4)}" x2="${round(at + 22)}" y2="${round(y - 4)}" stroke="${colour}" stroke-width="3" stroke-dasharray="${dash}"/>`;
    return `${line}<text class="quiet" x="${round(at + 28)}" y="${round(y)}">${escaped(text)}</text>`;
  });
  return drawnEntries.join("");
}

function short(text: string): string {
  const line = visible(text);
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

function escaped(text: string): string {
  return visible(text).replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0) ?? 0};`);
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}
