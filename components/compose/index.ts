export type { ComposeArgs } from "./args";
export { composeFiles } from "./project";
export { generatedVariables, ownSecret, VARIABLES } from "./variables";
