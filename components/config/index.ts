export { ConfigError, isSecretKey, setCommand, type Fault } from "./faults";
export { checkSettings, loadSettings, type LoadOptions } from "./load";
export { TARGETS, settingsSchema, type Settings, type SettingsInput, type TargetName } from "./schema";
