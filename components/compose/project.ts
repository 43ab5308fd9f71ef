/** The files for Docker Compose, as text. */
import { Document, isScalar, visit } from "yaml";
import { appServices, appVolumes } from "./app-services";
import type { ComposeArgs } from "./args";
import { backingServices, backingVolumes } from "./backing-services";
import { WATCHING_VOLUMES, watchingFiles, watchingServices } from "./watching-services";

const HEAD = `# Written by \`slipway render compose\`: change the stack's config, and write it again.
# What is secret is in .env, beside this file.
`;

/**
 * The application, what it needs and what watches it, as the files of a project of Docker Compose: `compose.yaml`, and
 * what its services read. No secret is in them.
 *
 * @returns path in the project's folder -> text
 * @example
 * ```ts
 * const files = composeFiles({ workload, compose: settings.compose, … });
 * ```
 */
export function composeFiles(args: ComposeArgs): Record<string, string> {
  const volumes = [...backingVolumes(args), ...appVolumes(args), ...WATCHING_VOLUMES];
  const project = {
    services: { ...backingServices(args), ...appServices(args), ...watchingServices(args) },
    // The way from one service to another has no way out of the machine.
    networks: { default: {}, data: { internal: true } },
    volumes: Object.fromEntries(volumes.map((name) => [name, {}])),
  };
  return { "compose.yaml": HEAD + yamlOf(project), ...watchingFiles(args) };
}

/** Lists in one line; words that older readers take for a truth value are quoted. */
function yamlOf(project: object): string {
  const document = new Document(project, { aliasDuplicateObjects: false, version: "1.1" });
  visit(document, {
    Seq: (_, list) => {
      list.flow = list.items.every(isScalar);
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}
