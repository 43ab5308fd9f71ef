/** A drawing as a Mermaid flowchart, which GitHub and GitLab show where it stands in Markdown. */
import { visible } from "../visible";
import type { Card, Drawing } from "./drawing";

const STYLES = [
  "classDef create fill:#dafbe1,stroke:#1a7f37",
  "classDef update fill:#fff8c5,stroke:#9a6700",
  "classDef replace fill:#ffebe9,stroke:#cf222e",
  "classDef delete fill:#ffebe9,stroke:#cf222e",
  "classDef weak stroke:#cf222e,stroke-width:2px,stroke-dasharray:5 3",
];

/** The flowchart as text. */
export function mermaidOf({ cards, needs }: Drawing): string {
  const ids = new Map(cards.map(({ id }, index) => [id, `n${index}`]));
  const node = (card: Card): string => `${ids.get(card.id) ?? ""}["${label(card)}"]`;
  const arrows = needs.flatMap(([from, to]) => {
    const [one, other] = [ids.get(from), ids.get(to)];
    return one === undefined || other === undefined ? [] : [`  ${one} --> ${other}`];
  });
  const classes = cards.flatMap(({ id, change, weaknesses }) => {
    const name = ids.get(id) ?? "";
    return [
      ...(change === undefined ? [] : [`  class ${name} ${change}`]),
      ...(weaknesses.length === 0 ? [] : [`  class ${name} weak`]),
    ];
  });
  const groups = (["network", "shared"] as const).flatMap((group) => {
    const inside = cards.filter((card) => card.group === group);
    if (inside.length === 0) return [];
    return [`  subgraph ${group}`, ...inside.map((card) => `    ${node(card)}`), "  end"];
  });
  return [
    "flowchart LR",
    ...groups,
    ...cards.filter(({ group }) => group === undefined).map((card) => `  ${node(card)}`),
    ...arrows,
    ...STYLES.map((style) => `  ${style}`),
    ...classes,
  ].join("\n");
}

/** The flowchart as a block of Markdown. */
export function fencedMermaid(drawing: Drawing): string {
  return `\`\`\`mermaid\n${mermaidOf(drawing)}\n\`\`\`\n`;
}

function label({ title, lines, uses, zones, changed, weaknesses }: Card): string {
  return [
    `<b>${safe(title)}</b>`,
    ...lines.map(safe),
    ...(uses.length === 0 ? [] : [safe(`uses ${uses.join(", ")}`)]),
    ...(zones.length === 0 ? [] : [safe(`zones ${zones.join(", ")}`)]),
    ...(changed === undefined ? [] : [`<i>${safe(changed)}</i>`]),
    ...weaknesses.map((weakness) => safe(`⚠ ${weakness}`)),
  ].join("<br>");
}

/** Mermaid has codes of its own for what would end a label. */
function safe(text: string): string {
  return visible(text)
    .slice(0, 80)
    .replace(/[^\p{L}\p{N} .,:/×⚠-]/gu, (character) => `#${character.codePointAt(0) ?? 0};`);
}
