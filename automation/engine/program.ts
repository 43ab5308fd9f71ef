/** The inline program of a stack: the same function that index.ts exports for a plain `pulumi up`. */
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { deploy, type DeployOptions } from "../../components/deploy";
import type { StackPlace } from "./project";

/** A program and the error that it last ended with, which the engine hands on as text only. */
export interface Program {
  run: PulumiFn;
  error?: unknown;
}

/** The program of the stack at `place`. */
export function programOf(place: StackPlace, options: DeployOptions = {}): Program {
  const program: Program = {
    run: async () => {
      delete program.error;
      try {
        return await deploy(place.project, { ...(place.setup && { folder: place.setup.folder }), ...options });
      } catch (error) {
        program.error = error;
        throw error;
      }
    },
  };
  return program;
}
