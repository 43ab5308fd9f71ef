/** What Elastic Beanstalk takes as an environment property (AWS, Configuring environment properties). */

/** Characters of all properties together, each as `name=value`. */
export const PROPERTIES_LENGTH = 4096;
const VALUE_LENGTH = 256;
/** Quotes and backslashes are taken too, but have a meaning on the way to the process. */
const VALUE = /^[A-Za-z0-9 _.:/=+@-]*$/;

/** Whether a value can be one. */
export function isProperty(value: string): boolean {
  return value.length <= VALUE_LENGTH && VALUE.test(value);
}

/** Characters that variables take of those that all properties have together. */
export function propertiesLength(variables: Readonly<Record<string, string>>): number {
  return Object.entries(variables).reduce((sum, [name, value]) => sum + name.length + value.length + 2, 0);
}
