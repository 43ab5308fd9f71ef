export { AppImage, DATA_FOLDER, HEALTH_COMMAND, PORT } from "./app-image";
export type { AppImageArgs, AppImageChildren, ImageRole } from "./args";
