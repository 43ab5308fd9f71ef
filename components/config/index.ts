export { DRIVERS, type Driver } from "./aws/drivers";
export { isProperty } from "./properties";
export { awsSections, rdsDialect, type AwsSection } from "./aws-sections";
export { ConfigError, isSecretKey, setCommand, type Fault } from "./faults";
export { DYNOS, type DynoSize } from "./heroku/tables";
export { checkSettings, loadSettings } from "./load";
export type { LoadOptions } from "./rules";
export { TARGETS, settingsSchema, type ServerKind, type Settings, type SettingsInput, type TargetName } from "./schema";
export { TARGET_SERVERS } from "./target-rules";
