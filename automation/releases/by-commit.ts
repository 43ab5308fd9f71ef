/**
 * The way out where a release cannot be had as it was built: its source, deployed anew.
 *
 * @param stack where the release is known
 * @param onward what is done with the source; @default it is deployed to the same stack
 */
export function byCommit(stack: string, onward = `slipway up --stack ${stack}`): string {
  return `check out the commit that \`slipway releases --stack ${stack}\` names, then ${onward}`;
}
