/** What Heroku would compute, for components that run against mocks. */
import type { ComputedOutputs } from "./resource-graph";

/** Outputs of each type that a stack at Heroku is made of. */
export const HEROKU_COMPUTED: ComputedOutputs = {
  "pulumi:index:Stash": {},
  "pulumi:providers:heroku": {},
  "heroku:index/addon:Addon": (name) => ({ name: `${name}-12345`, providerId: `${name}-provider` }),
  "heroku:index/addonAttachment:AddonAttachment": {},
  "heroku:index/app:App": (name) => ({
    name: `${name}-1a2b3c4`,
    webUrl: `https://${name}-1a2b3c4-0123456789ab.herokuapp.com/`,
    uuid: `${name}-id`,
  }),
  "heroku:index/appConfigAssociation:AppConfigAssociation": {},
  "heroku:index/appFeature:AppFeature": {},
  "heroku:index/appRelease:AppRelease": {},
  "heroku:index/build:Build": (name) => ({ releaseId: `${name}-release`, slugId: `${name}-slug`, status: "succeeded" }),
  "heroku:index/domain:Domain": (name) => ({ cname: `${name}.herokudns.com` }),
  "heroku:index/drain:Drain": { token: "d.token" },
  "heroku:index/formation:Formation": {},
  "heroku:index/pipeline:Pipeline": {},
  "heroku:index/pipelineCoupling:PipelineCoupling": {},
  "heroku:index/pipelinePromotion:PipelinePromotion": (name) => ({
    promotedReleaseIds: [{ appId: "app", releaseId: `${name}-release` }],
    status: "completed",
  }),
  "heroku:index/reviewAppConfig:ReviewAppConfig": { repoId: 1 },
};
