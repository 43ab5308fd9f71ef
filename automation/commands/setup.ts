/** Commands around a deployment: a new stack, and a look at what it needs. */
import type { Command } from "commander";
import type { EngineEnvironment } from "../engine/project";
import { pc } from "../terminal/colors";
import { EXIT, SlipwayError } from "../errors";
import { answer, stackCommand, stackOf, type StackFlags } from "../terminal/command";
import type { AnswerFlags } from "../init/flags";

/** Adds `init`, `render`, `doctor` and `env`. */
export function addSetupCommands(program: Command): void {
  addInit(program);
  addRender(program);
  addDoctor(program);
  addEnvironment(program);
}

type InitFlags = StackFlags & AnswerFlags & { overwrite?: boolean; python?: string; target: string };

const collect = (value: string, all: string[] = []): string[] => [...all, value];

function addInit(program: Command): void {
  stackCommand(
    program,
    "init",
    "write the config of a new stack for your own application",
    "<name of the application>-dev",
  )
    .argument("[folder]", "folder of the application (default: this folder)")
    .option("--name <name>", "name of the application")
    .option("--entry <module:name>", "Flask application or factory")
    .option("--celery <module:name>", "Celery application; none for none")
    .option("--requirements <file>", "requirements file or pyproject.toml")
    .option("--migrate <command>", "command that migrates the database; none for none")
    .option("--seed <command>", "command that fills a new database")
    .option("--env <KEY=VALUE>", "environment variable; KEY alone takes the value from your environment", collect)
    .option("--variable <role=NAME>", "name under which the application expects the database, broker, …", collect)
    .option("--target <target>", "where it is to run: local, heroku, beanstalk or ecs", "local")
    .option("--python <python>", "Python that reads the application's files")
    .option("--overwrite", "replace what an existing stack file says about the application")
    .action(async (folder: string | undefined, flags: InitFlags) => {
      const { init } = await import("../init");
      const { answersFromFlags } = await import("../init/flags");
      const { CancelledError } = await import("../init/ask");
      const region = process.env["AWS_REGION"] ?? process.env["AWS_DEFAULT_REGION"];
      const interactive = process.stdin.isTTY && process.stderr.isTTY && flags.yes !== true;
      const made = await init({
        folder: folder ?? process.env["INIT_CWD"] ?? process.cwd(),
        answers: answersFromFlags(flags, process.env),
        overwrite: flags.overwrite === true,
        target: flags.target,
        report: (message) => process.stderr.write(`${message}\n`),
        ...(flags.stack !== undefined && { stack: flags.stack }),
        ...(region !== undefined && { region }),
        ...(flags.python !== undefined && { python: flags.python }),
        ...(interactive && { terminal: { input: process.stdin, output: process.stderr } }),
      }).catch((error: unknown) => {
        if (error instanceof CancelledError) throw new SlipwayError("cancelled", error.message);
        if (error instanceof SlipwayError) throw error;
        throw new SlipwayError("config", error instanceof Error ? error.message : String(error), undefined, {
          cause: error,
        });
      });
      answer(flags, made, () =>
        [
          ...made.notes.map((note) => pc.yellow(`! ${note}`)),
          `wrote ${made.file}; deploy it: slipway up --stack ${made.stack}`,
        ].join("\n"),
      );
    });
}

function addRender(program: Command): void {
  stackCommand(program, "render", "write what Heroku reads in a repository, for review apps")
    .argument("[folder]", "where to (default: the folder of the application)")
    .option("--overwrite", "replace files that are there")
    .action(async (folder: string | undefined, flags: StackFlags & { overwrite?: boolean }) => {
      const { render } = await import("../render");
      const overwrite = flags.overwrite === true;
      const files = await render({ stack: stackOf(flags), overwrite, ...(folder !== undefined && { folder }) });
      answer(flags, files, () => `wrote ${files.join(", ")}`);
    });
}

function addDoctor(program: Command): void {
  stackCommand(program, "doctor", "look at everything that a deployment needs").action(async (flags: StackFlags) => {
    const { doctor } = await import("../doctor");
    const findings = await doctor({ stack: stackOf(flags) });
    const signs = { good: pc.green("✔"), note: pc.yellow("!"), bad: pc.red("✖") };
    answer(flags, findings, () =>
      findings
        .map(({ subject, verdict, found, mend }) => {
          const line = `${signs[verdict]} ${pc.bold(subject)}: ${found}`;
          return mend === undefined ? line : `${line}\n    ${pc.dim("mend:")} ${mend}`;
        })
        .join("\n"),
    );
    if (findings.some(({ verdict }) => verdict === "bad")) process.exitCode = EXIT.tool;
  });
}

function addEnvironment(program: Command): void {
  stackCommand(program, "env", 'print the environment for a plain pulumi command: eval "$(slipway env)"').action(
    async (flags: StackFlags) => {
      const { configFile, engineEnvironment, placeOf } = await import("../engine/project");
      const { effectiveConfigFile } = await import("../engine/stack");
      const place = placeOf(stackOf(flags));
      const file = effectiveConfigFile(place) ?? configFile(place);
      const named: EngineEnvironment = { ...engineEnvironment(place), SLIPWAY_CONFIG_FILE: file };
      const variables = Object.entries(named).filter((entry): entry is [string, string] => entry[1] !== undefined);
      answer(flags, Object.fromEntries(variables), () =>
        variables.map(([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'`).join("\n"),
      );
    },
  );
}
