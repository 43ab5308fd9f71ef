/** Commands that write files for other tools to run the application with. */
import type { Command } from "commander";
import { toCaller } from "../caller";
import { pc } from "../terminal/colors";
import { answer, stackCommand, stackOf, type StackFlags } from "../terminal/command";
import type { Rendered, RenderOptions } from "../render/output";

type Render = (options: RenderOptions) => Promise<Rendered>;

/** Adds `render` and its parts. */
export function addRenderCommands(program: Command): void {
  const render = program
    .command("render")
    .summary("write files that run the application without Pulumi")
    .description("Write files that run the application without Pulumi.");
  addRender(render, "compose", "write a folder for Docker Compose", {
    load: async () => (await import("../render/compose")).renderCompose,
    next: (folder) => `docker compose --project-directory ${folder} up --detach --wait`,
  });
  addRender(render, "procfile", "write a folder with a Procfile, for honcho and heroku local", {
    load: async () => (await import("../render/procfile")).renderProcfile,
    next: (folder) => `cd ${folder} && pip install -r requirements.txt && honcho start`,
  });
  addRepository(render);
}

function addRepository(render: Command): void {
  stackCommand(render, "heroku", "write what Heroku reads in a repository, for review apps")
    .argument("[folder]", "where to (default: the folder of the application)")
    .option("--overwrite", "replace files that are there")
    .action(async (folder: string | undefined, flags: StackFlags & { overwrite?: boolean }) => {
      const { renderRepository } = await import("../render/repository");
      const overwrite = flags.overwrite === true;
      const files = await renderRepository({
        stack: stackOf(flags),
        overwrite,
        ...(folder !== undefined && { folder }),
      });
      answer(flags, files, () => `wrote ${files.join(", ")}`);
    });
}

function addRender(
  render: Command,
  name: string,
  summary: string,
  { load, next }: { load: () => Promise<Render>; next: (folder: string) => string },
): void {
  stackCommand(render, name, summary)
    .option("-o, --output <folder>", `folder to write to (default: .slipway/rendered/<stack>/${name} in the project)`)
    .action(async (flags: StackFlags & { output?: string }) => {
      const run = await load();
      const { output } = flags;
      const rendered = await run({
        stack: stackOf(flags),
        ...(output !== undefined && { output }),
        report: (message) => process.stderr.write(`${message}\n`),
      });
      const { folder, release, files } = rendered;
      answer(flags, rendered, () =>
        [`release ${release} in ${folder}: ${files.join(", ")}`, `${pc.dim("next:")} ${next(toCaller(folder))}`].join(
          "\n",
        ),
      );
    });
}
