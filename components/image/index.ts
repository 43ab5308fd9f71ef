export { SCHEMA_LABEL } from "./dockerfile";
export { AppImage, DATA_FOLDER, HEALTH_COMMAND, PORT } from "./app-image";
export type { AppImageArgs, AppImageChildren, BringImage, ImageRole } from "./args";
