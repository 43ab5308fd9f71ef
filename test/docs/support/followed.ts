/** Which test does what a document says, of every document with commands of Slipway. */
export const FOLLOWED = {
  local: ["README.md", "docs/backups.md", "docs/compose.md", "docs/load.md", "docs/local.md", "docs/servers.md"],
  cli: ["docs/cli.md"],
  heroku: ["docs/heroku.md"],
  beanstalk: ["docs/beanstalk.md"],
  ecs: ["docs/ecs.md"],
  rehearsal: ["docs/rehearsal.md", "docs/pull-requests.md", "docs/ci.md", "docs/policy.md"],
} as const;
