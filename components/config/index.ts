export { DRIVERS, type Driver } from "./aws/drivers";
export { ConfigError, isSecretKey, setCommand, type Fault } from "./faults";
export { DYNOS, type DynoSize } from "./heroku/tables";
export { checkSettings, loadSettings } from "./load";
export type { LoadOptions } from "./rules";
export { type ServerKind } from "./server";
export { TARGETS, settingsSchema, type Settings, type SettingsInput, type TargetName } from "./schema";
export { TARGET_SERVERS } from "./target-rules";
