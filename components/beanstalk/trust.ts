/**
 * The policy of a role that a service of AWS takes on.
 *
 * @param equals what must be so for that, by the key of the condition
 */
export function trust(service: string, equals?: Record<string, string>): string {
  const statement = {
    Effect: "Allow",
    Principal: { Service: service },
    Action: "sts:AssumeRole",
    ...(equals && { Condition: { StringEquals: equals } }),
  };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}
