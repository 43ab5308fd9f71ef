import { deploy } from "./components";

/** The program of every stack: deploys the application to the targets that the stack's config chooses. */
export = () => deploy(__dirname);
