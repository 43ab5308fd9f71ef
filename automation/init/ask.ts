import type { Readable, Writable } from "node:stream";
import { isCancel, password, select, text } from "@clack/prompts";
import { answer, type StackDraft } from "./draft";
import { printable, where, type Inspection } from "./inspection";
import { openQuestions, type Answers, type Question } from "./questions";

/** The user ended the questions with Ctrl-C: nothing has been written. */
export class CancelledError extends Error {
  constructor() {
    super("Cancelled: nothing was written.");
    this.name = "CancelledError";
  }
}

export interface Terminal {
  readonly input: Readable;
  readonly output: Writable;
}

const OTHER = "";

/**
 * Asks what could not be found out, and puts everything together.
 * @param given answers already given as options; they are not asked again
 * @param terminal where to ask; undefined where nobody can answer
 * @throws CancelledError on Ctrl-C
 * @throws if the app cannot be deployed as it is, if an answer is wrong, or if one is missing and there is no terminal
 */
export async function askOpen(inspection: Inspection, given: Answers, terminal?: Terminal): Promise<StackDraft> {
  refuseErrors(inspection, given);
  const answers: Record<string, string> = { ...given };
  let [next, ...more] = openQuestions(inspection, answers);
  while (next !== undefined) {
    if (terminal === undefined) {
      throw new Error(missingText([next, ...more]));
    }
    answers[next.key] = await ask(next, terminal);
    // One answer can settle or open another question: look again after each.
    [next, ...more] = openQuestions(inspection, answers);
  }
  return answer(inspection, answers);
}

function refuseErrors({ findings }: Inspection, given: Answers): void {
  const errors = given["requirements"] === undefined ? findings.filter(({ level }) => level === "error") : [];
  if (errors.length > 0) {
    const lines = errors.map(({ text: problem, fix, evidence }) =>
      [
        `${evidence.map((item) => `${where(item)}: `).join("")}${printable(problem)}`,
        ...(fix ? [`  ${printable(fix)}`] : []),
      ].join("\n"),
    );
    throw new Error(lines.join("\n"));
  }
}

function missingText(questions: readonly Question[]): string {
  const lines = questions.flatMap(({ flag, text: asked, choices }) => [
    `  ${flag}`,
    `      ${asked}`,
    ...choices.map(({ label, hint }) => `      - ${label}${hint === "" ? "" : `  (${hint})`}`),
  ]);
  return ["Not everything could be found out. Run it again in a terminal, or with:", ...lines].join("\n");
}

async function ask(question: Question, terminal: Terminal): Promise<string> {
  const { text: message, choices, initial, secret, validate } = question;
  if (choices.length > 0) {
    const options = [...choices, { value: OTHER, label: "Something else", hint: "" }];
    const picked = unlessCancelled(
      await select({ message, options, ...terminal, ...(initial !== undefined && { initialValue: initial }) }),
    );
    if (picked !== OTHER) {
      return picked;
    }
  }
  const check = (value: string | undefined) => validate(value ?? "");
  const typed = secret
    ? await password({ message, validate: check, ...terminal })
    : await text({ message, validate: check, ...terminal, ...(initial !== undefined && { initialValue: initial }) });
  return unlessCancelled(typed);
}

/** An empty line is no value to the prompts; it is an empty answer here. */
function unlessCancelled(value: unknown): string {
  if (isCancel(value)) {
    throw new CancelledError();
  }
  return typeof value === "string" ? value : "";
}
