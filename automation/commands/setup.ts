/** Commands around a deployment: a new stack, and a look at what it needs. */
import type { Command } from "commander";
import { namedByCaller } from "../caller";
import type { Finding } from "../doctor";
import { pc } from "../terminal/colors";
import { EXIT, SlipwayError } from "../errors";
import { answer, stackCommand, stackOf, type StackFlags } from "../terminal/command";
import type { AnswerFlags } from "../init/flags";

/** Adds `init`, `doctor` and `env`. */
export function addSetupCommands(program: Command): void {
  addCi(addInit(program).enablePositionalOptions());
  addDoctor(program);
  addEnvironment(program);
}

type InitFlags = StackFlags & AnswerFlags & { overwrite?: boolean; python?: string; target: string };

const collect = (value: string, all: string[] = []): string[] => [...all, value];

function addInit(program: Command): Command {
  return stackCommand(
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
      const region = process.env["AWS_REGION"] ?? process.env["AWS_DEFAULT_REGION"];
      const interactive = process.stdin.isTTY && process.stderr.isTTY && flags.yes !== true;
      const made = await init({
        folder: namedByCaller(folder ?? "."),
        answers: answersFromFlags(flags, process.env),
        overwrite: flags.overwrite === true,
        target: flags.target,
        report: (message) => process.stderr.write(`${message}\n`),
        ...(flags.stack !== undefined && { stack: flags.stack }),
        ...(region !== undefined && { region }),
        ...(flags.python !== undefined && { python: flags.python }),
        ...(interactive && { terminal: { input: process.stdin, output: process.stderr } }),
      });
      answer(flags, made, () =>
        [
          ...made.notes.map((note) => pc.yellow(`! ${note}`)),
          `wrote ${made.file}; deploy it: slipway up --stack ${made.stack}`,
        ].join("\n"),
      );
    });
}

function addCi(init: Command): void {
  stackCommand(init, "ci", "write the files of a build service: tests, previews, deployment", "prod")
    .requiredOption("--provider <name>", "github, gitlab, jenkins or travis")
    .option("--overwrite", "replace files that are there")
    .action(
      async ({
        provider,
        stack = "prod",
        overwrite,
        ...flags
      }: StackFlags & { provider: string; overwrite?: boolean }) => {
        const { CI_FILES, initCi } = await import("../init/ci");
        const name = (Object.keys(CI_FILES) as (keyof typeof CI_FILES)[]).find((known) => known === provider);
        if (name === undefined) {
          const allowed = Object.keys(CI_FILES).join(", ");
          throw new SlipwayError("usage", `There is no template for ${provider}; allowed are ${allowed}.`);
        }
        const files = initCi({ provider: name, stack, overwrite: overwrite === true });
        answer(flags, { files }, () => files.map((file) => `wrote ${file}`).join("\n"));
      },
    );
}

function addDoctor(program: Command): void {
  stackCommand(program, "doctor", "look at what a deployment needs, and at what has become of it")
    .option("--all", "look at every stack of the project")
    .action(async ({ all, ...flags }: StackFlags & { all?: boolean }) => {
      if (all === true && flags.stack !== undefined) {
        throw new SlipwayError("usage", "--all looks at every stack, --stack at one: leave one of them out.");
      }
      const [{ doctor }, { stackNames }, { doctorText }] = await Promise.all([
        import("../doctor"),
        import("../stacks"),
        import("../terminal/doctor"),
      ]);
      const stacks = all === true ? stackNames() : [stackOf(flags)];
      const findings: Finding[] = [];
      // Each asks its backend and its accounts for many things at once.
      for (const stack of stacks) findings.push(...(await doctor({ stack })));
      answer(flags, findings, () => doctorText(findings));
      if (findings.some(({ state }) => state === "fail")) process.exitCode = EXIT.tool;
    });
}

function addEnvironment(program: Command): void {
  stackCommand(program, "env", 'print the environment for a plain pulumi command: eval "$(slipway env)"').action(
    async (flags: StackFlags) => {
      const { pulumiEnvironment } = await import("../environment");
      const variables = pulumiEnvironment({ stack: stackOf(flags) });
      answer(flags, variables, () =>
        Object.entries(variables)
          .map(([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'`)
          .join("\n"),
      );
    },
  );
}
